// Get-MiTokenCache: what is remembered, without the tokens.
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Lists the tokens in this process's memory, without showing them.</summary>
/// <remarks>
/// <para>The memory belongs to the process: every runspace of it shares the tokens, whatever its contexts. Nothing of it is
/// written to disk, and it ends with the process.</para>
/// <para>Served counts how often a token was handed out from memory instead of by the token service.</para>
/// </remarks>
/// <example>
/// <para>List the tokens</para>
/// <code>Get-MiTokenCache</code>
/// <para>Shows for each token what it is for, which identity it belongs to and when it expires.</para>
/// </example>
/// <example>
/// <para>See which tokens are about to be renewed</para>
/// <code>Get-MiTokenCache | Where-Object -Property RefreshOn -LT -Value ([DateTimeOffset]::Now.AddMinutes(10))</code>
/// <para>Lists the tokens that are renewed behind the scenes when they are next used after the time RefreshOn.</para>
/// </example>
/// <returns cref="TokenCacheEntry">One for each token, described without the token.</returns>
/// <seealso>Clear-MiTokenCache</seealso>
/// <seealso>Get-MiAccessToken</seealso>
/// <seealso>about_Tollgate</seealso>
[Cmdlet(VerbsCommon.Get, "MiTokenCache", HelpUri = HelpPages.BaseUrl + "Get-MiTokenCache.md")]
[OutputType(typeof(TokenCacheEntry))]
public sealed class GetMiTokenCacheCommand : TollgateCmdlet
{
    /// <inheritdoc/>
    private protected override void ProcessInput() => WriteObject(TollgateClient.Shared.ListTokens(), enumerateCollection: true);
}
