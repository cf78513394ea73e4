// A context that was handed to another process, as an argument of Start-Job is, arrives there as a bag of texts. There is no secret in
// it, so that a context like it can be made: by whom, where, in which tenant and subscription. So can its parts, and a profile's.
using System;
using System.Collections;
using System.Linq;
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Makes contexts, accounts, subscriptions and tenants of what is left of them after a way to another process.</summary>
public sealed class MiContextConverter : PSTypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) => Find(PSObject.AsPSObject(sourceValue), destinationType) is not null;

    /// <inheritdoc/>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
    {
        PSObject bag = Find(PSObject.AsPSObject(sourceValue), destinationType) ?? throw new PSInvalidCastException("The object is not of this kind.");
        return destinationType == typeof(MiAccount) ? Account(bag, tenant: null)
            : destinationType == typeof(MiSubscription) ? Subscription(bag)
            : destinationType == typeof(MiTenant) ? Tenant(bag)
            : Context(bag);
    }

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) => throw new PSInvalidCastException();

    // What is left of the kind that is wanted. A profile stands for its context.
    private static PSObject? Find(PSObject bag, Type wanted) =>
        IsLeftOf(bag, typeof(MiProfile)) ? (typeof(MiContextContainer).IsAssignableFrom(wanted) && Value(bag, nameof(MiProfile.Context)) is PSObject context ? Find(context, wanted) : null)
        : IsLeftOf(bag, typeof(MiContextContainer).IsAssignableFrom(wanted) ? typeof(MiContext) : wanted) ? bag
        : null;

    private static bool IsLeftOf(PSObject bag, Type type) => bag.TypeNames.Contains("Deserialized." + type.FullName);

    private static MiContext Context(PSObject bag)
    {
        PSObject? tenantBag = Part(bag, nameof(MiContext.Tenant));
        PSObject? subscriptionBag = Part(bag, nameof(MiContext.Subscription));
        MiTenant? tenant = tenantBag is null ? null : Tenant(tenantBag);
        string environment = Part(bag, nameof(MiContext.Environment)) is PSObject cloud ? Text(cloud, nameof(MiEnvironment.Name)) ?? cloud.ToString() : KnownClouds.Default;
        var context = MiContext.Create(
            Account(Part(bag, nameof(MiContext.Account)) ?? throw new PSInvalidCastException("The context has no account."), tenant?.Id),
            EnvironmentRegistry.GetRequired(environment, nameof(MiContext.Environment)),
            tenant,
            subscriptionBag is null ? null : Subscription(subscriptionBag),
            Text(bag, nameof(MiContext.Name)));
        return PSObject.AsPSObject(Value(bag, nameof(MiContext.ExtendedProperties)) ?? new Hashtable()).BaseObject is IDictionary { Count: > 0 } properties ? context.With(properties) : context;
    }

    private static MiAccount Account(PSObject bag, string? tenant)
    {
        string id = Text(bag, nameof(MiAccount.Id)) ?? bag.ToString();

        // An account that came here as text only, from an older version or through another serializer, is one as Azure PowerShell takes it.
        string? type = bag.Properties[nameof(MiAccount.IdType)] is null ? nameof(IdentitySelector.AccountId) : Text(bag, nameof(MiAccount.IdType));
        tenant ??= (PSObject.AsPSObject(Value(bag, nameof(MiAccount.Tenants)) ?? string.Empty).BaseObject as IEnumerable)?.OfType<object>().FirstOrDefault(item => item is not char)?.ToString();
        return new MiAccount(IdentitySelector.FromAccount(type, id), tenant);
    }

    private static MiSubscription Subscription(PSObject bag)
    {
        string? id = Text(bag, nameof(MiSubscription.Id));
        string? name = Text(bag, nameof(MiSubscription.Name));
        string? tenant = Text(bag, nameof(MiSubscription.TenantId));
        return id is null && name is null ? MiSubscription.FromInput(bag.ToString(), tenant)
            : MiSubscription.FromDeserialized(id, name, Text(bag, nameof(MiSubscription.State)), tenant, Text(bag, nameof(MiSubscription.HomeTenantId)));
    }

    private static MiTenant Tenant(PSObject bag) =>
        MiTenant.FromDeserialized(Text(bag, nameof(MiTenant.Id)) ?? bag.ToString(), Text(bag, nameof(MiTenant.Name)), Text(bag, nameof(MiTenant.DefaultDomain)));

    // How deep objects go differs: what was an object is a bag, or its own text.
    private static PSObject? Part(PSObject bag, string name) => Value(bag, name) is object part && part.ToString() is { Length: > 0 } ? PSObject.AsPSObject(part) : null;

    private static object? Value(PSObject bag, string name) => bag.Properties[name]?.Value;

    private static string? Text(PSObject bag, string name) => Value(bag, name)?.ToString()?.Trim() is { Length: > 0 } text ? text : null;
}
