// JSON values as PowerShell sees them: the same shapes as ConvertFrom-Json of PowerShell 7 gives, in every PowerShell.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Turns JSON values into objects.</summary>
internal static class PSObjectConverter
{
    // PowerShell keeps these names of every object to itself.
    private static readonly string[] Reserved = ["psobject", "psbase", "psadapted", "psextended", "pstypenames"];

    /// <summary>Returns a value as PowerShell has it: text, number, truth, list, or an object with the same properties.</summary>
    internal static object? Convert(JsonValue? value) => value?.Kind switch
    {
        JsonKind.False => false,
        JsonKind.True => true,
        JsonKind.Whole => value.Whole,
        JsonKind.Number => value.Number,
        JsonKind.Text => value.Text,
        JsonKind.List => value.Children.Select(Convert).ToArray(),
        JsonKind.Map => ConvertObject(value),
        _ => null,
    };

    /// <summary>Returns a string property; null when it is absent or no string.</summary>
    internal static string? TextOf(JsonValue? value, string name) => value?.Find(name)?.Text;

    /// <summary>Returns the strings of an array property; empty when it is absent.</summary>
    internal static string[] TextsOf(JsonValue? value, string name) =>
        [.. value?.Find(name)?.Children.Select(child => child.Text).OfType<string>() ?? []];

    /// <summary>Returns an object property of strings, such as tags, as a new dictionary; null when it is absent.</summary>
    internal static Dictionary<string, string>? TableOf(JsonValue? value, string name)
    {
        if (value?.Find(name) is not JsonValue found)
        {
            return null;
        }

        var table = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonValue child in found.Children)
        {
            table[child.Name ?? string.Empty] = child.Text ?? string.Empty;
        }

        return table;
    }

    /// <summary>Adds a property to an object. Two names that differ in case only cannot both be properties: the first stays.</summary>
    internal static void Add(PSObject map, string? name, object? value)
    {
        string? free = Reserved.Contains(name, StringComparer.OrdinalIgnoreCase) ? "_" + name : name;
        if (free is { Length: > 0 } && map.Properties[free] is null)
        {
            map.Properties.Add(new PSNoteProperty(free, value));
        }
    }

    private static PSObject ConvertObject(JsonValue value)
    {
        var map = new PSObject();
        foreach (JsonValue child in value.Children)
        {
            Add(map, child.Name, Convert(child));
        }

        return map;
    }
}
