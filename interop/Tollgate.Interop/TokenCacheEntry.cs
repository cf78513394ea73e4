// One remembered token, described without the token.
using System;

namespace Tollgate.Interop;

/// <summary>What selects an identity.</summary>
public enum TokenSelector
{
    /// <summary>Nothing: the system-assigned identity, or the only one the machine has.</summary>
    None = 0,

    /// <summary>A client id.</summary>
    ClientId = 1,

    /// <summary>An object id.</summary>
    ObjectId = 2,

    /// <summary>A resource id.</summary>
    ResourceId = 3,
}

/// <summary>A token in this process's memory, described without the token.</summary>
public sealed class TokenCacheEntry
{
    /// <summary>Gets what the token is for.</summary>
    public string Resource { get; init; } = string.Empty;

    /// <summary>Gets the identity asked for; nothing when none was named.</summary>
    public string? Identity { get; init; }

    /// <summary>Gets how the identity was named.</summary>
    public TokenSelector Selector { get; init; }

    /// <summary>Gets the endpoint that issued the token.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Gets the tenant the token is from.</summary>
    public string? TenantId { get; init; }

    /// <summary>Gets when the token expires.</summary>
    public DateTimeOffset ExpiresOn { get; init; }

    /// <summary>Gets from when on the token is renewed behind the scenes.</summary>
    public DateTimeOffset RefreshOn { get; init; }

    /// <summary>Gets how often the token was handed out from memory.</summary>
    public long Served { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Resource;
}
