// One cloud's addresses and audiences, with the property names of Azure PowerShell's environments. The values are in AzureCloud.cs.
using System.Collections.Generic;
using System.Collections.ObjectModel;

namespace Tollgate.PowerShell;

/// <summary>One cloud: its addresses, and what tokens for its services are made out to.</summary>
public sealed class MiEnvironment
{
    internal MiEnvironment(string name, Dictionary<string, string> audiences)
    {
        Name = name;
        Audiences = audiences;
    }

    /// <summary>Gets the name, for example AzureCloud.</summary>
    public string Name { get; }

    /// <summary>Gets whether ADFS is used instead of Entra ID; never.</summary>
    public bool EnableAdfsAuthentication { get; }

    /// <summary>Gets whether this is an installation of one's own; never.</summary>
    public bool OnPremise { get; }

    /// <summary>Gets the address of the sign-in service.</summary>
    public string ActiveDirectoryAuthority { get; internal init; } = string.Empty;

    /// <summary>Gets the audience of tokens for Azure Resource Manager.</summary>
    public string? ActiveDirectoryServiceEndpointResourceId => Audience("Arm");

    /// <summary>Gets the tenant used when none is given.</summary>
    public string AdTenant { get; } = "Common";

    /// <summary>Gets the address of Azure Resource Manager.</summary>
    public string ResourceManagerUrl { get; internal init; } = string.Empty;

    /// <summary>Gets the address of the older service management.</summary>
    public string? ServiceManagementUrl => Audience("Arm");

    /// <summary>Gets the address of the portal.</summary>
    public string ManagementPortalUrl { get; internal init; } = string.Empty;

    /// <summary>Gets the address of the template gallery.</summary>
    public string GalleryUrl { get; internal init; } = string.Empty;

    /// <summary>Gets the address of the publish settings.</summary>
    public string PublishSettingsFileUrl { get; internal init; } = string.Empty;

    /// <summary>Gets the address of the older directory graph.</summary>
    public string? GraphUrl => Audience("AadGraph");

    /// <summary>Gets the audience of tokens for the older directory graph.</summary>
    public string? GraphEndpointResourceId => Audience("AadGraph");

    /// <summary>Gets the end of storage host names.</summary>
    public string StorageEndpointSuffix { get; internal init; } = string.Empty;

    /// <summary>Gets the end of database host names.</summary>
    public string SqlDatabaseDnsSuffix { get; internal init; } = string.Empty;

    /// <summary>Gets the end of traffic manager host names.</summary>
    public string TrafficManagerDnsSuffix { get; internal init; } = string.Empty;

    /// <summary>Gets the end of container registry host names.</summary>
    public string ContainerRegistryEndpointSuffix { get; internal init; } = string.Empty;

    /// <summary>Gets the end of key vault host names.</summary>
    public string? AzureKeyVaultDnsSuffix => Host("KeyVault");

    /// <summary>Gets the audience of tokens for key vaults.</summary>
    public string? AzureKeyVaultServiceEndpointResourceId => Audience("KeyVault");

    /// <summary>Gets the audience of tokens for batch accounts.</summary>
    public string? BatchEndpointResourceId => Audience("Batch");

    /// <summary>Gets the audience of tokens for data lakes.</summary>
    public string? DataLakeEndpointResourceId => Audience("DataLake");

    /// <summary>Gets the end of data lake store host names.</summary>
    public string? AzureDataLakeStoreFileSystemEndpointSuffix { get; internal init; }

    /// <summary>Gets the end of data lake analytics host names.</summary>
    public string? AzureDataLakeAnalyticsCatalogAndJobEndpointSuffix { get; internal init; }

    /// <summary>Gets the address of log queries.</summary>
    public string? AzureOperationalInsightsEndpoint => Audience("OperationalInsights") + "/v1";

    /// <summary>Gets the audience of tokens for log queries.</summary>
    public string? AzureOperationalInsightsEndpointResourceId => Audience("OperationalInsights");

    /// <summary>Gets the end of analysis services host names.</summary>
    public string? AzureAnalysisServicesEndpointSuffix => Host("AnalysisServices")?.Substring("region.".Length);

    /// <summary>Gets the audience of tokens for analysis services; "region" stands for the region's name.</summary>
    public string? AnalysisServicesEndpointResourceId => Audience("AnalysisServices");

    /// <summary>Gets the end of attestation host names.</summary>
    public string? AzureAttestationServiceEndpointSuffix => Host("Attestation");

    /// <summary>Gets the audience of tokens for attestation.</summary>
    public string? AzureAttestationServiceEndpointResourceId => Audience("Attestation");

    /// <summary>Gets the end of Synapse host names.</summary>
    public string? AzureSynapseAnalyticsEndpointSuffix => Host("Synapse");

    /// <summary>Gets the audience of tokens for Synapse.</summary>
    public string? AzureSynapseAnalyticsEndpointResourceId => Audience("Synapse");

    /// <summary>Gets the version profiles; there are none.</summary>
    public IReadOnlyList<string> VersionProfiles { get; } = [];

    /// <summary>Gets further properties.</summary>
    public ReadOnlyDictionary<string, string> ExtendedProperties { get; } = Properties.None;

    /// <summary>Gets the audiences by resource type name; a type this cloud lacks is absent.</summary>
    internal IReadOnlyDictionary<string, string> Audiences { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private string? Audience(string typeName) => Audiences.TryGetValue(typeName, out string? audience) ? audience : null;

    private string? Host(string typeName) => Audience(typeName)?.Substring("https://".Length);
}
