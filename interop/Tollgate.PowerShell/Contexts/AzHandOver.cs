// The genuine Az.Accounts, logged in for this process by token, and again before a token ends. Azure PowerShell renews no token
// that it was given; so whoever runs a command of Tollgate runs this.
using System;
using System.Collections;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>A login of Az.Accounts with tokens of a managed identity.</summary>
internal sealed class AzHandOver
{
    // Az keeps what it is given until the end of the token, and then its calls fail: this leaves a long call time to end.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    private static readonly ScriptBlock Login = ScriptBlock.Create("param($Login) Az.Accounts\\Connect-AzAccount @Login -SkipValidation -SkipContextPopulation -Scope Process -Force -ErrorAction Stop");
    private static readonly ScriptBlock Available = ScriptBlock.Create("Get-Command -Name Connect-AzAccount -Module Az.Accounts -CommandType Cmdlet, Function -ErrorAction Ignore");

    private static readonly ScriptBlock Present = ScriptBlock.Create("$context = Az.Accounts\\Get-AzContext -ErrorAction Ignore; if ($context) { [string] $context.Account.Id; [string] $context.Tenant.Id; [string] $context.Subscription.Id }");

    // Whoever runs a command now waits for the renewal: not long, and after one that failed not soon again.
    private const int RenewalSeconds = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private static volatile AzHandOver? current;
    private static int renewing;

    private readonly MiContext context;
    private readonly DateTimeOffset renewFrom;

    private AzHandOver(MiContext context, DateTimeOffset renewFrom)
    {
        this.context = context;
        this.renewFrom = renewFrom;
    }

    /// <summary>Logs Az.Accounts in, and says what such a login cannot do.</summary>
    internal static void Begin(TollgateCommand cmdlet, MiContext context)
    {
        if (context.Subscription?.Id is null || context.Tenant is null)
        {
            throw Refused("-HandOver needs a subscription, by its id: name one with -Subscription that the identity sees");
        }

        if (cmdlet.InvokeCommand.InvokeScript(true, Available, null).Count == 0)
        {
            throw Refused("-HandOver needs the module Az.Accounts, which is not installed here");
        }

        try
        {
            current = Enter(cmdlet, context, isRenewal: false);
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            throw new TollgateException(TollgateStatus.Refused, $"Az.Accounts does not take the login: {failure.Message}", failure)
            {
                Advice = "Run Connect-AzAccount of Az.Accounts by itself to see what is wrong with it; this session is connected all the same.",
            };
        }

        cmdlet.WriteWarning(
            "Az.Accounts is logged in by token, for this process only. Such a login serves Azure Resource Manager, Key Vault and Microsoft Graph, and nothing else: "
            + "no storage with -UseConnectedAccount, no token for another resource. Its account is of type AccessToken. Az does not renew the tokens; the next command of Tollgate does when they are near their end.");
    }

    /// <summary>Stops renewing the login of an account.</summary>
    internal static void End(string accountId)
    {
        if (current is AzHandOver known && ContextSet.IsOf(known.context, accountId))
        {
            current = null;
        }
    }

    /// <summary>Logs in again when a token is near its end. That a renewal fails is no reason to fail for whatever runs now.</summary>
    internal static void RenewIfDue(TollgateCommand cmdlet)
    {
        if (current is not AzHandOver known || DateTimeOffset.UtcNow < known.renewFrom || Interlocked.Exchange(ref renewing, 1) == 1)
        {
            return;
        }

        try
        {
            if (NowIn(cmdlet, known.context) is MiContext context)
            {
                Replace(known, Enter(cmdlet, context, isRenewal: true));
                cmdlet.WriteVerbose("Az.Accounts has new tokens.");
            }
            else
            {
                Replace(known, null);
                cmdlet.WriteWarning("Az.Accounts is not logged in any more as Connect-MiAccount -HandOver left it, so it is given no more tokens.");
            }
        }
        catch (Exception failure) when (failure is TollgateException { Status: not TollgateStatus.Cancelled } or (RuntimeException and not PipelineStoppedException))
        {
            Replace(known, new AzHandOver(known.context, DateTimeOffset.UtcNow + Pause));
            cmdlet.WriteWarning($"Az.Accounts could not be given new tokens: {failure.Message}");
        }
        finally
        {
            Volatile.Write(ref renewing, 0);
        }
    }

    // Another session may have disconnected the account meanwhile, or handed another over: that stands.
    private static void Replace(AzHandOver known, AzHandOver? next) => Interlocked.CompareExchange(ref current, next, known);

    // A script may have chosen another subscription in Az since, and keeps it; or have logged out, or in as somebody else, and keeps that.
    private static MiContext? NowIn(TollgateCommand cmdlet, MiContext context)
    {
        string[] present = [.. cmdlet.InvokeCommand.InvokeScript(true, Present, null).Select(part => part?.ToString() ?? string.Empty)];
        return present.Length != 3 || !ContextSet.IsOf(context, present[0]) ? null
            : present[2].Length == 0 || present[2] == context.Subscription!.Id ? context
            : context.With(new MiTenant(present[1]), MiSubscription.Named(present[2], present[1]), name: null);
    }

    private static AzHandOver Enter(TollgateCommand cmdlet, MiContext context, bool isRenewal)
    {
        var login = new Hashtable
        {
            ["AccountId"] = context.Account.Id,
            ["Tenant"] = context.Tenant!.Id,
            ["Subscription"] = context.Subscription!.Id,
            ["Environment"] = context.Environment.Name,
        };
        DateTimeOffset end = Add(cmdlet, context, login, "AccessToken", "Arm", isRenewal);
        foreach ((string parameter, string resource) in new[] { ("KeyVaultAccessToken", "KeyVault"), ("MicrosoftGraphAccessToken", "MSGraph") })
        {
            // A private cloud need not have such a service.
            if (!context.Environment.Audiences.ContainsKey(resource))
            {
                continue;
            }

            try
            {
                DateTimeOffset other = Add(cmdlet, context, login, parameter, resource, isRenewal);
                end = other < end ? other : end;
            }
            catch (TollgateException failure) when (!isRenewal && failure.Status != TollgateStatus.Cancelled)
            {
                // A renewal is whole or none: the tokens that Az has are still good.
                cmdlet.WriteWarning($"Az.Accounts goes without a token for {resource}: {failure.Message}");
            }
        }

        cmdlet.InvokeCommand.InvokeScript(true, Login, null, login);

        // A token that lives shorter than the margin is renewed at half its life, not at every command.
        TimeSpan left = end - DateTimeOffset.UtcNow;
        return new AzHandOver(context, end - (left > Margin + Margin ? Margin : TimeSpan.FromTicks(left.Ticks / 2)));
    }

    private static DateTimeOffset Add(TollgateCommand cmdlet, MiContext context, Hashtable login, string parameter, string resource, bool isRenewal)
    {
        // The token in memory may be the very one that is to be renewed.
        string audience = AzureCloud.Audience(context.Environment, resource, "Environment");
        using AccessToken token = cmdlet.RequestToken(context.Account.Identity.Request(audience, forceRefresh: isRenewal, timeoutSeconds: isRenewal ? RenewalSeconds : 0));
        login[parameter] = token.Reveal();
        return token.ExpiresOn;
    }

    private static TollgateException Refused(string fault) => InvalidArgument.Of("HandOver", fault);
}
