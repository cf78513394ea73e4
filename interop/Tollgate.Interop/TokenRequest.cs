// What to ask for, as the caller gave it. Nothing is checked here: the native library knows the rules.
using System;

namespace Tollgate.Interop;

/// <summary>A request for a token, or the description of the cached tokens to clear.</summary>
public sealed class TokenRequest
{
    /// <summary>Gets the audience, for example https://vault.azure.net.</summary>
    public string? Resource { get; init; }

    /// <summary>Gets the account id as Azure PowerShell has it: a client id, a resource id, or MSI@50342 for the system-assigned identity.</summary>
    public string? AccountId { get; init; }

    /// <summary>Gets the client id of a user-assigned identity.</summary>
    public string? ClientId { get; init; }

    /// <summary>Gets the object id of an identity's service principal.</summary>
    public string? ObjectId { get; init; }

    /// <summary>Gets the Azure resource id of a user-assigned identity.</summary>
    public string? ResourceId { get; init; }

    /// <summary>
    /// Gets the source that has the identity, as <see cref="TollgateClient.UseEnvironment"/> of the same client gave it; 0 means the one that the
    /// environment points to now.
    /// </summary>
    public int Source { get; init; }

    /// <summary>Gets whether the cache is passed over.</summary>
    public bool ForceRefresh { get; init; }

    /// <summary>Gets the time allowed in total; zero means the library's own (two minutes).</summary>
    public TimeSpan Timeout { get; init; }
}
