// Puts attributes and documentation together, and notes what is not documented: nothing is left out silently.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;

namespace Tollgate.Help;

/// <summary>Makes the help of the cmdlets of an assembly.</summary>
internal sealed class HelpBuilder(XmlDocumentation documentation, Findings findings)
{
    private const int FewestExamples = 2;
    private const string DefaultMark = "Default: ";

    /// <summary>Makes the help of every cmdlet.</summary>
    /// <param name="assembly">Where the cmdlets are.</param>
    /// <param name="topics">The names of the about topics, which texts may refer to.</param>
    internal IReadOnlyList<CmdletHelp> Build(Assembly assembly, IEnumerable<string> topics)
    {
        IReadOnlyList<CmdletSource> sources = CmdletSource.In(assembly);
        if (sources.Count == 0)
        {
            findings.Add(assembly.GetName().Name!, "has no cmdlet");
        }

        var names = sources.Select(source => $"{source.Verb}-{source.Noun}").Concat(topics).ToHashSet(StringComparer.Ordinal);
        return [.. sources.Select(source => Build(source, names))];
    }

    private CmdletHelp Build(CmdletSource source, HashSet<string> names)
    {
        XElement member = documentation.Find($"T:{source.Type.FullName}");
        var help = new CmdletHelp(source.Verb, source.Noun, source.Type.Name)
        {
            Synopsis = XmlDocumentation.Text(member.Element("summary")),
            Description = XmlDocumentation.Paragraphs(member.Element("remarks")),
            Outputs = [.. Outputs(source, member)],
            Examples = [.. member.Elements("example").Select(Example)],
            Related = [.. member.Elements("seealso").Select(XmlDocumentation.Text)],
        };
        Check(help, member, names);
        IReadOnlyList<ParameterHelp> parameters = [.. source.Parameters.Select(property => Parameter(help.Name, property, names)), .. Risk(source)];
        return help with
        {
            Parameters = [.. parameters.OrderBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase)],
            Sets = [.. Sets(source, parameters)],
            Inputs = [.. Inputs(parameters)],
        };
    }

    private void Check(CmdletHelp help, XElement member, HashSet<string> names)
    {
        string name = help.Name;
        Need(name, help.Synopsis, "has no summary");
        Need(name, string.Concat(help.Description), "has no description (<remarks>)");
        if (help.Examples.Count < FewestExamples)
        {
            findings.Add(name, $"has {help.Examples.Count} examples, {FewestExamples} are needed");
        }

        for (int number = 1; number <= help.Examples.Count; number++)
        {
            ExampleHelp example = help.Examples[number - 1];
            Need(name, example.Title, $"example {number} has no title");
            Need(name, example.Code, $"example {number} has no code");
            Need(name, string.Concat(example.Explanation), $"example {number} has no explanation");
        }

        if (help.Related.Count == 0)
        {
            findings.Add(name, "has no related link (<seealso>)");
        }

        foreach (string related in help.Related.Where(related => related == name || !names.Contains(related)))
        {
            findings.Add(name, $"the related link '{related}' leads nowhere");
        }

        CheckMember(name, "the documentation", member, names);
    }

    private ParameterHelp Parameter(string cmdlet, PropertyInfo property, HashSet<string> names)
    {
        XElement member = documentation.Find($"P:{property.DeclaringType!.FullName}.{property.Name}");
        string text = XmlDocumentation.Text(member.Element("summary"));
        int mark = text.LastIndexOf(DefaultMark, StringComparison.Ordinal);
        ParameterHelp parameter = CmdletSource.Describe(property) with
        {
            Description = (mark < 0 ? text : text[..mark]).Trim(),
            Default = mark < 0 ? string.Empty : text[(mark + DefaultMark.Length)..].TrimEnd('.').Trim(),
        };
        string subject = $"parameter -{parameter.Name}";
        Need(cmdlet, parameter.Description, $"{subject} has no description");
        if (parameter.IsSwitch || parameter.IsMandatory)
        {
            if (parameter.Default.Length > 0)
            {
                findings.Add(cmdlet, $"{subject} says a default and {(parameter.IsSwitch ? "is a switch" : "must be given")}");
            }
        }
        else if (parameter.Description.Length > 0)
        {
            bool isLast = parameter.Default.Length > 0 && !parameter.Default.Contains(". ", StringComparison.Ordinal);
            Need(cmdlet, isLast ? parameter.Default : string.Empty, $"{subject} does not say its default as its last sentence ({DefaultMark}...)");
        }

        CheckMember(cmdlet, subject, member, names);
        return parameter.IsSwitch ? parameter with { Default = "False" } : parameter;
    }

    private IEnumerable<TypeHelp> Outputs(CmdletSource source, XElement member)
    {
        string name = $"{source.Verb}-{source.Noun}";
        var texts = member.Elements("returns").ToLookup(returns => (string?)returns.Attribute("cref") ?? string.Empty, XmlDocumentation.Text);
        IReadOnlyList<Type> types = [.. source.OutputTypes];
        if (types.Count == 0)
        {
            findings.Add(name, "has no OutputType");
        }

        foreach (string reference in texts.Select(text => text.Key).Except(types.Select(type => "T:" + type.FullName)))
        {
            findings.Add(name, $"<returns cref=\"{reference}\"> is about no OutputType");
        }

        foreach (Type type in types)
        {
            string text = texts["T:" + type.FullName].FirstOrDefault(string.Empty);
            Need(name, text, $"OutputType {type.FullName} has no description (<returns cref>)");
            yield return new TypeHelp(type.FullName!, text);
        }
    }

    private static ExampleHelp Example(XElement example)
    {
        XElement? code = example.Element("code");
        return new ExampleHelp(
            XmlDocumentation.Text(code?.ElementsBeforeSelf("para").FirstOrDefault()),
            code is null ? string.Empty : XmlDocumentation.Code(code),
            [.. (code?.ElementsAfterSelf("para") ?? []).Select(XmlDocumentation.Text).Where(text => text.Length > 0)]);
    }

    private static IEnumerable<ParameterHelp> Risk(CmdletSource source)
    {
        if (source.SupportsShouldProcess)
        {
            yield return Common("WhatIf", "wi", "Shows what would happen. Nothing is done.");
            yield return Common("Confirm", "cf", "Asks before anything is done.");
        }
    }

    private static ParameterHelp Common(string name, string alias, string description) =>
        new(name, "SwitchParameter", "System.Management.Automation.SwitchParameter")
        {
            Aliases = [alias],
            Description = description,
            Default = "False",
            Uses = [new ParameterUse(ParameterHelp.EverySet, Mandatory: false, Position: null, ByValue: false, ByPropertyName: false)],
        };

    private static IEnumerable<ParameterSet> Sets(CmdletSource source, IReadOnlyList<ParameterHelp> parameters)
    {
        var named = parameters.SelectMany(parameter => parameter.Uses).Select(use => use.Set).Where(set => set != ParameterHelp.EverySet).Distinct();
        var sets = named.Prepend(source.DefaultSet).Where(set => set.Length > 0).Distinct().DefaultIfEmpty(string.Empty);
        foreach (string set in sets)
        {
            // As PowerShell orders them: by position, then what must be given, then the rest as written.
            var members = parameters
                .Where(parameter => parameter.In(set) is not null)
                .OrderBy(parameter => parameter.In(set)!.Position ?? int.MaxValue)
                .ThenBy(parameter => !parameter.In(set)!.Mandatory);
            yield return new ParameterSet(set, [.. members]);
        }
    }

    private static IEnumerable<TypeHelp> Inputs(IEnumerable<ParameterHelp> parameters) =>
        from parameter in parameters
        where parameter.Uses.Any(use => use.ByValue || use.ByPropertyName)
        group parameter by parameter.FullTypeName into type
        select new TypeHelp(type.Key, string.Join(" ", type.Select(parameter => $"Taken as -{parameter.Name}. {parameter.Description}")));

    private void CheckMember(string cmdlet, string place, XElement member, HashSet<string> names)
    {
        foreach (string fault in XmlDocumentation.Faults(member))
        {
            findings.Add(cmdlet, $"{place}: {fault}");
        }

        // Joined by lines, so that the end of one element and the beginning of the next make no word.
        findings.CheckText(cmdlet, place, string.Join("\n", member.DescendantNodes().OfType<XText>()), names);
    }

    private void Need(string cmdlet, string text, string fault)
    {
        if (text.Length == 0)
        {
            findings.Add(cmdlet, fault);
        }
    }
}
