// Get-MiEnvironment: what a cloud's addresses and audiences are. No request is sent.
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Gets the environments: the clouds, with their addresses and the audience of tokens for their services.</summary>
/// <remarks>
/// <para>AzureCloud, AzureChinaCloud and AzureUSGovernment are always there. Others are there when Add-MiEnvironment added them in
/// this process. No connection is needed.</para>
/// </remarks>
/// <example>
/// <para>List the environments</para>
/// <code>Get-MiEnvironment</code>
/// <para>Lists the environments with the addresses of their resource managers and sign-in services.</para>
/// </example>
/// <example>
/// <para>Find the end of storage host names</para>
/// <code>(Get-MiEnvironment -Name AzureUSGovernment).StorageEndpointSuffix</code>
/// <para>Returns core.usgovcloudapi.net.</para>
/// </example>
/// <returns cref="MiEnvironment">The environment of that name, or all.</returns>
/// <seealso>Add-MiEnvironment</seealso>
/// <seealso>Connect-MiAccount</seealso>
[Cmdlet(VerbsCommon.Get, "MiEnvironment", HelpUri = HelpPages.BaseUrl + "Get-MiEnvironment.md")]
[OutputType(typeof(MiEnvironment))]
public sealed class GetMiEnvironmentCommand : ContextCmdlet
{
    /// <summary>The name of the environment to get; there is no output when there is none of that name. Default: every environment.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    public string? Name { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => Name;

    /// <inheritdoc/>
    private protected override void ProcessInput()
    {
        if (Name is null)
        {
            WriteObject(EnvironmentRegistry.All.Values, enumerateCollection: true);
        }
        else if (EnvironmentRegistry.All.TryGetValue(Name, out MiEnvironment? environment))
        {
            WriteObject(environment);
        }
    }
}
