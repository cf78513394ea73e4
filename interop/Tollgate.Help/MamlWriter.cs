// Get-Help's own format, MAML: https://learn.microsoft.com/powershell/scripting/developer/help/writing-help-for-windows-powershell-cmdlets
using System.Collections.Generic;
using System.Linq;
using System.Xml.Linq;

namespace Tollgate.Help;

/// <summary>Writes help as MAML.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Makes the file that Get-Help reads.</summary>
    internal static XDocument Document(IEnumerable<CmdletHelp> cmdlets) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(Msh + "helpItems", new XAttribute("schema", "maml"), cmdlets.Select(Cmdlet)));

    private static XElement Cmdlet(CmdletHelp help) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", help.Name),
            new XElement(Command + "verb", help.Verb),
            new XElement(Command + "noun", help.Noun),
            Description(help.Synopsis)),
        Description([.. help.Description]),
        new XElement(Command + "syntax", help.Sets.Select(set => Syntax(help, set))),
        new XElement(Command + "parameters", help.Parameters.Select(Parameter)),
        new XElement(Command + "inputTypes", Types("inputType", help.Inputs)),
        new XElement(Command + "returnValues", Types("returnValue", help.Outputs)),
        new XElement(Command + "examples", help.Examples.Select(Example)),
        new XElement(Maml + "relatedLinks", help.Related.Select(Link)));

    private static XElement Syntax(CmdletHelp help, ParameterSet set) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", help.Name),
        set.Parameters.Select(parameter => new XElement(
            Command + "parameter",
            Traits(parameter, parameter.In(set.Name)!),
            new XElement(Maml + "name", parameter.Name),
            Description(Description(parameter)),
            parameter.IsSwitch ? null : Value(parameter),
            TypeAndDefault(parameter))));

    private static XElement Parameter(ParameterHelp parameter) => new(
        Command + "parameter",
        Traits(parameter, Summary(parameter)),
        new XElement(Maml + "name", parameter.Name),
        Description(Description(parameter)),
        new XElement(Command + "parameterValue", Required(!parameter.IsSwitch), Constant, parameter.TypeName),
        TypeAndDefault(parameter));

    // Get-Help shows a parameter once for all sets: it is required only where it always is.
    private static ParameterUse Summary(ParameterHelp parameter) => new(
        ParameterHelp.EverySet,
        parameter.IsMandatory,
        parameter.Uses.Select(use => use.Position).FirstOrDefault(position => position is not null),
        parameter.Uses.Any(use => use.ByValue),
        parameter.Uses.Any(use => use.ByPropertyName));

    private static string[] Description(ParameterHelp parameter)
    {
        var paragraphs = new List<string> { parameter.Description };
        if (!parameter.IsMandatory && parameter.Uses.Where(use => use.Mandatory).Select(use => use.Set).ToArray() is { Length: > 0 } sets)
        {
            paragraphs.Add($"Required in the parameter set {string.Join(", ", sets)}.");
        }

        if (parameter.Values.Count > 0)
        {
            paragraphs.Add($"Accepted values: {string.Join(", ", parameter.Values)}.");
        }

        if (parameter.Range.Length > 0)
        {
            paragraphs.Add($"Accepted range: {parameter.Range}.");
        }

        return [.. paragraphs];
    }

    private static IEnumerable<XAttribute> Traits(ParameterHelp parameter, ParameterUse use) =>
    [
        Required(use.Mandatory),
        Constant,
        new XAttribute("globbing", parameter.Wildcards),
        new XAttribute("pipelineInput", use.Pipeline),
        new XAttribute("position", use.Place),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
    ];

    private static XElement Value(ParameterHelp parameter) => parameter.Values.Count == 0
        ? new XElement(Command + "parameterValue", Required(true), Constant, parameter.TypeName)
        : new XElement(
            Command + "parameterValueGroup",
            parameter.Values.Select(value => new XElement(Command + "parameterValue", Required(false), Constant, value)));

    private static IEnumerable<XElement> TypeAndDefault(ParameterHelp parameter) =>
    [
        TypeName(parameter.FullTypeName),
        new XElement(Dev + "defaultValue", parameter.Default.Length == 0 ? "none" : parameter.Default),
    ];

    private static IEnumerable<XElement> Types(string element, IReadOnlyList<TypeHelp> types) => types.Count == 0
        ? [new XElement(Command + element, TypeName("None"), Description("Nothing."))]
        : types.Select(type => new XElement(Command + element, TypeName(type.Name), Description(type.Description)));

    private static XElement TypeName(string name) => new(Dev + "type", new XElement(Maml + "name", name), new XElement(Maml + "uri"));

    private static XElement Example(ExampleHelp example, int index) => new(
        Command + "example",
        new XElement(Maml + "title", $"-------- Example {index + 1}: {example.Title} --------"),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", example.Explanation.Append(string.Empty).Select(Para)));

    private static XElement Link(string name) => new(Maml + "navigationLink", new XElement(Maml + "linkText", name), new XElement(Maml + "uri"));

    private static XElement Description(params string[] paragraphs) => new(Maml + "description", paragraphs.Select(Para));

    private static XElement Para(string text) => new(Maml + "para", text);

    private static XAttribute Required(bool required) => new("required", required);

    private static XAttribute Constant => new("variableLength", false);
}
