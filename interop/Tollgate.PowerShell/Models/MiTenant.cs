// A tenant, with the property names of Azure PowerShell's.
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;

namespace Tollgate.PowerShell;

/// <summary>A tenant.</summary>
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

    /// <summary>Gets the name; nothing as long as Azure was not asked.</summary>
    public string? Name { get; }

    /// <summary>Gets the category; nothing as long as Azure was not asked.</summary>
    public string? TenantCategory { get; }

    /// <summary>Gets the country; nothing as long as Azure was not asked.</summary>
    public string? Country { get; }

    /// <summary>Gets the country's code; nothing as long as Azure was not asked.</summary>
    public string? CountryCode { get; }

    /// <summary>Gets the known domains.</summary>
    public IReadOnlyList<string> Domains { get; }

    /// <summary>Gets the default domain; nothing as long as Azure was not asked.</summary>
    public string? DefaultDomain { get; }

    /// <summary>Gets the type; nothing as long as Azure was not asked.</summary>
    public string? TenantType { get; }

    /// <summary>Gets the logo's address; nothing as long as Azure was not asked.</summary>
    public string? TenantBrandingLogoUrl { get; }

    /// <summary>Gets further properties.</summary>
    public ReadOnlyDictionary<string, string> ExtendedProperties { get; } = Properties.None;

    /// <inheritdoc/>
    public override string ToString() => Id;
}
