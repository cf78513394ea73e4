// A name, a wildcard pattern, or any name. Comparison is case-insensitive, as in Azure.
using System;
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Finds what has a name.</summary>
internal sealed class NameFilter
{
    private readonly string? asked;
    private readonly WildcardPattern? pattern;

    /// <summary>Reads a name or a wildcard pattern; null matches every name.</summary>
    internal NameFilter(string? asked)
    {
        this.asked = asked;
        pattern = WildcardPattern.ContainsWildcardCharacters(asked) ? WildcardPattern.Get(asked, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant) : null;
    }

    /// <summary>Gets the one name that matches; null for a pattern or any name.</summary>
    internal string? Exact => pattern is null ? asked : null;

    /// <summary>Returns whether a name matches.</summary>
    internal bool IsMatch(string? name) =>
        asked is null || (pattern?.IsMatch(name ?? string.Empty) ?? string.Equals(asked, name, StringComparison.OrdinalIgnoreCase));
}
