// Reads the cmdlets, refuses what is undocumented, writes the help or compares it with what is checked in.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;

namespace Tollgate.Help;

/// <summary>The program.</summary>
internal static class Program
{
    /// <summary>0: done. 1: something is undocumented or differs. 2: the command line is not understood.</summary>
    internal static int Main(string[] arguments) => Run(arguments, Console.Out, Console.Error);

    /// <summary>Does it, saying what was done and what is wrong.</summary>
    internal static int Run(IReadOnlyList<string> arguments, TextWriter said, TextWriter wrong)
    {
        if (Options.Parse(arguments) is not Options options)
        {
            wrong.WriteLine(Options.Usage);
            return 2;
        }

        var findings = new Findings();
        var builder = new HelpBuilder(new XmlDocumentation(XDocument.Load(options.Xml, LoadOptions.PreserveWhitespace)), findings);
        IReadOnlyList<AboutTopic> topics = AboutTopic.In(options.About);
        IReadOnlyList<CmdletHelp> cmdlets = builder.Build(Assembly.LoadFrom(Path.GetFullPath(options.Assembly)), topics.Select(topic => topic.Name));
        var names = cmdlets.Select(help => help.Name).Concat(topics.Select(topic => topic.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (AboutTopic topic in topics)
        {
            topic.Check(findings, names);
        }

        if (findings.Lines.Count > 0)
        {
            return Refuse(wrong, findings.Lines);
        }

        return Deliver(options, cmdlets, topics, said, wrong);
    }

    private static int Deliver(Options options, IReadOnlyList<CmdletHelp> cmdlets, IReadOnlyList<AboutTopic> topics, TextWriter said, TextWriter wrong)
    {
        if (options.Markdown is string folder)
        {
            SortedDictionary<string, string> pages = MarkdownWriter.Pages(cmdlets, topics);
            if (!options.Check)
            {
                PageFolder.Write(folder, pages);
            }
            else if (PageFolder.Differences(folder, pages).ToArray() is { Length: > 0 } differences)
            {
                return Refuse(wrong, [.. differences, $"{folder}: run the same command without --check and commit the pages"]);
            }
        }

        if (options.Maml is string file)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            MamlWriter.Document(cmdlets).Save(file);
        }

        said.WriteLine($"{cmdlets.Count} cmdlets and {topics.Count} topics are documented");
        return 0;
    }

    private static int Refuse(TextWriter wrong, IReadOnlyList<string> lines)
    {
        foreach (string line in lines)
        {
            wrong.WriteLine(line);
        }

        return 1;
    }
}
