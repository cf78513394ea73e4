// Who, where, in which subscription. Immutable, so that a runspace can hand it to another.
using System.Collections;
using System.Collections.ObjectModel;
using System.ComponentModel;

namespace Tollgate.PowerShell;

/// <summary>A context: an account, an environment, and the tenant and subscription chosen.</summary>
[TypeConverter(typeof(MiContextConverter))]
public sealed class MiContext : MiContextContainer
{
    private MiContext(MiAccount account, MiEnvironment environment, MiTenant? tenant, MiSubscription? subscription, ReadOnlyDictionary<string, string> properties, string? name, MissingSubscription? missing)
    {
        Account = account;
        Environment = environment;
        Tenant = tenant;
        Subscription = subscription;
        ExtendedProperties = properties;
        MissingSubscription = subscription is null ? missing : null;
        Name = name ?? DefaultName();
    }

    /// <summary>Gets the name of the context.</summary>
    public string Name { get; }

    /// <summary>Gets the account.</summary>
    public MiAccount Account { get; }

    /// <summary>Gets the environment, that is the cloud.</summary>
    public MiEnvironment Environment { get; }

    /// <summary>Gets the subscription; null when none was given.</summary>
    public MiSubscription? Subscription { get; }

    /// <summary>Gets the tenant.</summary>
    public MiTenant? Tenant { get; }

    /// <summary>Always null: tokens are not part of a context. Get-MiTokenCache lists them.</summary>
    public object? TokenCache { get; }

    /// <summary>Always null: there are no version profiles.</summary>
    public string? VersionProfile { get; }

    /// <summary>Gets further properties, set by Set-MiContext -ExtendedProperty.</summary>
    public ReadOnlyDictionary<string, string> ExtendedProperties { get; }

    /// <summary>Gets why there is no subscription; null when there is one, and when none is visible to the identity.</summary>
    internal MissingSubscription? MissingSubscription { get; }

    /// <inheritdoc/>
    internal override MiContext ToContext() => this;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Makes a context.</summary>
    /// <param name="account">The account.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="tenant">The tenant, when it is known.</param>
    /// <param name="subscription">The subscription, or null.</param>
    /// <param name="name">The name, or null for the one made of its parts.</param>
    /// <param name="missing">Why there is no subscription, where that is not the identity's lack of permissions.</param>
    internal static MiContext Create(MiAccount account, MiEnvironment environment, MiTenant? tenant, MiSubscription? subscription, string? name, MissingSubscription? missing = null) =>
        new(account, environment, tenant, subscription, PropertyBag.None, name, missing);

    /// <summary>Returns this context with another tenant and subscription, and another name.</summary>
    internal MiContext With(MiTenant? tenant, MiSubscription? subscription, string? name, MissingSubscription? missing = null) =>
        new(Account, Environment, tenant, subscription, ExtendedProperties, name, missing ?? MissingSubscription);

    /// <summary>Returns this context with the tenant and the subscription of a sign-in, and another name.</summary>
    internal MiContext With(MiTenant? tenant, SignInResult found, string? name) =>
        new(Account, Environment, tenant, found.Subscription, ExtendedProperties, name, MissingSubscription.Unreachable(found.UnreachableReason));

    /// <summary>Returns this context with more properties.</summary>
    internal MiContext With(IDictionary properties) =>
        new(Account, Environment, Tenant, Subscription, PropertyBag.With(ExtendedProperties, properties), Name, MissingSubscription);

    private string DefaultName()
    {
        string owner = Tenant is null ? Account.Id : $"{Tenant.Id} - {Account.Id}";
        return Subscription is null ? owner
            : Subscription.Name is null || Subscription.Id is null ? $"{Subscription} - {owner}"
            : $"{Subscription.Name} ({Subscription.Id}) - {owner}";
    }
}
