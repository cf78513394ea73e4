// What the cmdlets that ask for one token have in common: how it is said what the token is for.
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>The base of the cmdlets that ask for a token for one resource.</summary>
public abstract class TokenAudienceCmdlet : ContextCmdlet
{
    private protected const string KnownResourceTypeName = "KnownResourceTypeName";
    private protected const string ResourceUrlSet = "ResourceUrl";

    /// <summary>
    /// The kind of resource the token is for; the URL follows from the context's environment, or from AzureCloud where there is no
    /// context. One of AadGraph, AnalysisServices, AppConfiguration, Arm, Attestation, Batch, CommunicationEmail, DataLake, KeyVault,
    /// ManagedHsm, MSGraph, OperationalInsights, ResourceManager, Storage, Synapse. Default: Arm.
    /// </summary>
    [Parameter(ParameterSetName = KnownResourceTypeName)]
    [ArgumentCompleter(typeof(ResourceTypeNameCompleter))]
    public string? ResourceTypeName { get; set; }

    /// <summary>The URL of the resource the token is for, for example https://vault.azure.net. One /.default at its end is dropped.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ResourceUrlSet)]
    [Alias("Resource", "ResourceUri")]
    [ArgumentCompleter(typeof(ResourceUrlCompleter))]
    public string? ResourceUrl { get; set; }

    /// <inheritdoc/>
    private protected sealed override object? ErrorTarget => Audience ?? ResourceUrl ?? ResourceTypeName;

    /// <summary>Gets the audience of the token, once it is known.</summary>
    private protected string? Audience { get; private set; }

    /// <summary>Finds the audience of the token.</summary>
    private protected string FindAudience(MiEnvironment environment) =>
        Audience = ResourceUrl ?? KnownClouds.Audience(environment, ResourceTypeName ?? KnownClouds.DefaultResourceType, nameof(ResourceTypeName));
}
