// A question about tenants and subscriptions, put together the same way for a sign-in and for a list.
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Puts questions to Azure Resource Manager about who sees what.</summary>
internal static class LookupRequestFactory
{
    /// <summary>Puts a question.</summary>
    /// <param name="kind">What is to be found out.</param>
    /// <param name="environment">The cloud to ask.</param>
    /// <param name="identity">Who asks.</param>
    /// <param name="tenant">The tenant, as an id or a domain.</param>
    /// <param name="subscription">The subscription, as an id or a name.</param>
    /// <param name="maxSubscriptions">How many visible subscriptions are wanted besides; -1 for all.</param>
    /// <param name="timeoutSeconds">The time for all of it; 0 for the usual.</param>
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
