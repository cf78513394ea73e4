// Add-MiEnvironment: a private cloud or a test server beside the clouds that are built in, for as long as this session lives.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Adds an environment, such as a private cloud or a test server, to those of this session.</summary>
/// <remarks>
/// <para>The environment is there for this session until it ends, and for the scripts of ForEach-Object -Parallel and Start-ThreadJob that it
/// starts from then on. Nothing is written to disk, nobody is asked whether
/// the addresses answer, and the three clouds that are always there cannot be replaced.</para>
/// <para>Tokens are sent to the addresses and below the host names given here, so each that tokens can go to must be https. Plain http is taken for
/// this machine itself only: 127.0.0.1, [::1] and localhost.</para>
/// <para>A context keeps the environment as it was when it was connected.</para>
/// </remarks>
/// <example>
/// <para>Add a test server</para>
/// <code>Add-MiEnvironment -Name Test -ResourceManagerEndpoint 'http://127.0.0.1:8080' -ActiveDirectoryServiceEndpointResourceId 'https://management.core.windows.net/'</code>
/// <para>Adds an environment whose Azure Resource Manager is a server on this machine. Connect-MiAccount -Environment Test uses it.</para>
/// </example>
/// <example>
/// <para>Add a private cloud</para>
/// <code>$cloud = @{
///     Name                                   = 'Contoso'
///     ResourceManagerEndpoint                = 'https://management.contoso.example'
///     AzureKeyVaultDnsSuffix                 = 'vault.contoso.example'
///     AzureKeyVaultServiceEndpointResourceId = 'https://vault.contoso.example'
///     StorageEndpoint                        = 'core.contoso.example'
/// }
/// Add-MiEnvironment @cloud</code>
/// <para>Adds an environment with a resource manager, key vaults and storage of its own.</para>
/// </example>
/// <returns cref="MiEnvironment">The environment that was added.</returns>
/// <seealso>Get-MiEnvironment</seealso>
/// <seealso>Connect-MiAccount</seealso>
[Cmdlet(VerbsCommon.Add, "MiEnvironment", SupportsShouldProcess = true, HelpUri = HelpPages.BaseUrl + "Add-MiEnvironment.md")]
[OutputType(typeof(MiEnvironment))]
public sealed class AddMiEnvironmentCommand : ContextChangeCmdlet
{
    /// <summary>The name of the environment. An environment of that name that was added before is replaced.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    public string Name { get; set; } = null!;

    /// <summary>The address of the publish settings. Kept as data. Default: none.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? PublishSettingsFileUrl { get; set; }

    /// <summary>The address of the classic Azure Service Management API. Kept as data. Default: the audience of tokens for Azure Resource Manager.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [Alias("ServiceManagement", "ServiceManagementUrl")]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ServiceEndpoint { get; set; }

    /// <summary>The address of the portal. Kept as data. Default: none.</summary>
    [Parameter(Position = 3, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ManagementPortalUrl { get; set; }

    /// <summary>The end of storage host names, for example core.contoso.example. Tokens for storage go to the hosts blob, queue, table, file and dfs below it. Default: none.</summary>
    [Parameter(Position = 4)]
    [Alias("StorageEndpointSuffix")]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? StorageEndpoint { get; set; }

    /// <summary>The address of the sign-in service. Kept as data, because managed identities do not sign in. Default: none.</summary>
    [Parameter(Position = 5, ValueFromPipelineByPropertyName = true)]
    [Alias("AdEndpointUrl", "ActiveDirectory", "ActiveDirectoryAuthority")]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ActiveDirectoryEndpoint { get; set; }

    /// <summary>The address of Azure Resource Manager. Default: none.</summary>
    [Parameter(Position = 6, ValueFromPipelineByPropertyName = true)]
    [Alias("ResourceManager", "ResourceManagerUrl")]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ResourceManagerEndpoint { get; set; }

    /// <summary>The address of the template gallery. Kept as data. Default: none.</summary>
    [Parameter(Position = 7, ValueFromPipelineByPropertyName = true)]
    [Alias("Gallery", "GalleryUrl")]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? GalleryEndpoint { get; set; }

    /// <summary>The audience of tokens for Azure Resource Manager. Default: the value of -ResourceManagerEndpoint.</summary>
    [Parameter(Position = 8, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ActiveDirectoryServiceEndpointResourceId { get; set; }

    /// <summary>The address of Azure AD Graph. Default: the value of -GraphAudience.</summary>
    [Parameter(Position = 9, ValueFromPipelineByPropertyName = true)]
    [Alias("Graph", "GraphUrl")]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? GraphEndpoint { get; set; }

    /// <summary>The end of key vault host names, for example vault.contoso.example. Default: the host of -AzureKeyVaultServiceEndpointResourceId.</summary>
    [Parameter(Position = 10, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AzureKeyVaultDnsSuffix { get; set; }

    /// <summary>The audience of tokens for key vaults. Default: none.</summary>
    [Parameter(Position = 11, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AzureKeyVaultServiceEndpointResourceId { get; set; }

    /// <summary>The end of traffic manager host names. Kept as data. Default: none.</summary>
    [Parameter(Position = 12, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? TrafficManagerDnsSuffix { get; set; }

    /// <summary>The end of database host names. Kept as data. Default: none.</summary>
    [Parameter(Position = 13, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? SqlDatabaseDnsSuffix { get; set; }

    /// <summary>The end of data lake store host names. Default: none.</summary>
    [Parameter(Position = 14, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AzureDataLakeStoreFileSystemEndpointSuffix { get; set; }

    /// <summary>The end of data lake analytics host names. Default: none.</summary>
    [Parameter(Position = 15, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AzureDataLakeAnalyticsCatalogAndJobEndpointSuffix { get; set; }

    /// <summary>Says that users sign in with ADFS. Kept as data, because managed identities do not sign in.</summary>
    [Parameter(Position = 16, ValueFromPipelineByPropertyName = true)]
    [Alias("OnPremise")]
    public SwitchParameter EnableAdfsAuthentication { get; set; }

    /// <summary>The tenant for users who name none. Kept as data. Default: Common.</summary>
    [Parameter(Position = 17, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AdTenant { get; set; }

    /// <summary>The audience of tokens for Azure AD Graph. Default: none.</summary>
    [Parameter(Position = 18, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphEndpointResourceId", "GraphResourceId")]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? GraphAudience { get; set; }

    /// <summary>The audience of tokens for data lakes. Default: none.</summary>
    [Parameter(Position = 19, ValueFromPipelineByPropertyName = true)]
    [Alias("DataLakeEndpointResourceId", "DataLakeResourceId")]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? DataLakeAudience { get; set; }

    /// <summary>The audience of tokens for batch accounts. Default: none.</summary>
    [Parameter(Position = 20, ValueFromPipelineByPropertyName = true)]
    [Alias("BatchResourceId", "BatchAudience")]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? BatchEndpointResourceId { get; set; }

    /// <summary>The audience of tokens for log queries. Default: none.</summary>
    [Parameter(Position = 21, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AzureOperationalInsightsEndpointResourceId { get; set; }

    /// <summary>The address of log queries. Default: the value of -AzureOperationalInsightsEndpointResourceId.</summary>
    [Parameter(Position = 22, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AzureOperationalInsightsEndpoint { get; set; }

    /// <summary>The end of analysis services host names. Default: the host of -AzureAnalysisServicesEndpointResourceId.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AzureAnalysisServicesEndpointSuffix { get; set; }

    /// <summary>The audience of tokens for analysis services. Default: none.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AzureAnalysisServicesEndpointResourceId { get; set; }

    /// <summary>The end of attestation host names. Default: the host of -AzureAttestationServiceEndpointResourceId.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AzureAttestationServiceEndpointSuffix { get; set; }

    /// <summary>The audience of tokens for attestation. Default: none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AzureAttestationServiceEndpointResourceId { get; set; }

    /// <summary>The end of Synapse host names. Default: the host of -AzureSynapseAnalyticsEndpointResourceId.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AzureSynapseAnalyticsEndpointSuffix { get; set; }

    /// <summary>The audience of tokens for Synapse. Default: none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? AzureSynapseAnalyticsEndpointResourceId { get; set; }

    /// <summary>The end of container registry host names. Kept as data. Default: none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ContainerRegistryEndpointSuffix { get; set; }

    /// <summary>The audience of tokens for Microsoft Graph. Default: none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? MicrosoftGraphEndpointResourceId { get; set; }

    /// <summary>The address of Microsoft Graph. Default: the value of -MicrosoftGraphEndpointResourceId.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? MicrosoftGraphUrl { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => Name;

    // Where a cloud's services are is data, and no cloud has all of them.
    /// <inheritdoc/>
    internal override bool MayBeEmpty(string parameter) => parameter is not (nameof(Name) or nameof(DefaultProfile));

    /// <inheritdoc/>
    private protected override void ChangeContext()
    {
        if (KnownClouds.BuiltIn.ContainsKey(Name))
        {
            throw ArgumentErrors.Invalid(nameof(Name), $"the environment {Name} is always there and cannot be replaced; give yours another name");
        }

        MiEnvironment environment = Build();
        if (ShouldProcess(Name, EnvironmentRegistry.All.ContainsKey(Name) ? "replace environment" : "add environment"))
        {
            EnvironmentRegistry.Add(environment);
            WriteObject(environment);
        }
    }

    private MiEnvironment Build()
    {
        string? resourceManager = EndpointValidator.Url(ResourceManagerEndpoint, nameof(ResourceManagerEndpoint));
        string? storage = EndpointValidator.Suffix(StorageEndpoint, nameof(StorageEndpoint));
        return new MiEnvironment(Name, Audiences(resourceManager, storage), Endpoints())
        {
            ActiveDirectoryAuthority = EndpointValidator.Url(ActiveDirectoryEndpoint, nameof(ActiveDirectoryEndpoint)) ?? string.Empty,
            ResourceManagerUrl = resourceManager ?? string.Empty,
            ManagementPortalUrl = ManagementPortalUrl ?? string.Empty,
            GalleryUrl = GalleryEndpoint ?? string.Empty,
            PublishSettingsFileUrl = PublishSettingsFileUrl ?? string.Empty,
            StorageEndpointSuffix = storage ?? string.Empty,
            SqlDatabaseDnsSuffix = SqlDatabaseDnsSuffix ?? string.Empty,
            TrafficManagerDnsSuffix = TrafficManagerDnsSuffix ?? string.Empty,
            ContainerRegistryEndpointSuffix = ContainerRegistryEndpointSuffix ?? string.Empty,
            AzureDataLakeStoreFileSystemEndpointSuffix = EndpointValidator.Suffix(AzureDataLakeStoreFileSystemEndpointSuffix, nameof(AzureDataLakeStoreFileSystemEndpointSuffix)),
            AzureDataLakeAnalyticsCatalogAndJobEndpointSuffix = EndpointValidator.Suffix(AzureDataLakeAnalyticsCatalogAndJobEndpointSuffix, nameof(AzureDataLakeAnalyticsCatalogAndJobEndpointSuffix)),
            EnableAdfsAuthentication = EnableAdfsAuthentication,
            AdTenant = string.IsNullOrEmpty(AdTenant) ? MiEnvironment.DefaultTenant : AdTenant!,
        };
    }

    private Dictionary<string, string> Audiences(string? resourceManager, string? storage)
    {
        string? arm = EndpointValidator.Audience(ActiveDirectoryServiceEndpointResourceId, nameof(ActiveDirectoryServiceEndpointResourceId)) ?? resourceManager;
        return Given(
            ("Arm", arm),
            ("ResourceManager", arm),
            ("AadGraph", EndpointValidator.Audience(GraphAudience, nameof(GraphAudience))),
            ("AnalysisServices", EndpointValidator.Audience(AzureAnalysisServicesEndpointResourceId, nameof(AzureAnalysisServicesEndpointResourceId))),
            ("Attestation", EndpointValidator.Audience(AzureAttestationServiceEndpointResourceId, nameof(AzureAttestationServiceEndpointResourceId))),
            ("Batch", EndpointValidator.Audience(BatchEndpointResourceId, nameof(BatchEndpointResourceId))),
            ("DataLake", EndpointValidator.Audience(DataLakeAudience, nameof(DataLakeAudience))),
            ("KeyVault", EndpointValidator.Audience(AzureKeyVaultServiceEndpointResourceId, nameof(AzureKeyVaultServiceEndpointResourceId))),
            ("MSGraph", EndpointValidator.Audience(MicrosoftGraphEndpointResourceId, nameof(MicrosoftGraphEndpointResourceId))),
            ("OperationalInsights", EndpointValidator.Audience(AzureOperationalInsightsEndpointResourceId, nameof(AzureOperationalInsightsEndpointResourceId))),
            ("Storage", storage is null ? null : KnownClouds.StorageAudience),
            ("Synapse", EndpointValidator.Audience(AzureSynapseAnalyticsEndpointResourceId, nameof(AzureSynapseAnalyticsEndpointResourceId))));
    }

    private Dictionary<string, string> Endpoints() => Given(
        ("AadGraph", EndpointValidator.Url(GraphEndpoint, nameof(GraphEndpoint))),
        ("AnalysisServices", EndpointValidator.Suffix(AzureAnalysisServicesEndpointSuffix, nameof(AzureAnalysisServicesEndpointSuffix))),
        ("Attestation", EndpointValidator.Suffix(AzureAttestationServiceEndpointSuffix, nameof(AzureAttestationServiceEndpointSuffix))),
        ("KeyVault", EndpointValidator.Suffix(AzureKeyVaultDnsSuffix, nameof(AzureKeyVaultDnsSuffix))),
        ("MSGraph", EndpointValidator.Url(MicrosoftGraphUrl, nameof(MicrosoftGraphUrl))),
        ("OperationalInsights", EndpointValidator.Url(AzureOperationalInsightsEndpoint, nameof(AzureOperationalInsightsEndpoint))),
        ("ServiceManagement", ServiceEndpoint),
        ("Synapse", EndpointValidator.Suffix(AzureSynapseAnalyticsEndpointSuffix, nameof(AzureSynapseAnalyticsEndpointSuffix))));

    private static Dictionary<string, string> Given(params (string TypeName, string? Value)[] values) => values
        .Where(pair => !string.IsNullOrEmpty(pair.Value))
        .ToDictionary(pair => pair.TypeName, pair => pair.Value!, StringComparer.OrdinalIgnoreCase);
}
