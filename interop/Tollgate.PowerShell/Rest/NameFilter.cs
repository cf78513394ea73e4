// A name as it is asked for: one name, a pattern of names, or any. Upper and lower case are the same, as they are to Azure.
using System;
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Finds what has a name.</summary>
internal sealed class NameFilter
{
    private readonly string? asked;
    private readonly WildcardPattern? pattern;

    /// <summary>Reads what is asked for; nothing asks for any name.</summary>
    internal NameFilter(string? asked)
    {
        this.asked = asked;
        pattern = WildcardPattern.ContainsWildcardCharacters(asked) ? WildcardPattern.Get(asked, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant) : null;
    }

    /// <summary>Gets the one name that is asked for; nothing when others would do.</summary>
    internal string? Exact => pattern is null ? asked : null;

    /// <summary>Tells whether a name is one that is asked for.</summary>
    internal bool IsMatch(string? name) =>
        asked is null || (pattern?.IsMatch(name ?? string.Empty) ?? string.Equals(asked, name, StringComparison.OrdinalIgnoreCase));
}
