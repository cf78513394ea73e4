// The compiler's XML documentation of an assembly, looked up by member and read as plain text.
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Tollgate.Help;

/// <summary>XML documentation by member.</summary>
internal sealed partial class XmlDocumentation
{
    private static readonly HashSet<string> Known = ["member", "summary", "remarks", "para", "example", "code", "returns", "seealso"];

    private readonly Dictionary<string, XElement> members;

    /// <summary>Takes the members of a documentation file.</summary>
    internal XmlDocumentation(XDocument file) =>
        members = file.Descendants("member").ToDictionary(member => (string?)member.Attribute("name") ?? string.Empty);

    /// <summary>Finds a member's documentation, which is empty when there is none.</summary>
    internal XElement Find(string id) => members.TryGetValue(id, out XElement? member) ? member : new XElement("member");

    /// <summary>Reads an element's paragraphs; text outside of them is a paragraph too.</summary>
    internal static IReadOnlyList<string> Paragraphs(XElement? element)
    {
        if (element is null)
        {
            return [];
        }

        var paragraphs = new List<string>();
        var loose = new StringBuilder();
        foreach (XNode node in element.Nodes())
        {
            if (node is XElement { Name.LocalName: "para" } para)
            {
                paragraphs.Add(Flow(loose.ToString()));
                loose.Clear();
                paragraphs.Add(Text(para));
            }
            else
            {
                loose.Append(node is XElement other ? other.Value : (node as XText)?.Value);
            }
        }

        paragraphs.Add(Flow(loose.ToString()));
        return [.. paragraphs.Where(paragraph => paragraph.Length > 0)];
    }

    /// <summary>Reads an element as one line of text.</summary>
    internal static string Text(XElement? element) => element is null ? string.Empty : Flow(element.Value);

    /// <summary>Reads code: its lines as they are, without the indentation that the compiler gives all but the first.</summary>
    internal static string Code(XElement element)
    {
        string[] lines = element.Value.Replace("\r", string.Empty).Trim().Split('\n');
        int indent = lines.Skip(1).Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join("\n", lines.Select((line, index) => index == 0 || line.Length < indent ? line.Trim() : line[indent..].TrimEnd()));
    }

    /// <summary>Tells what in an element the help cannot show: references to nothing, and elements without a meaning here.</summary>
    internal static IEnumerable<string> Faults(XElement member)
    {
        foreach (XElement element in member.DescendantsAndSelf())
        {
            if (!Known.Contains(element.Name.LocalName))
            {
                yield return $"<{element.Name.LocalName}> has no meaning in help";
            }

            // The compiler marks what it could not resolve.
            if ((string?)element.Attribute("cref") is string reference && reference.StartsWith("!:", System.StringComparison.Ordinal))
            {
                yield return $"the reference to {reference[2..]} leads nowhere";
            }
        }
    }

    private static string Flow(string text) => Whitespace().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
