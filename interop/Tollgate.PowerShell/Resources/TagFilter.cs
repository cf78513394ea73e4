// Matches tags: some names with their values, or with any value; a resource matches when it has all of them. Upper and lower case are the
// same, as in Azure PowerShell.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Matches resources by their tags.</summary>
internal sealed class TagFilter
{
    private readonly (string? Name, string? Value)[] required;

    private TagFilter(IEnumerable<(string? Name, string? Value)> required) =>
        this.required = [.. required.Where(tag => !string.IsNullOrEmpty(tag.Name) || !string.IsNullOrEmpty(tag.Value))];

    /// <summary>Requires the tags of a table; a tag without a value matches any value.</summary>
    internal static TagFilter For(IDictionary? tags) =>
        new((tags ?? new Hashtable()).Cast<DictionaryEntry>().Select(tag => ((string?)LanguagePrimitives.ConvertTo<string>(tag.Key), (string?)LanguagePrimitives.ConvertTo<string>(tag.Value))));

    /// <summary>Requires one tag by its name, its value or both.</summary>
    internal static TagFilter For(string? name, string? value) => new([(name, value)]);

    /// <summary>Returns whether a resource has the tags.</summary>
    internal bool Matches(JsonValue described) =>
        required.Length == 0 || required.All(tag => (described.Find("tags")?.Children ?? []).Any(there => Is(tag.Name, there.Name) && Is(tag.Value, there.Text)));

    private static bool Is(string? wanted, string? there) =>
        string.IsNullOrEmpty(wanted) || string.Equals(wanted, there, StringComparison.OrdinalIgnoreCase);
}
