// What Tab offers: names from tables, from this session's contexts, and those that its commands have shown. No request is sent.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Tollgate.PowerShell;

/// <summary>Offers names that begin with what was typed.</summary>
public abstract class NameCompleter : IArgumentCompleter
{
    /// <summary>Gets the names to offer.</summary>
    private protected abstract IEnumerable<string> Names { get; }

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
        return Names
            .Where(name => name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(Quoted(name), name, CompletionResultType.ParameterValue, name));
    }

    private static string Quoted(string name) =>
        name.All(char.IsLetterOrDigit) ? name : "'" + CodeGeneration.EscapeSingleQuotedStringContent(name) + "'";
}
