// JSON of Azure's resources as the objects of Azure PowerShell have it: names begin with a capital, what Azure puts into an inner
// "properties" belongs to the object itself, and times are times.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Turns JSON values into objects with the property names of Azure PowerShell.</summary>
internal static class PascalObjects
{
    // What the names in these are is not Azure's choice but the user's.
    private static readonly string[] Foreign = ["settings", "protectedSettings"];
    private static readonly string[] Tables = ["tags", "userAssignedIdentities"];

    /// <summary>Gives a value as PowerShell has it.</summary>
    internal static object? Of(JsonValue? value) => value?.Kind switch
    {
        JsonKind.List => value.Children.Select(Of).ToArray(),
        JsonKind.Map when Foreign.Contains(value.Name) => JsonObjects.Of(value),
        JsonKind.Map when Tables.Contains(value.Name) => Table(value),
        JsonKind.Map => Map(value),
        JsonKind.Text when value.Name is "time" || (value.Name?.EndsWith("Time", StringComparison.Ordinal) ?? false) => Time(value) ?? (object?)value.Text,
        _ => JsonObjects.Of(value),
    };

    /// <summary>Gives the objects of a list in an object; nothing when there is none.</summary>
    internal static object?[]? ListOf(JsonValue? value, string name) => value?.Find(name)?.Children.Select(Of).ToArray();

    /// <summary>Gives a time of an object; nothing when it is not there or no time.</summary>
    internal static DateTime? TimeOf(JsonValue? value, string name) => Time(value?.Find(name));

    private static DateTime? Time(JsonValue? value) =>
        DateTime.TryParse(value?.Text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime time) ? time : null;

    private static Dictionary<string, object?> Table(JsonValue value)
    {
        var table = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonValue child in value.Children)
        {
            table[child.Name ?? string.Empty] = Of(child);
        }

        return table;
    }

    private static PSObject Map(JsonValue value)
    {
        var map = new PSObject();
        foreach (JsonValue child in value.Children)
        {
            Add(map, child);
        }

        return map;
    }

    private static void Add(PSObject map, JsonValue child)
    {
        if (child.Name is not { Length: > 0 } name)
        {
            return;
        }

        if (name == "properties" && child.Kind == JsonKind.Map)
        {
            foreach (JsonValue inner in child.Children)
            {
                Add(map, inner);
            }
        }
        else if (map.Properties[name] is null)
        {
            map.Properties.Add(new PSNoteProperty(char.ToUpperInvariant(name[0]) + name.Substring(1), Of(child)));
        }
    }
}
