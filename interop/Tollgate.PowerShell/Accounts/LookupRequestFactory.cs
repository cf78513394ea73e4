// Lookups of tenants and subscriptions, built the same way for a sign-in and for a list.
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Builds lookup requests.</summary>
internal static class LookupRequestFactory
{
    /// <summary>Builds a request.</summary>
    /// <param name="kind">What to look up.</param>
    /// <param name="environment">The cloud to ask.</param>
    /// <param name="identity">The identity whose token is used.</param>
    /// <param name="tenant">The tenant, as an id or a domain.</param>
    /// <param name="subscription">The subscription, as an id or a name.</param>
    /// <param name="maxSubscriptions">How many further visible subscriptions to return; -1 for all.</param>
    /// <param name="timeoutSeconds">The time for all requests, in seconds; 0 for the default.</param>
    internal static LookupRequest Create(LookupKind kind, MiEnvironment environment, IdentitySelector identity, string? tenant, string? subscription = null, int maxSubscriptions = 0, int timeoutSeconds = 0) => new()
    {
        Kind = kind,
        Token = identity.Request(KnownClouds.Audience(environment, KnownClouds.DefaultResourceType, "Environment"), timeoutSeconds: timeoutSeconds),
        Account = identity.DisplayId,
        ResourceManagerUrl = environment.RequireResourceManager(),
        Tenant = string.IsNullOrEmpty(tenant) ? null : tenant,
        Subscription = string.IsNullOrEmpty(subscription) ? null : subscription,
        Population = maxSubscriptions,
    };
}
