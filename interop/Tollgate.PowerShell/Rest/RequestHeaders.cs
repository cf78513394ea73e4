// The headers that a caller gives a request, as PowerShell's tables have them.
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Reads the headers of a request.</summary>
internal static class RequestHeaders
{
    /// <summary>Reads a table of names and values; null holds none.</summary>
    /// <exception cref="Interop.TollgateException">A value is a table itself.</exception>
    internal static IEnumerable<KeyValuePair<string, string>> Read(IDictionary? headers)
    {
        foreach (DictionaryEntry entry in headers ?? new Hashtable())
        {
            string name = LanguagePrimitives.ConvertTo<string>(entry.Key);
            if (entry.Value is IDictionary)
            {
                throw ArgumentErrors.Invalid("Headers", $"the value of {name} is a table, and a header line holds a text");
            }

            yield return new(name, LanguagePrimitives.ConvertTo<string>(entry.Value));
        }
    }
}
