// The genuine Az.Accounts, logged in for this process by token, and again before a token ends. Azure PowerShell renews no token
// that it was given; so each command of Tollgate does it in the runspaces that handed over, and in no other.
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

    private static readonly ScriptBlock LoggedIn = ScriptBlock.Create("$context = Az.Accounts\\Get-AzContext -ErrorAction Ignore; if ($context) { [string] $context.Account.Id; [string] $context.Tenant.Id; [string] $context.Subscription.Id }");

    // Whoever runs a command now waits for the renewal: not long, and after one that failed not soon again.
    private const int RenewalSeconds = 10;
    private static readonly TimeSpan RenewalRetryDelay = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan TurnPoll = TimeSpan.FromMilliseconds(50);

    private static readonly object Claims = new();
    private static readonly object Logins = new();
    private static volatile AzHandOver? current;
    private static int renewing;

    private readonly MiContext context;

    // Weakly: a session that has ended is not kept.
    private readonly WeakReference<RunspaceContexts>[] owners;
    private readonly DateTimeOffset renewFrom;
    private AzHandOver? before;

    private AzHandOver(MiContext context, RunspaceContexts[] owners, DateTimeOffset renewFrom)
    {
        this.context = context;
        this.owners = Array.ConvertAll(owners, owner => new WeakReference<RunspaceContexts>(owner));
        this.renewFrom = renewFrom;
    }

    private RunspaceContexts[] Owners => [.. owners.Select(owner => owner.TryGetTarget(out RunspaceContexts? table) ? table : null).OfType<RunspaceContexts>()];

    /// <summary>
    /// Takes the right to log Az.Accounts in, which is the whole process's: from here on no other runspace does, unless it is forced. Two
    /// that came at the same time would not see each other. What it returns is released at the end, whether it began or not.
    /// </summary>
    /// <exception cref="TollgateException">
    /// Something that the login needs is missing; or another runspace handed over, still works with its login, it is not the same, and
    /// nothing forces it away.
    /// </exception>
    internal static AzHandOver Claim(TollgateCmdlet cmdlet, MiContext context, bool force)
    {
        if (context.Subscription?.Id is null)
        {
            string why = context.MissingSubscription is MissingSubscription missing ? "; " + missing.Cause : string.Empty;
            throw Refused($"-HandOver needs a subscription, by its id: name one with -Subscription that the identity sees{why}");
        }

        if (context.Tenant is null)
        {
            throw Refused("-HandOver needs a tenant, and the token does not name its own: name it with -Tenant");
        }

        if (cmdlet.InvokeCommand.InvokeScript(true, Available, null).Count == 0)
        {
            throw Refused("-HandOver needs the module Az.Accounts, which is not installed here");
        }

        lock (Claims)
        {
            AzHandOver? known = current;
            RunspaceContexts self = RunspaceContexts.Current;
            RunspaceContexts[] others = known?.OwnersBeside(self) ?? [];
            if (known is not null && !IsSame(known.context, context))
            {
                if (!force && others.Length > 0)
                {
                    throw Refused(
                        $"-HandOver would replace the login of Az.Accounts that another session of this process has handed over, '{known.context.Name}', and Az has one login for all of them: "
                        + "let that session disconnect first, run this in a process of its own, or replace the login with -Force");
                }

                others = [];
            }

            TollgateCmdlet.BeforeInput = RenewIfDue;
            return current = new AzHandOver(context, [self, .. others], DateTimeOffset.MaxValue) { before = known };
        }
    }

    /// <summary>Logs Az.Accounts in, and says what such a login cannot do.</summary>
    internal void Begin(TollgateCmdlet cmdlet)
    {
        bool entered;
        string? replaced;
        try
        {
            replaced = Present(cmdlet).FirstOrDefault() is string account && !ContextCollection.BelongsTo(context, account) && !(before is not null && ContextCollection.BelongsTo(before.context, account)) ? account : null;
            entered = SignInToAz(cmdlet, context, isRenewal: false);
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            throw NotTaken($"Az.Accounts does not take the login: {failure.Message}", "Run Connect-AzAccount of Az.Accounts by itself to see what is wrong with it", failure);
        }

        if (!entered)
        {
            throw NotTaken("Az.Accounts is not logged in: another session has handed over meanwhile", "Let that session disconnect first, and then hand over again");
        }

        cmdlet.WriteWarning(
            $"Az.Accounts is logged in by token, for this process only{(replaced is null ? string.Empty : $", in place of the login of '{replaced}' that it had")}. Such a login serves Azure Resource Manager, Key Vault and Microsoft Graph, and nothing else: "
            + "no storage with -UseConnectedAccount, no token for another resource. Its account is of type AccessToken. Az does not renew the tokens; the next command of Tollgate does when they are near their end.");
    }

    /// <summary>Puts back what was there before a claim that came to nothing.</summary>
    internal void Release()
    {
        Replace(this, before);
        before = null;
    }

    /// <summary>Stops renewing the login of an account, where this runspace handed it over.</summary>
    internal static void End(IdentitySelector identity)
    {
        if (current is AzHandOver known && known.context.Account.Identity.IsSameAs(identity) && known.Owners.Contains(RunspaceContexts.Current))
        {
            RunspaceContexts[] others = known.OwnersBeside(RunspaceContexts.Current);
            Replace(known, others.Length == 0 ? null : new AzHandOver(known.context, others, known.renewFrom));
        }
    }

    /// <summary>Logs in again when a token is near its end. That a renewal fails is no reason to fail for whatever runs now.</summary>
    private static void RenewIfDue(TollgateCmdlet cmdlet)
    {
        if (current is not AzHandOver known || DateTimeOffset.UtcNow < known.renewFrom || !known.Owners.Contains(RunspaceContexts.Current) || Interlocked.Exchange(ref renewing, 1) == 1)
        {
            return;
        }

        try
        {
            if (CurrentAzContext(cmdlet, known.context) is MiContext context)
            {
                // Where another session has handed over meanwhile, that stands.
                if (known.SignInToAz(cmdlet, context, isRenewal: true))
                {
                    cmdlet.WriteVerbose("Az.Accounts has new tokens.");
                }
            }
            else
            {
                Replace(known, null);
                cmdlet.WriteWarning("Az.Accounts is not logged in any more as Connect-MiAccount -HandOver left it, so it is given no more tokens.");
            }
        }
        catch (Exception failure) when (failure is TollgateException { Status: not TollgateStatus.Cancelled } or (RuntimeException and not PipelineStoppedException))
        {
            Replace(known, new AzHandOver(known.context, known.Owners, DateTimeOffset.UtcNow + RenewalRetryDelay));
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
    private static MiContext? CurrentAzContext(TollgateCmdlet cmdlet, MiContext context)
    {
        string[] present = Present(cmdlet);
        return present.Length != 3 || !ContextCollection.BelongsTo(context, present[0]) ? null
            : present[2].Length == 0 || present[2] == context.Subscription!.Id ? context
            : context.With(new MiTenant(present[1]), MiSubscription.FromInput(present[2], present[1]), name: null);
    }

    // The account, the tenant and the subscription that Az works with now; empty where it is not logged in.
    private static string[] Present(TollgateCmdlet cmdlet) =>
        [.. cmdlet.InvokeCommand.InvokeScript(true, LoggedIn, null).Select(part => part?.ToString() ?? string.Empty)];

    private static bool IsSame(MiContext one, MiContext other) =>
        one.Account.Identity.IsSameAs(other.Account.Identity)
        && string.Equals(one.Environment.Name, other.Environment.Name, StringComparison.OrdinalIgnoreCase)
        && string.Equals(one.Tenant?.Id, other.Tenant?.Id, StringComparison.OrdinalIgnoreCase)
        && string.Equals(one.Subscription?.Id, other.Subscription?.Id, StringComparison.OrdinalIgnoreCase);

    // Those that have ended neither renew it nor stand in anybody's way.
    private RunspaceContexts[] OwnersBeside(RunspaceContexts self) => [.. Owners.Where(owner => owner != self && owner.IsAlive)];

    // Logs in, unless another hand-over has come in place of this one.
    private bool SignInToAz(TollgateCmdlet cmdlet, MiContext context, bool isRenewal)
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

        // A token that lives shorter than the margin is renewed at half its life, not at every command.
        TimeSpan left = end - DateTimeOffset.UtcNow;
        var next = new AzHandOver(context, Owners, end - (left > Margin + Margin ? Margin : TimeSpan.FromTicks(left.Ticks / 2)));

        // One after the other, so that the last to log in is the one that holds it. Who waits for another's login can be stopped.
        while (!Monitor.TryEnter(Logins, TurnPoll))
        {
            if (cmdlet.Stopping)
            {
                throw new PipelineStoppedException();
            }
        }

        try
        {
            if (current != this)
            {
                return false;
            }

            cmdlet.InvokeCommand.InvokeScript(true, Login, null, login);
            Replace(this, next);
            return true;
        }
        finally
        {
            Monitor.Exit(Logins);
        }
    }

    private static DateTimeOffset Add(TollgateCmdlet cmdlet, MiContext context, Hashtable login, string parameter, string resource, bool isRenewal)
    {
        // The token in memory may be the very one that is to be renewed.
        string audience = KnownClouds.Audience(context.Environment, resource, "Environment");
        using AccessToken token = cmdlet.GetToken(context.Account.Identity.Request(audience, forceRefresh: isRenewal, timeoutSeconds: isRenewal ? RenewalSeconds : 0));
        login[parameter] = token.Reveal();
        return token.ExpiresOn;
    }

    private static TollgateException NotTaken(string fault, string advice, Exception? cause = null) => new(TollgateStatus.Refused, fault, cause)
    {
        Advice = $"{advice}; this session is connected all the same.",
    };

    private static TollgateException Refused(string fault) => ArgumentErrors.Invalid("HandOver", fault);
}
