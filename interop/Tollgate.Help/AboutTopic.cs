// The about topics, written by hand: read for their names, and held to the form that Get-Help expects of them.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Tollgate.Help;

/// <summary>An about topic.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Module">The module it is part of.</param>
/// <param name="Text">Its text.</param>
internal sealed record AboutTopic(string Name, string Module, string Text)
{
    /// <summary>How the files' names end.</summary>
    internal const string Extension = ".help.txt";

    private const int WidestLine = 80;

    private static readonly string[] Headings = ["TOPIC", "SHORT DESCRIPTION", "LONG DESCRIPTION", "EXAMPLES", "NOTES", "SEE ALSO"];

    private string[] Lines => Text.Split('\n');

    /// <summary>Gets the line that Get-Help lists the topic with: the fifth of the file.</summary>
    internal string ShortDescription => Lines.ElementAtOrDefault(4)?.Trim() ?? string.Empty;

    /// <summary>Reads the topics of modules' folders, which are module/help/language, by name.</summary>
    internal static IReadOnlyList<AboutTopic> In(IEnumerable<string> folders) =>
    [
        .. folders.SelectMany(folder => Directory.EnumerateFiles(Path.GetFullPath(folder), "about_*" + Extension))
            .Select(path => new AboutTopic(Path.GetFileName(path)[..^Extension.Length], path.Split(Path.DirectorySeparatorChar)[^4], File.ReadAllText(path).ReplaceLineEndings("\n")))
            .OrderBy(topic => topic.Name, StringComparer.Ordinal),
    ];

    /// <summary>Notes what is wrong with the form, and names of commands and topics that are not there.</summary>
    internal void Check(Findings findings, IReadOnlySet<string> names)
    {
        string[] lines = Lines;
        if (lines[0] != Headings[0] || lines.ElementAtOrDefault(1)?.Trim() != Name)
        {
            findings.Add(Name, $"does not begin with {Headings[0]} and its name");
        }

        if (lines.ElementAtOrDefault(3) != Headings[1] || ShortDescription.Length == 0)
        {
            findings.Add(Name, "has no short description in its fifth line");
        }

        string[] headings = [.. lines.Where(line => line.Length > 0 && line[0] != ' ')];
        if (!headings.SequenceEqual(Headings))
        {
            findings.Add(Name, $"has the headings {string.Join(", ", headings)} in place of {string.Join(", ", Headings)}");
        }

        for (int number = 1; number <= lines.Length; number++)
        {
            string line = lines[number - 1];
            if (line.Length > WidestLine)
            {
                findings.Add(Name, $"line {number} is wider than {WidestLine} columns");
            }

            if (line.Any(letter => letter is < ' ' or > '~'))
            {
                findings.Add(Name, $"line {number} is not plain ASCII without tabs");
            }
        }

        findings.CheckText(Name, "the text", Text, names);
    }
}
