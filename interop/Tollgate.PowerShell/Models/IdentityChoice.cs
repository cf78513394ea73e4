// How the user named the identity, kept word for word: the rules are the native library's.
using System;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>The four ways to name an identity, as they were given.</summary>
internal sealed class IdentityChoice
{
    /// <summary>Azure PowerShell's account id of the system-assigned identity.</summary>
    internal const string SystemAssigned = "MSI@50342";

    internal string? AccountId { get; init; }

    internal string? ClientId { get; init; }

    internal string? ObjectId { get; init; }

    internal string? ResourceId { get; init; }

    /// <summary>Gets whether any of the four was given.</summary>
    internal bool IsGiven => Given is not null;

    /// <summary>Gets what the account is called.</summary>
    internal string Label => Given ?? SystemAssigned;

    /// <summary>Gets the parameter by which it was given; nothing when it was not.</summary>
    internal string? Parameter =>
        AccountId is not null ? nameof(AccountId)
        : ClientId is not null ? nameof(ClientId)
        : ObjectId is not null ? nameof(ObjectId)
        : ResourceId is not null ? nameof(ResourceId)
        : null;

    private string? Given => AccountId ?? ClientId ?? ObjectId ?? ResourceId;

    /// <summary>Makes the choice of an account that is known by its id and by the parameter that the id was given by.</summary>
    internal static IdentityChoice Of(string? parameter, string id) => parameter switch
    {
        nameof(ClientId) => new() { ClientId = id },
        nameof(ObjectId) => new() { ObjectId = id },
        nameof(ResourceId) => new() { ResourceId = id },

        // It goes by this id without having been given it.
        null when string.Equals(id, SystemAssigned, StringComparison.OrdinalIgnoreCase) => new(),
        _ => new() { AccountId = id },
    };

    /// <summary>Makes a request for this identity.</summary>
    internal TokenRequest Request(string? resource, bool forceRefresh = false, int timeoutSeconds = 0) => new()
    {
        Resource = resource,
        AccountId = AccountId,
        ClientId = ClientId,
        ObjectId = ObjectId,
        ResourceId = ResourceId,
        ForceRefresh = forceRefresh,
        Timeout = TimeSpan.FromTicks(timeoutSeconds * TimeSpan.TicksPerSecond),
    };
}
