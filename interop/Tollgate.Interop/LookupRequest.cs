// A question about tenants and subscriptions, as the caller gave it.
namespace Tollgate.Interop;

/// <summary>What is to be found out.</summary>
public enum LookupKind
{
    /// <summary>The tenant and the subscription to work in.</summary>
    SignIn = 0,

    /// <summary>The tenants.</summary>
    Tenants = 1,

    /// <summary>The subscriptions.</summary>
    Subscriptions = 2,
}

/// <summary>A question about tenants and subscriptions.</summary>
public sealed class LookupRequest
{
    /// <summary>Gets what is to be found out.</summary>
    public LookupKind Kind { get; init; }

    /// <summary>Gets who asks; its resource is the audience of Azure Resource Manager, and its timeout is for the whole question; zero means no end.</summary>
    public TokenRequest Token { get; init; } = new();

    /// <summary>Gets what messages call the account.</summary>
    public string Account { get; init; } = string.Empty;

    /// <summary>Gets the address of Azure Resource Manager.</summary>
    public string ResourceManagerUrl { get; init; } = string.Empty;

    /// <summary>Gets the tenant asked for, as an id or a domain.</summary>
    public string? Tenant { get; init; }

    /// <summary>Gets the subscription asked for, as an id or a name.</summary>
    public string? Subscription { get; init; }

    /// <summary>Gets how many of the visible subscriptions are wanted besides; -1 for all.</summary>
    public int Population { get; init; }
}
