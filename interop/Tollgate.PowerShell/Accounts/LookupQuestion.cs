// A question about tenants and subscriptions, put together the same way for a sign-in and for a list.
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Puts questions to Azure Resource Manager about who sees what.</summary>
internal static class LookupQuestion
{
    /// <summary>Puts a question.</summary>
    /// <param name="kind">What is to be found out.</param>
    /// <param name="environment">The cloud to ask.</param>
    /// <param name="identity">Who asks.</param>
    /// <param name="tenant">The tenant, as an id or a domain.</param>
    /// <param name="subscription">The subscription, as an id or a name.</param>
    /// <param name="population">How many visible subscriptions are wanted besides; -1 for all.</param>
    /// <param name="timeoutSeconds">The time for all of it; 0 for the usual.</param>
    internal static LookupRequest Of(LookupKind kind, MiEnvironment environment, IdentityChoice identity, string? tenant, string? subscription = null, int population = 0, int timeoutSeconds = 0) => new()
    {
        Kind = kind,
        Token = identity.Request(AzureCloud.Audience(environment, AzureCloud.DefaultResourceType, "Environment"), timeoutSeconds: timeoutSeconds),
        Account = identity.Label,
        ResourceManagerUrl = environment.NeedResourceManager(),
        Tenant = string.IsNullOrEmpty(tenant) ? null : tenant,
        Subscription = string.IsNullOrEmpty(subscription) ? null : subscription,
        Population = population,
    };
}
