// The tenant and the subscription to work in, as Azure Resource Manager finds them: the question, and what its answer means.
using System.Collections.Generic;
using System.Linq;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>What Azure says about where to work.</summary>
internal sealed class SignIn
{
    private SignIn(JsonValue answer)
    {
        string? tenantId = JsonObjects.TextOf(answer, "tenantId");
        Tenant = answer.Find("tenant") is JsonValue described ? MiTenant.Described(described)
            : tenantId is null ? null
            : new MiTenant(tenantId);
        Subscription = answer.Find("subscription") is JsonValue chosen ? MiSubscription.Described(chosen, tenantId) : null;
        Others = [.. (answer.Find("subscriptions")?.Children ?? []).Select(other => MiSubscription.Described(other, tenantId))];
    }

    /// <summary>Gets the tenant.</summary>
    internal MiTenant? Tenant { get; }

    /// <summary>Gets the subscription; nothing when the identity sees none and none was asked for.</summary>
    internal MiSubscription? Subscription { get; }

    /// <summary>Gets the visible subscriptions, as many as were asked for.</summary>
    internal IReadOnlyList<MiSubscription> Others { get; }

    /// <summary>Puts the question.</summary>
    /// <param name="kind">What is to be found out.</param>
    /// <param name="environment">The cloud to ask.</param>
    /// <param name="identity">Who asks.</param>
    /// <param name="tenant">The tenant, as an id or a domain.</param>
    /// <param name="subscription">The subscription, as an id or a name.</param>
    /// <param name="population">How many visible subscriptions are wanted besides; -1 for all.</param>
    /// <param name="timeoutSeconds">The time for all of it; 0 for the usual.</param>
    internal static LookupRequest Question(LookupKind kind, MiEnvironment environment, IdentityChoice identity, string? tenant, string? subscription, int population = 0, int timeoutSeconds = 0) => new()
    {
        Kind = kind,
        Token = identity.Request(AzureCloud.Audience(environment, AzureCloud.DefaultResourceType, "Environment"), timeoutSeconds: timeoutSeconds),
        Account = identity.Label,
        ResourceManagerUrl = environment.NeedResourceManager(),
        Tenant = string.IsNullOrEmpty(tenant) ? null : tenant,
        Subscription = string.IsNullOrEmpty(subscription) ? null : subscription,
        Population = population,
    };

    /// <summary>Reads the answer.</summary>
    internal static SignIn Read(JsonValue answer) => new(answer);
}
