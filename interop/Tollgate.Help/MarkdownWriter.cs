// The same help as pages for people who read it in a browser: one a cmdlet, and an index.
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Tollgate.Help;

/// <summary>Writes help as markdown.</summary>
internal static class MarkdownWriter
{
    /// <summary>The index's file name.</summary>
    internal const string Index = "README.md";

    private const int WidestSyntax = 100;

    /// <summary>Makes every page, by file name.</summary>
    internal static SortedDictionary<string, string> Pages(IReadOnlyList<CmdletHelp> cmdlets, IReadOnlyList<AboutTopic> topics)
    {
        var pages = new SortedDictionary<string, string>(System.StringComparer.Ordinal) { [Index] = IndexPage(cmdlets, topics) };
        foreach (CmdletHelp help in cmdlets)
        {
            pages.Add(help.Name + ".md", Page(help, topics));
        }

        return pages;
    }

    private static string IndexPage(IReadOnlyList<CmdletHelp> cmdlets, IReadOnlyList<AboutTopic> topics)
    {
        var page = new Lines();
        page.Add("<!-- Made by interop/Tollgate.Help from the source of the cmdlets. Change it there. -->");
        page.Add("# The cmdlets", string.Empty, "What `Get-Help` shows, as pages.", string.Empty, "| cmdlet | does |", "|---|---|");
        page.Add([.. cmdlets.Select(help => $"| {Link(help.Name, topics)} | {Cell(help.Synopsis)} |")]);
        page.Add(string.Empty, "| topic | about |", "|---|---|");
        page.Add([.. topics.Select(topic => $"| {Link(topic.Name, topics)} | {Cell(topic.ShortDescription)} |")]);
        return page.ToString();
    }

    private static string Page(CmdletHelp help, IReadOnlyList<AboutTopic> topics)
    {
        var page = new Lines();
        page.Add($"<!-- Made by interop/Tollgate.Help from the source of {help.ClassName}. Change it there. -->");
        page.Add($"# {help.Name}", string.Empty, Text(help.Synopsis), string.Empty, "## Syntax");
        foreach (ParameterSet set in help.Sets)
        {
            if (help.Sets.Count > 1)
            {
                page.Add(string.Empty, $"### {set.Name}{(set == help.Sets[0] ? " (default)" : string.Empty)}");
            }

            page.Code("text", Syntax(help, set));
        }

        page.Add(string.Empty, "## Description");
        page.Paragraphs(help.Description);
        page.Add(string.Empty, "## Examples");
        foreach ((ExampleHelp example, int index) in help.Examples.Select((example, index) => (example, index)))
        {
            page.Add(string.Empty, $"### Example {index + 1}: {Text(example.Title)}");
            page.Code("powershell", example.Code);
            page.Paragraphs(example.Explanation);
        }

        page.Add(string.Empty, "## Parameters");
        foreach (ParameterHelp parameter in help.Parameters)
        {
            page.Add(string.Empty, $"### -{parameter.Name}");
            page.Paragraphs([parameter.Description]);
            page.Add(string.Empty, "| | |", "|---|---|");
            page.Add([.. Traits(help, parameter).Where(trait => trait.Value.Length > 0).Select(trait => $"| {trait.Name} | {Cell(trait.Value)} |")]);
        }

        page.Add(string.Empty, "### Common parameters");
        page.Paragraphs(["This cmdlet has the common parameters, -Verbose and -ErrorAction among them: see about_CommonParameters."]);
        Types(page, "Inputs", help.Inputs);
        Types(page, "Outputs", help.Outputs);
        page.Add(string.Empty, "## Related", string.Empty);
        page.Add([.. help.Related.Select(related => $"- {Link(related, topics)}")]);
        return page.ToString();
    }

    private static string Syntax(CmdletHelp help, ParameterSet set)
    {
        var words = set.Parameters.Select(parameter => Word(parameter, parameter.In(set.Name)!)).Append("[<CommonParameters>]");
        var text = new StringBuilder();
        string line = help.Name;
        foreach (string word in words)
        {
            if (line.Length + 1 + word.Length > WidestSyntax)
            {
                text.Append(line).Append('\n');
                line = "   ";
            }

            line += " " + word;
        }

        return text.Append(line).ToString();
    }

    private static string Word(ParameterHelp parameter, ParameterUse use)
    {
        string name = use.Position is null ? $"-{parameter.Name}" : $"[-{parameter.Name}]";
        string both = parameter.IsSwitch ? name : $"{name} <{parameter.TypeName}>";
        return use.Mandatory ? both : $"[{both}]";
    }

    private static IEnumerable<(string Name, string Value)> Traits(CmdletHelp help, ParameterHelp parameter) =>
    [
        ("Type", parameter.FullTypeName),
        ("Aliases", string.Join(", ", parameter.Aliases)),
        ("Accepted values", string.Join(", ", parameter.Values)),
        ("Accepted range", parameter.Range),
        ("Default", parameter.Default),
        ("Parameter sets", help.Sets.Count == 1 || parameter.Uses[0].Set == ParameterHelp.EverySet ? string.Empty : string.Join(", ", parameter.Uses.Select(use => use.Set))),
        ("Required", PerSet(parameter, use => use.Mandatory ? "yes" : "no")),
        ("Position", PerSet(parameter, use => use.Place)),
        ("Pipeline input", PerSet(parameter, use => use.Pipeline)),
        ("Wildcards", parameter.Wildcards ? "yes" : "no"),
    ];

    private static string PerSet(ParameterHelp parameter, System.Func<ParameterUse, string> say)
    {
        var answers = parameter.Uses.GroupBy(say).ToArray();
        return answers.Length == 1
            ? answers[0].Key
            : string.Join("; ", answers.Select(answer => $"{answer.Key} in {string.Join(", ", answer.Select(use => use.Set))}"));
    }

    private static void Types(Lines page, string heading, IReadOnlyList<TypeHelp> types)
    {
        page.Add(string.Empty, $"## {heading}");
        foreach (TypeHelp type in types)
        {
            page.Add(string.Empty, $"### {type.Name}");
            page.Paragraphs([type.Description]);
        }

        if (types.Count == 0)
        {
            page.Paragraphs(["None."]);
        }
    }

    private static string Link(string name, IReadOnlyList<AboutTopic> topics) => topics.FirstOrDefault(topic => topic.Name == name) is AboutTopic topic
        ? $"[{name}](../../module/{topic.Module}/help/en-US/{name}{AboutTopic.Extension})"
        : $"[{name}]({name}.md)";

    private static string Cell(string text) => Text(text).Replace("|", "\\|");

    private static string Text(string text) => text.Replace("\\", "\\\\").Replace("*", "\\*").Replace("<", "\\<").Replace("`", "\\`");

    /// <summary>A page as it grows.</summary>
    private sealed class Lines
    {
        private readonly StringBuilder text = new();

        public override string ToString() => text.ToString();

        internal void Add(params string[] lines)
        {
            foreach (string line in lines)
            {
                text.Append(line).Append('\n');
            }
        }

        internal void Paragraphs(IEnumerable<string> paragraphs)
        {
            foreach (string paragraph in paragraphs)
            {
                Add(string.Empty, Text(paragraph));
            }
        }

        internal void Code(string language, string code) => Add(string.Empty, "```" + language, code, "```");
    }
}
