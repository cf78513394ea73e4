// The $filter of a list of resources: what Azure Resource Manager can leave out need not travel. It knows no wildcards, and a list
// filtered by tags comes without tags, so both are looked at here.
using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace Tollgate.PowerShell;

/// <summary>Builds filters in the words of OData.</summary>
internal static class ODataFilter
{
    private const string Key = "$filter";

    private static readonly Regex Quoted = new("'[^']*'", RegexOptions.CultureInvariant);
    private static readonly Regex Or = new(@"\bor\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    /// <summary>Joins the conditions with "and"; null when there is none.</summary>
    /// <param name="resourceType">A whole type.</param>
    /// <param name="name">A name without wildcards.</param>
    /// <param name="given">A filter of the user's own.</param>
    internal static string? Filter(string? resourceType, string? name, string? given)
    {
        var parts = new List<string>();
        AddEquals(parts, "resourceType", resourceType);
        AddEquals(parts, "name", name);
        if (given is not null)
        {
            string filter = Bare(given);
            parts.Add(parts.Count > 0 && IsAlternative(filter) ? $"({filter})" : filter);
        }

        return parts.Count == 0 ? null : string.Join(" and ", parts);
    }

    private static void AddEquals(List<string> parts, string property, string? value)
    {
        if (value is not null)
        {
            parts.Add($"{property} eq '{value.Replace("'", "''")}'");
        }
    }

    // Beside other conditions, alternatives would let in what those leave out, for "and" binds closer than "or". A text in quotes,
    // in which two quotes are one, is a value.
    private static bool IsAlternative(string filter) => Or.IsMatch(Quoted.Replace(filter, "''"));

    // Written as in an address, "$filter=...", or as only what stands behind that.
    private static string Bare(string given)
    {
        string filter = given.Trim().TrimStart('?', '&');
        if (!filter.StartsWith(Key, StringComparison.OrdinalIgnoreCase))
        {
            return filter;
        }

        filter = filter.Substring(Key.Length).TrimStart();
        return filter.Length > 1 && filter[0] == '='
            ? filter.Substring(1).Trim()
            : throw ArgumentErrors.Invalid("ODataQuery", "a query that begins with $filter goes on with = and a condition");
    }
}
