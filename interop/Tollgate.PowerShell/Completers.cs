// What Tab offers: names from the one table of clouds, from this session's contexts, and those that its commands have shown. Nobody is
// asked for any.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using Tollgate.Interop;

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

    // Those of the subscriptions of this runspace's contexts, and of those that its commands have shown.
    private protected static IEnumerable<string> Met(Func<MiSubscription, string?> part, Func<SeenNames, string[]> seen) =>
        ContextTable.Here is not ContextTable here ? []
        : here.Contexts.All.Select(context => context.Subscription is MiSubscription known ? part(known) : null).OfType<string>()
            .Concat(seen(here.Names)).Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase);

    private static string Quoted(string name) =>
        name.All(char.IsLetterOrDigit) ? name : "'" + CodeGeneration.EscapeSingleQuotedStringContent(name) + "'";
}

/// <summary>Offers the values of -ResourceTypeName.</summary>
public sealed class ResourceTypeNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names => AzureCloud.ResourceTypeNames;
}

/// <summary>Offers the names of the environments.</summary>
public sealed class EnvironmentNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names => EnvironmentTable.All.Keys;
}

/// <summary>Offers the names of this session's contexts.</summary>
public sealed class ContextNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names => ContextTable.Here?.Contexts.Names ?? [];
}

/// <summary>Offers the ids of the subscriptions that this session has met.</summary>
public sealed class SubscriptionIdCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names => Met(subscription => subscription.Id, names => names.SubscriptionIds);
}

/// <summary>Offers the names of the subscriptions that this session has met.</summary>
public sealed class SubscriptionNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names => Met(subscription => subscription.Name, names => names.SubscriptionNames);
}

/// <summary>Offers the subscriptions that this session has met, by name and by id.</summary>
public sealed class SubscriptionCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names =>
        Met(subscription => subscription.Name, names => names.SubscriptionNames).Concat(Met(subscription => subscription.Id, names => names.SubscriptionIds));
}

/// <summary>Offers the resource groups that Get-MiResourceGroup has shown in this session.</summary>
public sealed class ResourceGroupNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names => ContextTable.Here?.Names.ResourceGroups ?? [];
}

/// <summary>Offers the audiences of the environment in use, and those of the tokens in memory.</summary>
public sealed class ResourceUrlCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names =>
        (ContextTable.Here?.Contexts.Current?.Environment ?? AzureCloud.BuiltIn[AzureCloud.Default]).Audiences.Values
            .Concat(TollgateClient.Shared.ListTokens().Select(entry => entry.Resource))
            .Distinct(StringComparer.OrdinalIgnoreCase);
}
