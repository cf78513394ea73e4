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
internal static class AzObjectConverter
{
    // What the names in these are is not Azure's choice but the user's.
    private static readonly string[] UserNamed = ["settings", "protectedSettings"];
    private static readonly string[] Tables = ["tags", "userAssignedIdentities"];

    /// <summary>Returns a value as PowerShell has it.</summary>
    internal static object? Convert(JsonValue? value) => Convert(value, value?.Name);

    /// <summary>Returns the objects of an array property; null when it is absent.</summary>
    internal static object?[]? ListOf(JsonValue? value, string name) => value?.Find(name)?.Children.Select(child => Convert(child, name)).ToArray();

    /// <summary>Returns a time property in UTC; null when it is absent or no time.</summary>
    internal static DateTime? TimeOf(JsonValue? value, string name) => Time(value?.Find(name));

    private static DateTime? Time(JsonValue? value) =>
        DateTime.TryParse(value?.Text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime time) ? time : null;

    private static Dictionary<string, object?> Table(JsonValue value)
    {
        var table = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonValue child in value.Children)
        {
            table[child.Name ?? string.Empty] = Convert(child);
        }

        return table;
    }

    // Things in a list have no name of their own: they go by the list's.
    private static object? Convert(JsonValue? value, string? name) => value?.Kind switch
    {
        JsonKind.List => value.Children.Select(child => Convert(child, name)).ToArray(),
        JsonKind.Map when UserNamed.Contains(name) => PSObjectConverter.Convert(value),
        JsonKind.Map when Tables.Contains(name) => Table(value),
        JsonKind.Map => ConvertObject(value, name),
        JsonKind.Text when name is "time" || (name?.EndsWith("Time", StringComparison.Ordinal) ?? false) => Time(value) ?? (object?)value.Text,
        _ => PSObjectConverter.Convert(value),
    };

    private static PSObject ConvertObject(JsonValue value, string? name)
    {
        var map = new PSObject();

        // The object's own names go before those of its inner "properties", in whatever order they came.
        foreach (JsonValue child in value.Children.Where(child => !IsInner(child)).Concat(value.Children.Where(IsInner).SelectMany(inner => inner.Children)))
        {
            // Two are called type: an extension's own is what it is, and the other says that it is one.
            PSObjectConverter.Add(map, map.Properties["Type"] is not null && child.Name == "type" ? "VirtualMachineExtensionType" : Pascal(child.Name), Convert(child));
        }

        foreach (string known in AzPropertyNames.For(name))
        {
            PSObjectConverter.Add(map, known, null);
        }

        return map;
    }

    private static bool IsInner(JsonValue child) => child is { Name: "properties", Kind: JsonKind.Map };

    private static string? Pascal(string? name) => name is { Length: > 0 } ? char.ToUpperInvariant(name[0]) + name.Substring(1) : name;
}
