// Get-MiAccessToken: one token, from memory where it can be. The way of a cached token is kept short: no LINQ, no reflection.
using System;
using System.Collections;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Gets an access token of the connected managed identity.</summary>
/// <remarks>
/// <para>The token comes from this process's memory while it is fresh. Past half of its life it is still handed out while a new
/// one is fetched behind the scenes. Otherwise the token service is asked, that of a virtual machine at the rate limit that all its
/// processes share, so that it refuses none of them; a wait of over a second shows as progress with the seconds left.</para>
/// <para>The token is a SecureString unless -AsPlainText or -AsHeader is given, as in Azure PowerShell since Az 14. The
/// environment variable AZUREPS_OUTPUT_PLAINTEXT_AZACCESSTOKEN=true makes plain text the default, as it does there.</para>
/// </remarks>
/// <example>
/// <para>Call Azure Resource Manager</para>
/// <code>Connect-MiAccount
/// $headers = Get-MiAccessToken -AsHeader
/// Invoke-RestMethod -Uri 'https://management.azure.com/subscriptions?api-version=2022-12-01' -Headers $headers</code>
/// <para>Gets a token for Azure Resource Manager as a table of headers, and lists the subscriptions the identity can see.</para>
/// </example>
/// <example>
/// <para>Read a secret</para>
/// <code>$token = Get-MiAccessToken -ResourceTypeName KeyVault
/// Invoke-RestMethod -Uri 'https://myvault.vault.azure.net/secrets/mysecret?api-version=7.4' -Authentication Bearer -Token $token.Token</code>
/// <para>The token stays a SecureString on its way from Tollgate to Invoke-RestMethod (PowerShell 7).</para>
/// </example>
/// <example>
/// <para>Query a database</para>
/// <code>$token = Get-MiAccessToken -ResourceUrl 'https://database.windows.net/' -AsPlainText
/// Invoke-Sqlcmd -ServerInstance 'myserver.database.windows.net' -Database 'mydatabase' -AccessToken $token.Token -Query 'SELECT 1'</code>
/// <para>Gets a token for Azure SQL, which has no resource type name, as the plain text that Invoke-Sqlcmd of the module SqlServer takes.</para>
/// </example>
/// <returns cref="MiSecureAccessToken">By default, and with -AsSecureString: Token is a SecureString.</returns>
/// <returns cref="MiAccessToken">With -AsPlainText: Token is ordinary text.</returns>
/// <returns cref="Hashtable">With -AsHeader: the one key Authorization.</returns>
/// <seealso>Connect-MiAccount</seealso>
/// <seealso>Get-MiTokenCache</seealso>
/// <seealso>about_Tollgate</seealso>
/// <seealso>about_TollgateErrors</seealso>
[Cmdlet(VerbsCommon.Get, "MiAccessToken", DefaultParameterSetName = KnownResourceTypeName, HelpUri = HelpPages.BaseUrl + "Get-MiAccessToken.md")]
[OutputType(typeof(MiSecureAccessToken), typeof(MiAccessToken), typeof(Hashtable))]
public sealed class GetMiAccessTokenCommand : TokenAudienceCmdlet
{
    private const string PlainTextVariable = "AZUREPS_OUTPUT_PLAINTEXT_AZACCESSTOKEN";

    /// <summary>
    /// The tenant to name in the output. A managed identity belongs to one tenant and its tokens are always from there; the
    /// parameter is here for scripts that give it. Default: the tenant the token says it is from, else the context's.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? TenantId { get; set; }

    /// <summary>Returns the token as a SecureString. This is the default; the switch is here for scripts that give it, and wins over the environment variable AZUREPS_OUTPUT_PLAINTEXT_AZACCESSTOKEN.</summary>
    [Parameter]
    public SwitchParameter AsSecureString { get; set; }

    /// <summary>Returns the token as ordinary text. It then stays in memory until it is collected, and whatever is done with the output can show it.</summary>
    [Parameter]
    public SwitchParameter AsPlainText { get; set; }

    /// <summary>Returns a hashtable with the key Authorization, ready for the parameter -Headers of Invoke-RestMethod and Invoke-WebRequest. It is an ordinary table and shows the token when it is displayed: assign it.</summary>
    [Parameter]
    public SwitchParameter AsHeader { get; set; }

    /// <summary>
    /// Asks the service even when there is a fresh token in memory, and fails when it gives none. Azure itself keeps tokens of
    /// managed identities for up to a day, so the answer can be the same token again.
    /// </summary>
    [Parameter]
    public SwitchParameter ForceRefresh { get; set; }

    /// <summary>The time allowed in total, in seconds, including the wait at the machine's gate and retries. Default: 120; the wait at the machine's gate does not count against the default.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSeconds { get; set; }

    /// <inheritdoc/>
    private protected override void ProcessInput()
    {
        RefuseContradictions();
        MiContext context = RequireContext();
        AccessToken token = GetToken(context.Account.Identity.Request(FindAudience(context.Environment), ForceRefresh, TimeoutSeconds));
        if (TenantId is not null && token.TenantId is not null && !string.Equals(TenantId, token.TenantId, StringComparison.OrdinalIgnoreCase))
        {
            WarnIgnored(nameof(TenantId), $"a managed identity belongs to one tenant, and its tokens are from there ({token.TenantId})");
        }

        string? tenantId = TenantId ?? token.TenantId ?? context.Tenant?.Id;
        string userId = context.Account.Id;
        if (AsHeader)
        {
            using (token)
            {
                WriteObject(new Hashtable(StringComparer.OrdinalIgnoreCase) { ["Authorization"] = token.TokenType + " " + token.Reveal() });
            }
        }
        else if (AsPlainText || (!AsSecureString && PlainTextIsDefault()))
        {
            using (token)
            {
                WriteObject(new MiAccessToken(token, tenantId, userId).WithModestDisplay());
            }
        }
        else
        {
            WriteObject(new MiSecureAccessToken(token, tenantId, userId));
        }
    }

    private static bool PlainTextIsDefault() =>
        string.Equals(Environment.GetEnvironmentVariable(PlainTextVariable), "true", StringComparison.OrdinalIgnoreCase);

    private void RefuseContradictions()
    {
        if ((AsSecureString ? 1 : 0) + (AsPlainText ? 1 : 0) + (AsHeader ? 1 : 0) > 1)
        {
            throw ArgumentErrors.Invalid(AsHeader ? nameof(AsHeader) : nameof(AsPlainText), "only one of -AsSecureString, -AsPlainText and -AsHeader can be given");
        }
    }
}
