// Test-MiAccount: the diagnosis that people otherwise make by hand. What is in the way is in the output and no error.
using System;
using System.Linq;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Finds out what is in the way between this machine and a token of its managed identity.</summary>
/// <remarks>
/// <para>Returns one object for each check: which source of tokens was found and why, whether it can be reached and answers as it
/// should, whether the identity is there, whether a token for the resource comes and what it says, whether the clock is right,
/// Azure Resource Manager can be reached and its certificate is trusted, a proxy is in the way, the machine's rate limit is shared, and
/// whether logins of other tools lie in the profile. Result is Passed, Warning, Failed or Skipped; Advice says what to do. Every
/// call returns the same checks in the same order: one that was not reached, because an earlier one failed, is Skipped.</para>
/// <para>It works with and without Connect-MiAccount, and tests the identity that is named, else that of the context in use, else
/// the system-assigned one. It makes one request for a token, bypassing the cache and passing the machine's gate, and one to the address of
/// Azure Resource Manager without a token; that the latter cannot be reached is a failure only where the token is for it, else a warning.
/// Like Connect-MiAccount it reads the environment variables again, and asks the token service they point to; where the context in
/// use keeps another, the check Source says so. It changes nothing: tokens in memory, contexts and their sources are as before. It
/// shows no token and no other secret. A check that fails is no error.</para>
/// </remarks>
/// <example>
/// <para>See what is in the way</para>
/// <code>Test-MiAccount</code>
/// <para>Runs down the list of checks, with a token for Azure Resource Manager.</para>
/// </example>
/// <example>
/// <para>Test an identity and a resource before a script needs them</para>
/// <code>$checks = Test-MiAccount -ClientId '00000000-0000-0000-0000-000000000000' -ResourceUrl 'https://vault.azure.net'
/// $checks | Where-Object -Property Result -NE -Value Passed | Format-List</code>
/// <para>Shows only the checks that did not pass, in full.</para>
/// </example>
/// <example>
/// <para>Go on only where a token is available</para>
/// <code>if (-not (Test-MiAccount -ResourceTypeName Storage -Quiet)) { Write-Warning -Message 'No token for storage.' }</code>
/// <para>With -Quiet, the answer is True or False.</para>
/// </example>
/// <returns cref="AccountCheck">One for each check, in the order in which one would look.</returns>
/// <returns cref="bool">With -Quiet: True when no check failed, else False.</returns>
/// <seealso>Connect-MiAccount</seealso>
/// <seealso>Get-MiAccessToken</seealso>
/// <seealso>Get-MiGate</seealso>
/// <seealso>about_TollgateErrors</seealso>
[Cmdlet(VerbsDiagnostic.Test, "MiAccount", DefaultParameterSetName = KnownResourceTypeName, HelpUri = HelpPages.BaseUrl + "Test-MiAccount.md")]
[OutputType(typeof(AccountCheck), typeof(bool))]
public sealed class TestMiAccountCommand : TokenAudienceCmdlet
{
    private const string FirstCheck = "Source";

    private static readonly string[] ManagerChecks = ["ResourceManager", "Tls"];

    // The checks of a diagnosis that ends at the first. A test compares them with those of the native library.
    private static readonly string[] OtherChecks = ["Endpoint", "Service", "Identity", "Token", "Claims", "Audience", "Clock", .. ManagerChecks, "Proxy", "Gate", "OtherLogins"];

    /// <summary>
    /// The identity as Connect-AzAccount takes it: the client id of a user-assigned identity, its Azure resource id, or MSI@50342
    /// for the system-assigned one. Excludes -ClientId, -ObjectId and -ResourceId. Default: the identity of the context in use, else the system-assigned one.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(AccountIdCompleter))]
    public string? AccountId { get; set; }

    /// <summary>The client id (application id) of a user-assigned identity. Excludes the other three ways to name one. Default: none.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ClientId { get; set; }

    /// <summary>The object id (principal id) of a user-assigned identity. Excludes the other three ways to name one. Default: none.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ObjectId { get; set; }

    /// <summary>The Azure resource id of a user-assigned identity, beginning with /subscriptions/. Excludes the other three ways to name one. Default: none.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ResourceId { get; set; }

    /// <summary>The time allowed in total, in seconds, including the wait at the machine's gate and retries. Default: 120; the wait at the machine's gate does not count against the default.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSeconds { get; set; }

    /// <summary>Returns True when no check failed, else False, instead of the checks.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    private protected override void ProcessInput()
    {
        MiContext? context = FindContext();
        MiEnvironment environment = context?.Environment ?? KnownClouds.BuiltIn[KnownClouds.Default];
        var named = new IdentitySelector { AccountId = AccountId, ClientId = ClientId, ObjectId = ObjectId, ResourceId = ResourceId };
        IdentitySelector? inUse = context?.Account.Identity;
        AccountCheck[] checks = Diagnose(named.IsGiven ? named : inUse ?? named, inUse, environment);
        if (Quiet)
        {
            WriteObject(checks.All(check => check.Result != AccountCheckResult.Failed));
        }
        else
        {
            WriteObject(checks, enumerateCollection: true);
        }
    }

    private AccountCheck[] Diagnose(IdentitySelector identity, IdentitySelector? inUse, MiEnvironment environment)
    {
        string audience = FindAudience(environment);
        try
        {
            // A token for something else does not need Azure Resource Manager.
            bool isForManager = environment.Audiences.TryGetValue(KnownClouds.DefaultResourceType, out string? manager) && audience.TrimEnd('/') == manager.TrimEnd('/');
            AccountCheck[] checks = RunDiagnosis(identity.Diagnose(audience, inUse, TimeoutSeconds), environment.ResourceManagerUrl is { Length: > 0 } url ? url : null);
            return Array.ConvertAll(checks, check => Readable(check, isForManager || !ManagerChecks.Contains(check.Name)));
        }
        catch (TollgateException failure) when (failure is { Status: TollgateStatus.InvalidArgument, Field: string field } && !MyInvocation.MyCommand.Parameters.ContainsKey(field))
        {
            return WithoutSource(failure);
        }
    }

    /// <summary>The whole list where a variable cannot be meant so: then there is no source to ask.</summary>
    private static AccountCheck[] WithoutSource(TollgateException failure) =>
    [
        new AccountCheck
        {
            Name = FirstCheck,
            Result = AccountCheckResult.Failed,
            Detail = MessageText.ToSentence(failure.Message),
            Advice = ErrorRecordFactory.Advice(failure),
        },
        .. OtherChecks.Select(name => new AccountCheck { Name = name, Result = AccountCheckResult.Skipped, Detail = $"Not reached: {FirstCheck} failed." }),
    ];

    private static AccountCheck Readable(AccountCheck check, bool mayFail) => new()
    {
        Name = check.Name,
        Result = check.Result == AccountCheckResult.Failed && !mayFail ? AccountCheckResult.Warning : check.Result,
        Detail = MessageText.ToSentence(check.Detail),
        Advice = check.Advice is null ? null : MessageText.ToSentence(check.Advice),
    };
}
