// Tab where a subscription stands, by its id, by its name or by either.
using System;
using System.Collections.Generic;
using System.Linq;

namespace Tollgate.PowerShell;

/// <summary>Offers what this session has met of subscriptions.</summary>
public abstract class KnownSubscriptionCompleter : NameCompleter
{
    // Those of the subscriptions of this runspace's contexts, and of those that its commands have shown.
    private protected static IEnumerable<string> Known(Func<MiSubscription, string?> part, Func<CompletionNames, string[]> seen) =>
        RunspaceContexts.Here is not RunspaceContexts here ? []
        : here.Contexts.All.Select(context => context.Subscription is MiSubscription known ? part(known) : null).OfType<string>()
            .Concat(seen(here.Names)).Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Offers the ids of the subscriptions that this session has met.</summary>
public sealed class SubscriptionIdCompleter : KnownSubscriptionCompleter
{
    private protected override IEnumerable<string> Names => Known(subscription => subscription.Id, names => names.SubscriptionIds);
}

/// <summary>Offers the names of the subscriptions that this session has met.</summary>
public sealed class SubscriptionNameCompleter : KnownSubscriptionCompleter
{
    private protected override IEnumerable<string> Names => Known(subscription => subscription.Name, names => names.SubscriptionNames);
}

/// <summary>Offers the subscriptions that this session has met, by name and by id.</summary>
public sealed class SubscriptionCompleter : KnownSubscriptionCompleter
{
    private protected override IEnumerable<string> Names =>
        Known(subscription => subscription.Name, names => names.SubscriptionNames).Concat(Known(subscription => subscription.Id, names => names.SubscriptionIds));
}
