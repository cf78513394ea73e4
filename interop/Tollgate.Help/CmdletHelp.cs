// What is known of one cmdlet, as plain values: the builder makes them, the writers only arrange them.
using System.Collections.Generic;
using System.Linq;

namespace Tollgate.Help;

/// <summary>The help of one cmdlet.</summary>
internal sealed record CmdletHelp(string Verb, string Noun, string ClassName)
{
    /// <summary>Gets the name people type.</summary>
    internal string Name => $"{Verb}-{Noun}";

    /// <summary>Gets what it does, in a sentence.</summary>
    internal string Synopsis { get; init; } = string.Empty;

    /// <summary>Gets the description's paragraphs.</summary>
    internal IReadOnlyList<string> Description { get; init; } = [];

    /// <summary>Gets the parameter sets, the default one first.</summary>
    internal IReadOnlyList<ParameterSet> Sets { get; init; } = [];

    /// <summary>Gets the parameters by name.</summary>
    internal IReadOnlyList<ParameterHelp> Parameters { get; init; } = [];

    /// <summary>Gets what can be piped in.</summary>
    internal IReadOnlyList<TypeHelp> Inputs { get; init; } = [];

    /// <summary>Gets what comes out.</summary>
    internal IReadOnlyList<TypeHelp> Outputs { get; init; } = [];

    /// <summary>Gets the examples.</summary>
    internal IReadOnlyList<ExampleHelp> Examples { get; init; } = [];

    /// <summary>Gets the names of related cmdlets and topics.</summary>
    internal IReadOnlyList<string> Related { get; init; } = [];
}

/// <summary>A way to call a cmdlet.</summary>
/// <param name="Name">The set's name; empty when the cmdlet has only one way.</param>
/// <param name="Parameters">Its parameters in the order of the syntax.</param>
internal sealed record ParameterSet(string Name, IReadOnlyList<ParameterHelp> Parameters);

/// <summary>One parameter.</summary>
internal sealed record ParameterHelp(string Name, string TypeName, string FullTypeName)
{
    /// <summary>The set name of a parameter that is in every set.</summary>
    internal const string EverySet = "__AllParameterSets";

    /// <summary>Gets whether it is a switch.</summary>
    internal bool IsSwitch => FullTypeName == "System.Management.Automation.SwitchParameter";

    /// <summary>Gets its other names.</summary>
    internal IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Gets what it means, without its default.</summary>
    internal string Description { get; init; } = string.Empty;

    /// <summary>Gets the value it has when it is not given; empty where it must be.</summary>
    internal string Default { get; init; } = string.Empty;

    /// <summary>Gets the only values it takes, where they are few.</summary>
    internal IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Gets the range of its numbers, where it has one.</summary>
    internal string Range { get; init; } = string.Empty;

    /// <summary>Gets whether it takes wildcards.</summary>
    internal bool Wildcards { get; init; }

    /// <summary>Gets what it is in each of its sets.</summary>
    internal IReadOnlyList<ParameterUse> Uses { get; init; } = [];

    /// <summary>Gets whether it must be given wherever it can be.</summary>
    internal bool IsMandatory => Uses.All(use => use.Mandatory);

    /// <summary>Finds what it is in a set; nothing when it is not part of it.</summary>
    internal ParameterUse? In(string set) => Uses.FirstOrDefault(use => use.Set == set || use.Set == EverySet);
}

/// <summary>What a parameter is in one set.</summary>
internal sealed record ParameterUse(string Set, bool Mandatory, int? Position, bool ByValue, bool ByPropertyName)
{
    /// <summary>Gets how it takes pipeline input, in Get-Help's words.</summary>
    internal string Pipeline => (ByValue, ByPropertyName) switch
    {
        (true, true) => "true (ByValue, ByPropertyName)",
        (true, false) => "true (ByValue)",
        (false, true) => "true (ByPropertyName)",
        _ => "false",
    };

    /// <summary>Gets its position, in Get-Help's words.</summary>
    internal string Place => Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "named";
}

/// <summary>A type that goes in or comes out, and what it is there.</summary>
internal sealed record TypeHelp(string Name, string Description);

/// <summary>An example.</summary>
internal sealed record ExampleHelp(string Title, string Code, IReadOnlyList<string> Explanation);
