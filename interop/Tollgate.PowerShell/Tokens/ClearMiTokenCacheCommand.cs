// Clear-MiTokenCache: forgets tokens. The contexts stay; the next call asks the service.
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Removes tokens from this process's memory.</summary>
/// <remarks>
/// <para>Without parameters, every token is forgotten. With a resource, its tokens of the connected identity are. The contexts stay, and
/// the next Get-MiAccessToken asks the token service. A request that is under way answers those who wait for it, and its token is not kept.</para>
/// <para>Azure itself keeps tokens of managed identities for up to a day, so the service may give the same token again.</para>
/// </remarks>
/// <example>
/// <para>Forget every token</para>
/// <code>Clear-MiTokenCache</code>
/// <para>Every runspace of this process asks the service when it next needs a token.</para>
/// </example>
/// <example>
/// <para>Forget the tokens for one resource</para>
/// <code>Clear-MiTokenCache -ResourceTypeName KeyVault -PassThru</code>
/// <para>Forgets the connected identity's token for key vaults and says how many there were.</para>
/// </example>
/// <returns cref="int">The number of tokens forgotten, when -PassThru is given; otherwise nothing.</returns>
/// <seealso>Get-MiTokenCache</seealso>
/// <seealso>Get-MiAccessToken</seealso>
/// <seealso>about_Tollgate</seealso>
[Cmdlet(VerbsCommon.Clear, "MiTokenCache", SupportsShouldProcess = true, DefaultParameterSetName = Everything, HelpUri = HelpPages.BaseUrl + "Clear-MiTokenCache.md")]
[OutputType(typeof(int))]
public sealed class ClearMiTokenCacheCommand : ContextCmdlet
{
    private const string Everything = "Everything";
    private const string KnownResourceTypeName = "KnownResourceTypeName";
    private const string ResourceUrlSet = "ResourceUrl";

    /// <summary>The kind of resource whose tokens are forgotten: a value of Get-MiAccessToken -ResourceTypeName.</summary>
    [Parameter(Mandatory = true, ParameterSetName = KnownResourceTypeName)]
    [ArgumentCompleter(typeof(ResourceTypeNameCompleter))]
    public string? ResourceTypeName { get; set; }

    /// <summary>The URL of the resource whose tokens are forgotten, for example https://vault.azure.net, as Get-MiTokenCache shows it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ResourceUrlSet)]
    [Alias("Resource", "ResourceUri")]
    [ArgumentCompleter(typeof(ResourceUrlCompleter))]
    public string? ResourceUrl { get; set; }

    /// <summary>Returns the number of tokens that were forgotten. Without it there is no output.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => ResourceUrl ?? ResourceTypeName;

    /// <inheritdoc/>
    private protected override void ProcessInput()
    {
        TokenRequest? only = ParameterSetName == Everything ? null : OneResource(RequireContext());
        if (!ShouldProcess(only is null ? "every token in memory" : $"the tokens in memory for {only.Resource}", "forget"))
        {
            return;
        }

        int forgotten = only is null ? TollgateClient.Shared.ClearTokens() : TollgateClient.Shared.ClearTokens(only);
        if (PassThru)
        {
            WriteObject(forgotten);
        }
    }

    private TokenRequest OneResource(MiContext context) =>
        context.Account.Identity.Request(ResourceUrl ?? KnownClouds.Audience(context.Environment, ResourceTypeName!, nameof(ResourceTypeName)));
}
