// The tenant and the subscription to work in, as Azure Resource Manager has found them: what its answer to a sign-in means.
using System.Collections.Generic;
using System.Linq;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>What Azure says about where to work.</summary>
internal sealed class SignIn
{
    /// <summary>Reads the answer.</summary>
    internal SignIn(JsonValue answer)
    {
        string? tenantId = JsonObjects.TextOf(answer, "tenantId");
        Tenant = answer.Find("tenant") is JsonValue described ? MiTenant.Described(described)
            : tenantId is null ? null
            : new MiTenant(tenantId);
        Subscription = answer.Find("subscription") is JsonValue chosen ? MiSubscription.Described(chosen, tenantId) : null;
        UnreachableReason = JsonObjects.TextOf(answer, "unreachable");
        Others = [.. (answer.Find("subscriptions")?.Children ?? []).Select(other => MiSubscription.Described(other, tenantId))];
    }

    /// <summary>Gets the tenant.</summary>
    internal MiTenant? Tenant { get; }

    /// <summary>Gets the subscription; nothing when the identity sees none and none was asked for.</summary>
    internal MiSubscription? Subscription { get; }

    /// <summary>Gets why nobody could be asked for a subscription; nothing when Azure Resource Manager was reached.</summary>
    internal string? UnreachableReason { get; }

    /// <summary>Gets the visible subscriptions, as many as were asked for.</summary>
    internal IReadOnlyList<MiSubscription> Others { get; }
}
