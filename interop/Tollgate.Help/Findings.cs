// What is wrong with the documentation, one line each. Everything is looked for before anything is given up.
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Tollgate.Help;

/// <summary>Collects what is wrong.</summary>
internal sealed partial class Findings
{
    private readonly List<string> lines = [];

    /// <summary>Gets what is wrong, in the order of reading.</summary>
    internal IReadOnlyList<string> Lines => lines;

    /// <summary>Notes something wrong about a cmdlet or topic.</summary>
    internal void Add(string subject, string fault) => lines.Add($"{subject}: {fault}");

    /// <summary>Notes words that stand for text still to be written, and commands that are not there.</summary>
    internal void CheckText(string subject, string place, string text, IReadOnlySet<string> names)
    {
        if (Placeholder().Match(text) is { Success: true } placeholder)
        {
            Add(subject, $"{place} has the placeholder '{placeholder.Value}'");
        }

        foreach (string name in OwnName().Matches(text).Select(match => match.Value).Distinct().Where(name => !names.Contains(name)))
        {
            Add(subject, $"{place} refers to {name}, which is not there");
        }
    }

    [GeneratedRegex(@"\b(?:TODO|TBD|FIXME|XXX|lorem ipsum)\b|\{\{|\bFill in\b|\bPlaceholder\b", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\b[A-Z][a-z]+-Mi[A-Z]\w*|\babout_Tollgate\w*", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();
}
