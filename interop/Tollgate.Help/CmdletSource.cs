// The cmdlets of an assembly as their attributes describe them. Attributes are read as data: no code of the assembly runs.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Tollgate.Help;

/// <summary>Reads what attributes say of a cmdlet.</summary>
internal sealed class CmdletSource
{
    private const string Shell = "System.Management.Automation.";

    private readonly CustomAttributeData cmdlet;

    private CmdletSource(Type type, CustomAttributeData cmdlet)
    {
        Type = type;
        this.cmdlet = cmdlet;
    }

    /// <summary>Gets the class.</summary>
    internal Type Type { get; }

    /// <summary>Gets the verb.</summary>
    internal string Verb => (string)cmdlet.ConstructorArguments[0].Value!;

    /// <summary>Gets the noun.</summary>
    internal string Noun => (string)cmdlet.ConstructorArguments[1].Value!;

    /// <summary>Gets whether it has -WhatIf and -Confirm.</summary>
    internal bool SupportsShouldProcess => Named(cmdlet, "SupportsShouldProcess", false);

    /// <summary>Gets the set that is taken when nothing tells the sets apart; empty when there is only one.</summary>
    internal string DefaultSet => Named(cmdlet, "DefaultParameterSetName", string.Empty);

    /// <summary>Gets the types that come out.</summary>
    internal IEnumerable<Type> OutputTypes => Attributes(Type, "OutputTypeAttribute")
        .SelectMany(attribute => (IEnumerable<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)
        .Select(argument => (Type)argument.Value!);

    /// <summary>Gets the properties that are parameters, in the order in which they are written, those of base classes last.</summary>
    internal IEnumerable<PropertyInfo> Parameters => Type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => Attributes(property, "ParameterAttribute").Any())
        .OrderBy(property => Depth(property.DeclaringType!) * -1)
        .ThenBy(property => property.MetadataToken);

    /// <summary>Finds the cmdlets of an assembly, by name.</summary>
    internal static IReadOnlyList<CmdletSource> In(Assembly assembly) =>
    [
        .. assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsPublic)
            .SelectMany(type => Attributes(type, "CmdletAttribute").Select(attribute => new CmdletSource(type, attribute)))
            .OrderBy(source => $"{source.Verb}-{source.Noun}", StringComparer.Ordinal),
    ];

    /// <summary>Describes a parameter as far as its attributes do.</summary>
    internal static ParameterHelp Describe(PropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return new ParameterHelp(property.Name, ShortName(type), type.FullName!)
        {
            Aliases = [.. Attributes(property, "AliasAttribute").SelectMany(Texts)],
            Values = type.IsEnum ? Enum.GetNames(type) : [.. Attributes(property, "ValidateSetAttribute").SelectMany(Texts)],
            Range = Attributes(property, "ValidateRangeAttribute").Select(Range).FirstOrDefault(string.Empty),
            Wildcards = Attributes(property, "SupportsWildcardsAttribute").Any(),
            Uses = [.. Attributes(property, "ParameterAttribute").Select(Use)],
        };
    }

    /// <summary>Names a type as PowerShell's syntax does.</summary>
    internal static string ShortName(Type type) => type.FullName switch
    {
        "System.String" => "string",
        "System.Int32" => "int",
        "System.Int64" => "long",
        "System.Boolean" => "bool",
        "System.Object" => "Object",
        _ => type.IsArray ? ShortName(type.GetElementType()!) + "[]" : type.Name,
    };

    private static ParameterUse Use(CustomAttributeData attribute)
    {
        // PowerShell's own mark of a parameter without a position.
        int position = Named(attribute, "Position", int.MinValue);
        return new ParameterUse(
            Named(attribute, "ParameterSetName", ParameterHelp.EverySet),
            Named(attribute, "Mandatory", false),
            position == int.MinValue ? null : position,
            Named(attribute, "ValueFromPipeline", false),
            Named(attribute, "ValueFromPipelineByPropertyName", false));
    }

    private static string Range(CustomAttributeData attribute) =>
        string.Join(" to ", attribute.ConstructorArguments.Select(argument => Convert.ToString(argument.Value, System.Globalization.CultureInfo.InvariantCulture)));

    private static IEnumerable<string> Texts(CustomAttributeData attribute) =>
        ((IEnumerable<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!).Select(argument => (string)argument.Value!);

    private static IEnumerable<CustomAttributeData> Attributes(MemberInfo member, string name) =>
        member.GetCustomAttributesData().Where(attribute => attribute.AttributeType.FullName == Shell + name);

    private static T Named<T>(CustomAttributeData attribute, string name, T otherwise) =>
        attribute.NamedArguments.Where(argument => argument.MemberName == name).Select(argument => (T)argument.TypedValue.Value!).FirstOrDefault(otherwise);

    private static int Depth(Type type) => type.BaseType is null ? 0 : 1 + Depth(type.BaseType);
}
