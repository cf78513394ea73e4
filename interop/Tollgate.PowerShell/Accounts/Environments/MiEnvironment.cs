// One cloud's addresses and audiences, with the property names of Azure PowerShell's environments. The values are in KnownClouds.cs,
// or come from Add-MiEnvironment.
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>One cloud: its addresses, and the audience of tokens for its services.</summary>
public sealed class MiEnvironment
{
    /// <summary>The tenant for users who name none.</summary>
    internal const string DefaultTenant = "Common";

    private readonly Dictionary<string, string> endpoints;
    private IReadOnlyList<TokenRealm>? audienceHosts;

    /// <summary>Makes an environment.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="audiences">The audiences of tokens, by resource type name.</param>
    /// <param name="endpoints">Where services are, as a URL or as the end of host names, where their audience does not say it.</param>
    internal MiEnvironment(string name, Dictionary<string, string> audiences, Dictionary<string, string> endpoints)
    {
        Name = name;
        Audiences = audiences;
        this.endpoints = endpoints;
    }

    /// <summary>Gets the name, for example AzureCloud.</summary>
    public string Name { get; }

    /// <summary>Gets whether users sign in with ADFS instead of Entra ID. Managed identities do not sign in, so nothing depends on it.</summary>
    public bool EnableAdfsAuthentication { get; internal init; }

    /// <summary>Gets whether this is an installation of one's own, like EnableAdfsAuthentication.</summary>
    public bool OnPremise => EnableAdfsAuthentication;

    /// <summary>Gets the address of the sign-in service.</summary>
    public string ActiveDirectoryAuthority { get; internal init; } = string.Empty;

    /// <summary>Gets the audience of tokens for Azure Resource Manager.</summary>
    public string? ActiveDirectoryServiceEndpointResourceId => Audience("Arm");

    /// <summary>Gets the tenant used when none is given.</summary>
    public string AdTenant { get; internal init; } = DefaultTenant;

    /// <summary>Gets the address of Azure Resource Manager.</summary>
    public string ResourceManagerUrl { get; internal init; } = string.Empty;

    /// <summary>Gets the address of the classic Azure Service Management API.</summary>
    public string? ServiceManagementUrl => Endpoint("ServiceManagement") ?? Audience("Arm");

    /// <summary>Gets the address of the portal.</summary>
    public string ManagementPortalUrl { get; internal init; } = string.Empty;

    /// <summary>Gets the address of the template gallery.</summary>
    public string GalleryUrl { get; internal init; } = string.Empty;

    /// <summary>Gets the address of the publish settings.</summary>
    public string PublishSettingsFileUrl { get; internal init; } = string.Empty;

    /// <summary>Gets the address of Azure AD Graph.</summary>
    public string? GraphUrl => Endpoint("AadGraph") ?? Audience("AadGraph");

    /// <summary>Gets the audience of tokens for Azure AD Graph.</summary>
    public string? GraphEndpointResourceId => Audience("AadGraph");

    /// <summary>Gets the address of Microsoft Graph.</summary>
    public string? MicrosoftGraphUrl => Endpoint("MSGraph") ?? Audience("MSGraph");

    /// <summary>Gets the audience of tokens for Microsoft Graph.</summary>
    public string? MicrosoftGraphEndpointResourceId => Audience("MSGraph");

    /// <summary>Gets the end of storage host names.</summary>
    public string StorageEndpointSuffix { get; internal init; } = string.Empty;

    /// <summary>Gets the end of database host names.</summary>
    public string SqlDatabaseDnsSuffix { get; internal init; } = string.Empty;

    /// <summary>Gets the end of traffic manager host names.</summary>
    public string TrafficManagerDnsSuffix { get; internal init; } = string.Empty;

    /// <summary>Gets the end of container registry host names.</summary>
    public string ContainerRegistryEndpointSuffix { get; internal init; } = string.Empty;

    /// <summary>Gets the end of key vault host names.</summary>
    public string? AzureKeyVaultDnsSuffix => Suffix("KeyVault");

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
    public string? AzureOperationalInsightsEndpoint => Endpoint("OperationalInsights") ?? Audience("OperationalInsights");

    /// <summary>Gets the audience of tokens for log queries.</summary>
    public string? AzureOperationalInsightsEndpointResourceId => Audience("OperationalInsights");

    /// <summary>Gets the end of analysis services host names.</summary>
    public string? AzureAnalysisServicesEndpointSuffix => Suffix("AnalysisServices");

    /// <summary>Gets the audience of tokens for analysis services; "region" stands for the region's name.</summary>
    public string? AnalysisServicesEndpointResourceId => Audience("AnalysisServices");

    /// <summary>Gets the end of attestation host names.</summary>
    public string? AzureAttestationServiceEndpointSuffix => Suffix("Attestation");

    /// <summary>Gets the audience of tokens for attestation.</summary>
    public string? AzureAttestationServiceEndpointResourceId => Audience("Attestation");

    /// <summary>Gets the end of Synapse host names.</summary>
    public string? AzureSynapseAnalyticsEndpointSuffix => Suffix("Synapse");

    /// <summary>Gets the audience of tokens for Synapse.</summary>
    public string? AzureSynapseAnalyticsEndpointResourceId => Audience("Synapse");

    /// <summary>Gets the version profiles; there are none.</summary>
    public IReadOnlyList<string> VersionProfiles { get; } = [];

    /// <summary>Gets further properties.</summary>
    public ReadOnlyDictionary<string, string> ExtendedProperties { get; } = PropertyBag.None;

    /// <summary>Gets the audiences by resource type name; a type this cloud lacks is absent.</summary>
    internal IReadOnlyDictionary<string, string> Audiences { get; }

    /// <summary>Gets which hosts may be sent a token, and made out to what.</summary>
    internal IReadOnlyList<TokenRealm> AudienceHosts => audienceHosts ??= AudienceHostTable.For(this);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Finds the end of a kind of service's host names; null when this cloud has no such service.</summary>
    internal string? Suffix(string typeName) =>
        Endpoint(typeName) ?? (Uri.TryCreate(Audience(typeName), UriKind.Absolute, out Uri? audience) ? audience.IdnHost : null);

    /// <summary>Returns the address of Azure Resource Manager, without a slash at its end, or fails.</summary>
    /// <exception cref="TollgateException">This cloud has none.</exception>
    internal string RequireResourceManager() => ResourceManagerUrl.Length > 0 ? ResourceManagerUrl.TrimEnd('/') : throw ArgumentErrors.Invalid(
        "Environment",
        $"the environment {Name} has no address of Azure Resource Manager: add it again with Add-MiEnvironment -ResourceManagerEndpoint");

    private string? Audience(string typeName) => Audiences.TryGetValue(typeName, out string? audience) ? audience : null;

    private string? Endpoint(string typeName) => endpoints.TryGetValue(typeName, out string? endpoint) ? endpoint : null;
}
