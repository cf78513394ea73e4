// The ExtendedProperties of the models: read-only, so that a context can be shared between runspaces.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Makes read-only property bags.</summary>
internal static class PropertyBag
{
    /// <summary>Gets the bag with nothing in it.</summary>
    internal static ReadOnlyDictionary<string, string> None { get; } = From([]);

    /// <summary>Seals a dictionary that nobody else holds.</summary>
    internal static ReadOnlyDictionary<string, string> From(Dictionary<string, string> properties) => new(properties);

    /// <summary>Copies a bag and puts more into the copy.</summary>
    internal static ReadOnlyDictionary<string, string> With(IDictionary<string, string> properties, IDictionary added)
    {
        var all = new Dictionary<string, string>(properties, StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in added)
        {
            all[LanguagePrimitives.ConvertTo<string>(entry.Key)] = LanguagePrimitives.ConvertTo<string>(entry.Value);
        }

        return From(all);
    }
}
