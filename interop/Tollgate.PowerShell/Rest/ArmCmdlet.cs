// What the cmdlets that list things of a subscription have in common: how they ask Azure Resource Manager, page after page, of
// which one is in memory at a time.
using System;
using System.Collections.Generic;
using System.Linq;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>The base of the cmdlets that list what is in a subscription.</summary>
public abstract class ArmCmdlet : ContextCmdlet
{
    // Azure PowerShell's words, two spaces and all, for scripts look for them. Where it is known that no credentials are to blame, only the first of them.
    private const string NoSubscription = "No subscription found in the context.";
    private const string Credentials = "Please ensure that the credentials you provided are authorized to access an Azure subscription, then run Connect-MiAccount to login.";

    // The value of $expand that adds the times to a list. A single resource never has them.
    private protected const string ExpandTimes = "createdTime,changedTime";

    // Taken once for each input: what comes down the pipeline may change the session's context between two pages.
    private MiContext? context;

    private MiContext Context => context ?? RequireContext();

    /// <summary>Writes what was requested, for one input.</summary>
    private protected abstract void ListInput();

    /// <inheritdoc/>
    private protected sealed override void ProcessInput()
    {
        context = RequireContext();
        ListInput();
    }

    /// <summary>Finds the subscription to look into, as the beginning of its resources' ids, or fails.</summary>
    private protected string RequireSubscription()
    {
        MiSubscription? subscription = Context.Subscription;
        return subscription?.Id is string id ? "/subscriptions/" + Uri.EscapeDataString(id) : throw new TollgateException(
            TollgateStatus.SubscriptionNotFound,
            subscription is not null ? $"The context knows its subscription by the name '{subscription.Name}' only, and its id is needed."
                : $"{NoSubscription}  {(Context.MissingSubscription is MissingSubscription missing ? MessageText.ToSentence(missing.Cause) : Credentials)}")
        {
            Advice = Context.MissingSubscription?.Advice ?? "Choose a subscription with Set-MiContext -Subscription.",
        };
    }

    /// <summary>Builds a URL from a path below Azure Resource Manager's and query parameters; null and empty ones are left out.</summary>
    private protected string BuildUrl(string path, string apiVersion, params (string Name, string? Value)[] query)
    {
        IEnumerable<string> parts = query
            .Prepend((Name: "api-version", Value: apiVersion))
            .Where(part => !string.IsNullOrEmpty(part.Value))
            .Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}");
        return Context.Environment.RequireResourceManager() + path + "?" + string.Join("&", parts);
    }

    /// <summary>Sends a GET; an HTTP error status throws.</summary>
    private protected ArmResponse Get(string address)
    {
        var request = new RestRequest
        {
            Token = Context.Account.Identity.Request(resource: null),
            Uri = address,
            Realms = Context.Environment.AudienceHosts,
            Paginate = true,
            Strict = true,
        };
        using RestResponse response = SendRequest(request);
        return new ArmResponse(response);
    }

    /// <summary>Returns the pages of a listing; each is requested when the one before it has been consumed.</summary>
    private protected IEnumerable<ArmResponse> Pages(string address)
    {
        var cycle = new PageCycleDetector();
        string? next = address;
        while (next is not null)
        {
            ArmResponse page = Get(next);
            next = cycle.Advance(page.NextLink);
            yield return page;
        }
    }

    /// <summary>Finds the API version for a resource.</summary>
    /// <param name="id">The resource.</param>
    /// <param name="given">The version the user named, if any.</param>
    /// <param name="preview">Whether versions that are not final count as well.</param>
    private protected string VersionFor(ResourceIdentifier id, string? given, bool preview) =>
        given ?? ApiVersions.Find(id, preview, Context.Environment.ResourceManagerUrl, path => Get(BuildUrl(path, ApiVersions.Resources)).Document);

    /// <summary>Runs one of several actions and writes its error as non-terminating, so that the others run too.</summary>
    private protected void ContinueOnError(object target, Action action)
    {
        try
        {
            action();
        }
        catch (TollgateException failure) when (failure.Status != TollgateStatus.Cancelled && !ErrorRecordFactory.Terminates(failure.Status))
        {
            WriteError(ErrorRecordFactory.Create(CallerMessages.Rephrase(this, failure), target));
        }
    }
}
