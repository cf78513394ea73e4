// What a request sends, from what a script has: a text as it is, and a table, an object or a list as JSON. PowerShell by itself would
// make of a table the name of its type. ConvertTo-Json is not used: in Windows PowerShell it writes times in a form that Azure does not
// read, and texts that came out of a file as objects.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Text;

namespace Tollgate.PowerShell;

/// <summary>Makes JSON of what is no text, before PowerShell makes a text of it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class JsonContentAttribute : ArgumentTransformationAttribute
{
    // As deep as what comes from Azure may be.
    private const int Deepest = 127;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? value = Bare(inputData);
        if (value is null or string)
        {
            return value;
        }

        // These are text already, whatever else they are.
        if (value is StringBuilder || value.GetType().Namespace?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true)
        {
            return value.ToString();
        }

        if (value is byte[])
        {
            throw Refusal("bytes are no text: write them to a file and name it with -InFile");
        }

        // A list of texts may well be JSON, and is far more often a file that was read line by line.
        if (value is IEnumerable list and not IDictionary && list.Cast<object?>().Any() && list.Cast<object?>().All(item => Bare(item) is string))
        {
            throw Refusal("a list of texts may be the lines of a file: -InFile sends a file, Get-Content -Raw gives one text of it, and ConvertTo-Json makes JSON of a list");
        }

        var json = new StringBuilder();
        Write(json, value, 0);
        return json.ToString();
    }

    // An object of properties is its own wrapping.
    private static object? Bare(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private static void Write(StringBuilder json, object? given, int depth)
    {
        if (depth > Deepest)
        {
            throw Refusal($"what is nested deeper than {Deepest} levels, or in itself, cannot be sent as JSON");
        }

        switch (Bare(given))
        {
            case null or DBNull:
                json.Append("null");
                break;
            case string or char or Guid or Enum:
                WriteText(json, Bare(given)!.ToString()!);
                break;
            case Uri address:
                WriteText(json, address.OriginalString);
                break;
            case bool truth:
                json.Append(truth ? "true" : "false");
                break;
            case SwitchParameter present:
                json.Append(present.IsPresent ? "true" : "false");
                break;
            case DateTime or DateTimeOffset:
                WriteText(json, Invariant(given, "o"));
                break;
            case double or float:
                WriteNumber(json, Invariant(given, "R"));
                break;
            case sbyte or byte or short or ushort or int or uint or long or ulong or decimal:
                json.Append(Invariant(given, null));
                break;
            case IDictionary table:
                WriteMap(json, Entries(table), depth);
                break;
            case PSObject custom:
                WriteMap(json, custom.Properties.Where(property => property.IsGettable).Select(property => (property.Name, (object?)property.Value)), depth);
                break;
            case IEnumerable list:
                WriteList(json, list, depth);
                break;
            case object other:
                throw Refusal($"a {other.GetType()} has no form in JSON: give a text, a hashtable, a [pscustomobject], or a list of these");
        }
    }

    private static string Invariant(object? value, string? format) => ((IFormattable)Bare(value)!).ToString(format, CultureInfo.InvariantCulture);

    private static IEnumerable<(string Name, object? Value)> Entries(IDictionary table)
    {
        // Not every table gives its entries as such one by one.
        IDictionaryEnumerator entries = table.GetEnumerator();
        while (entries.MoveNext())
        {
            yield return (LanguagePrimitives.ConvertTo<string>(entries.Key), entries.Value);
        }
    }

    private static void WriteMap(StringBuilder json, IEnumerable<(string Name, object? Value)> members, int depth)
    {
        string separator = "{";
        foreach ((string name, object? value) in members)
        {
            json.Append(separator);
            WriteText(json, name);
            json.Append(':');
            Write(json, value, depth + 1);
            separator = ",";
        }

        json.Append(separator == "{" ? "{}" : "}");
    }

    private static void WriteList(StringBuilder json, IEnumerable list, int depth)
    {
        string separator = "[";
        foreach (object? value in list)
        {
            json.Append(separator);
            Write(json, value, depth + 1);
            separator = ",";
        }

        json.Append(separator == "[" ? "[]" : "]");
    }

    // Infinity and what is no number at all have names only.
    private static void WriteNumber(StringBuilder json, string number) =>
        json.Append(char.IsDigit(number[number.Length - 1]) ? number : throw Refusal($"{number} is no number of JSON"));

    private static void WriteText(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (char letter in text)
        {
            // Half a letter of two units can be sent only so.
            if (letter is '"' or '\\')
            {
                json.Append('\\').Append(letter);
            }
            else if (letter < ' ' || char.IsSurrogate(letter))
            {
                json.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                json.Append(letter);
            }
        }

        json.Append('"');
    }

    private static ArgumentTransformationMetadataException Refusal(string why) => new(why);
}
