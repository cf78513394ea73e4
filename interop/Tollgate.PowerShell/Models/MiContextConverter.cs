// A context that was handed to another process, as an argument of Start-Job is, arrives there as a bag of texts. There is no secret in
// it, so that a context like it can be made: by whom, where, in which tenant and subscription.
using System;
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Makes contexts of what is left of them after a way to another process.</summary>
public sealed class MiContextConverter : PSTypeConverter
{
    private static readonly string Left = "Deserialized." + typeof(MiContext).FullName;

    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) => PSObject.AsPSObject(sourceValue).TypeNames.Contains(Left);

    /// <inheritdoc/>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
    {
        var left = PSObject.AsPSObject(sourceValue);
        string account = Text(left, nameof(MiContext.Account), nameof(MiAccount.Id)) ?? throw new PSInvalidCastException("The context has no account.");
        string? tenant = Text(left, nameof(MiContext.Tenant), nameof(MiTenant.Id));
        string? subscription = Text(left, nameof(MiContext.Subscription), nameof(MiSubscription.Id));
        return MiContext.Create(
            new MiAccount(new IdentityChoice { AccountId = account }, tenant),
            EnvironmentTable.Named(Text(left, nameof(MiContext.Environment), nameof(MiEnvironment.Name)) ?? AzureCloud.Default, nameof(MiContext.Environment)),
            tenant is null ? null : new MiTenant(tenant),
            subscription is null ? null : MiSubscription.Named(subscription, tenant),
            Text(left, nameof(MiContext.Name)));
    }

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) => throw new PSInvalidCastException();

    // How deep objects go differs: what was an object is its own text, or a bag that has the text.
    private static string? Text(PSObject bag, string name, string inner = "")
    {
        object? value = bag.Properties[name]?.Value;
        string? text = (value is PSObject deeper && deeper.Properties[inner] is PSPropertyInfo property ? property.Value : value)?.ToString();
        return string.IsNullOrEmpty(text) ? null : text;
    }
}
