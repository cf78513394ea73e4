// Tags as a small table of text, which list views show below each other.
using System;
using System.Collections.Generic;
using System.Linq;

namespace Tollgate.PowerShell;

/// <summary>Writes tags as a table.</summary>
internal static class TagFormatter
{
    private const string Name = "Name";
    private const string Value = "Value";

    /// <summary>Returns the table, or null when there are no tags.</summary>
    internal static string? Format(IEnumerable<KeyValuePair<string, string>>? tags)
    {
        KeyValuePair<string, string>[] rows = [.. (tags ?? []).OrderBy(tag => tag.Key, StringComparer.OrdinalIgnoreCase)];
        if (rows.Length == 0)
        {
            return null;
        }

        int names = Math.Max(Name.Length, rows.Max(row => row.Key.Length));
        int values = Math.Max(Value.Length, rows.Max(row => row.Value.Length));
        IEnumerable<string> lines = rows
            .Select(row => Line(row.Key, row.Value))
            .Prepend(Line(new string('=', names), new string('=', values)))
            .Prepend(Line(Name, Value));

        // The first line is left empty, for in a list view it stands beside the label.
        return "\n" + string.Join("\n", lines) + "\n";

        string Line(string name, string value) => name.PadRight(names) + "  " + value;
    }
}
