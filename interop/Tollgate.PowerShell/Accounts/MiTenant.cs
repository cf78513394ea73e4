// A tenant, with the property names of Azure PowerShell's.
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.ComponentModel;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>A tenant.</summary>
[TypeConverter(typeof(MiContextConverter))]
public sealed class MiTenant
{
    internal MiTenant(string id)
    {
        Id = id;
        Domains = Guid.TryParse(id, out _) ? [] : [id];
    }

    /// <summary>Gets the tenant's id, or the domain when one was given.</summary>
    public string Id { get; }

    /// <summary>Gets the tenant's id, like Id.</summary>
    public string TenantId => Id;

    /// <summary>Gets the name; null when Azure was not asked.</summary>
    public string? Name { get; private init; }

    /// <summary>Gets the category; null when Azure was not asked.</summary>
    public string? TenantCategory { get; private init; }

    /// <summary>Gets the country; null when Azure was not asked.</summary>
    public string? Country { get; private init; }

    /// <summary>Gets the country's code; null when Azure was not asked.</summary>
    public string? CountryCode { get; private init; }

    /// <summary>Gets the known domains.</summary>
    public IReadOnlyList<string> Domains { get; private init; }

    /// <summary>Gets the default domain; null when Azure was not asked.</summary>
    public string? DefaultDomain { get; private init; }

    /// <summary>Gets the type; null when Azure was not asked.</summary>
    public string? TenantType { get; private init; }

    /// <summary>Gets the logo's address; null when Azure was not asked.</summary>
    public string? TenantBrandingLogoUrl { get; private init; }

    /// <summary>Gets further properties.</summary>
    public ReadOnlyDictionary<string, string> ExtendedProperties { get; } = PropertyBag.None;

    /// <inheritdoc/>
    public override string ToString() => Id;

    /// <summary>Creates a tenant from a deserialized one.</summary>
    internal static MiTenant FromDeserialized(string id, string? name, string? defaultDomain) => new(id) { Name = name, DefaultDomain = defaultDomain };

    /// <summary>Creates a tenant from its JSON description.</summary>
    internal static MiTenant FromJson(JsonValue response) => new(PSObjectConverter.TextOf(response, "tenantId") ?? string.Empty)
    {
        Name = PSObjectConverter.TextOf(response, "displayName"),
        TenantCategory = PSObjectConverter.TextOf(response, "tenantCategory"),
        Country = PSObjectConverter.TextOf(response, "country"),
        CountryCode = PSObjectConverter.TextOf(response, "countryCode"),
        Domains = PSObjectConverter.TextsOf(response, "domains"),
        DefaultDomain = PSObjectConverter.TextOf(response, "defaultDomain"),
        TenantType = PSObjectConverter.TextOf(response, "tenantType"),
        TenantBrandingLogoUrl = PSObjectConverter.TextOf(response, "tenantBrandingLogoUrl"),
    };
}
