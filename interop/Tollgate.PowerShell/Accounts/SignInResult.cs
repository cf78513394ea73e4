// The tenant and the subscription to work in, as Azure Resource Manager has found them: what its answer to a sign-in means.
using System.Collections.Generic;
using System.Linq;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>The tenant and the subscription that a sign-in selects.</summary>
internal sealed class SignInResult
{
    /// <summary>Reads the response.</summary>
    internal SignInResult(JsonValue response)
    {
        string? tenantId = PSObjectConverter.TextOf(response, "tenantId");
        Tenant = response.Find("tenant") is JsonValue described ? MiTenant.FromJson(described)
            : tenantId is null ? null
            : new MiTenant(tenantId);
        Subscription = response.Find("subscription") is JsonValue chosen ? MiSubscription.FromJson(chosen, tenantId) : null;
        UnreachableReason = PSObjectConverter.TextOf(response, "unreachable");
        Others = [.. (response.Find("subscriptions")?.Children ?? []).Select(other => MiSubscription.FromJson(other, tenantId))];
    }

    /// <summary>Gets the tenant.</summary>
    internal MiTenant? Tenant { get; }

    /// <summary>Gets the subscription; null when the identity sees none and none was asked for.</summary>
    internal MiSubscription? Subscription { get; }

    /// <summary>Gets why nobody could be asked for a subscription; null when Azure Resource Manager was reached.</summary>
    internal string? UnreachableReason { get; }

    /// <summary>Gets the visible subscriptions, as many as were asked for.</summary>
    internal IReadOnlyList<MiSubscription> Others { get; }
}
