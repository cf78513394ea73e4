// How the user named the identity, kept as it was spelled: the rules are the native library's. With it goes the source of tokens that was
// found at connecting, so that neither a variable nor another session makes another identity of it.
using System;
using System.Threading;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>The four ways to name an identity, as they were given.</summary>
internal sealed class IdentitySelector
{
    /// <summary>Azure PowerShell's account id of the system-assigned identity.</summary>
    internal const string SystemAssigned = "MSI@50342";

    private int source;

    /// <summary>Makes a choice whose source is the one that is found when it is first used, as after a way from another process.</summary>
    internal IdentitySelector()
    {
    }

    /// <summary>Makes a choice with a source.</summary>
    /// <param name="source">The source, as TollgateClient.ShareEnvironment returns it.</param>
    internal IdentitySelector(int source) => this.source = source;

    // Spaces and line ends around an id, as files and other programs leave them, make no second account.
    internal string? AccountId { get; init => field = value?.Trim(); }

    internal string? ClientId { get; init => field = value?.Trim(); }

    internal string? ObjectId { get; init => field = value?.Trim(); }

    internal string? ResourceId { get; init => field = value?.Trim(); }

    /// <summary>Gets whether any of the four was given.</summary>
    internal bool IsGiven => Given is not null;

    /// <summary>Gets what the account is called.</summary>
    internal string DisplayId => Given ?? SystemAssigned;

    /// <summary>Gets the parameter by which it was given; null when it was not.</summary>
    internal string? Parameter =>
        AccountId is not null ? nameof(AccountId)
        : ClientId is not null ? nameof(ClientId)
        : ObjectId is not null ? nameof(ObjectId)
        : ResourceId is not null ? nameof(ResourceId)
        : null;

    private string? Given => AccountId ?? ClientId ?? ObjectId ?? ResourceId;

    /// <summary>Makes the choice of an account that is known by its id and by the parameter that the id was given by.</summary>
    internal static IdentitySelector FromAccount(string? parameter, string id) => parameter switch
    {
        nameof(ClientId) => new() { ClientId = id },
        nameof(ObjectId) => new() { ObjectId = id },
        nameof(ResourceId) => new() { ResourceId = id },

        // It goes by this id without having been given it.
        null when string.Equals(id, SystemAssigned, StringComparison.OrdinalIgnoreCase) => new(),
        _ => new() { AccountId = id },
    };

    /// <summary>Gets whether its source is known, as it is from connecting or from the first use on. Before that it has no tokens.</summary>
    internal bool HasSource => Volatile.Read(ref source) != 0;

    /// <summary>Returns whether another choice is of the same name, given by the same parameter. At another source that is another identity.</summary>
    internal bool IsNamesakeOf(IdentitySelector other) =>
        Parameter == other.Parameter && string.Equals(DisplayId, other.DisplayId, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns whether another choice is the same identity: the same name at the same source.</summary>
    internal bool IsSameAs(IdentitySelector other) =>
        ReferenceEquals(this, other) || (IsNamesakeOf(other) && HasSource && Volatile.Read(ref source) == Volatile.Read(ref other.source));

    /// <summary>Makes a request for this identity.</summary>
    internal TokenRequest Request(string? resource, bool forceRefresh = false, int timeoutSeconds = 0) =>
        Request(resource, FindSource(), forceRefresh, timeoutSeconds);

    /// <summary>Makes the request of a diagnosis, which names the source that the context in use keeps, if it has one yet.</summary>
    internal TokenRequest Diagnose(string resource, IdentitySelector? inUse, int timeoutSeconds) =>
        Request(resource, inUse is null ? 0 : Volatile.Read(ref inUse.source), forceRefresh: false, timeoutSeconds);

    private TokenRequest Request(string? resource, int from, bool forceRefresh, int timeoutSeconds) => new()
    {
        Resource = resource,
        AccountId = AccountId,
        ClientId = ClientId,
        ObjectId = ObjectId,
        ResourceId = ResourceId,
        Source = from,
        ForceRefresh = forceRefresh,
        Timeout = TimeSpan.FromTicks(timeoutSeconds * TimeSpan.TicksPerSecond),
    };

    // Of several that use it for the first time at once, all go to the same source.
    private int FindSource()
    {
        int known = Volatile.Read(ref source);
        if (known != 0)
        {
            return known;
        }

        int found = TollgateClient.ShareEnvironment();
        known = Interlocked.CompareExchange(ref source, found, 0);
        return known == 0 ? found : known;
    }
}
