// Rewrites a failure with the parameter names of the cmdlet and the cmdlet names that the caller uses. The native library knows neither.
using System;
using System.Linq;
using System.Management.Automation;
using System.Text.RegularExpressions;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Rewrites failures for a caller.</summary>
internal static class CallerMessages
{
    private const string Account = "AccountId";

    // The ways to name an identity; whichever was used, the native library calls it an account where a source does not take it.
    private static readonly string[] Selectors = [Account, "ClientId", "ObjectId", "ResourceId"];

    // The words behind the first parameter after which the native library names a second one. Anywhere else such a word may be a value.
    private static readonly Regex SecondParameter = new(@"(?<=^ (?:cannot be given together with|excludes) )\w+", RegexOptions.CultureInvariant);

    /// <summary>Returns the failure with this call's parameter names and cmdlet names in its message and advice.</summary>
    internal static TollgateException Rephrase(PSCmdlet cmdlet, TollgateException failure)
    {
        string message = AzAliases.ToAzNames(cmdlet, Named(cmdlet, failure));
        string advice = AzAliases.ToAzNames(cmdlet, ErrorRecordFactory.Advice(failure));
        return message == failure.Message && advice == ErrorRecordFactory.Advice(failure) ? failure : failure.With(message, advice);
    }

    private static string Named(PSCmdlet cmdlet, TollgateException failure)
    {
        string message = failure.Message;
        return failure.Field is { Length: > 0 } field && message.Length > field.Length && message.StartsWith(field, StringComparison.Ordinal) && message[field.Length] is ' ' or ':'
            ? Name(cmdlet, failure.Field) + SecondParameter.Replace(message.Substring(failure.Field.Length), named => Dashed(cmdlet, named.Value))
            : message;
    }

    private static string Dashed(PSCmdlet cmdlet, string name) => cmdlet.MyInvocation.MyCommand.Parameters.ContainsKey(name) ? "-" + name : name;

    // A variable of the environment and a setting of a context are called by their names.
    private static string Name(PSCmdlet cmdlet, string field)
    {
        string? given = field == Account && cmdlet.MyInvocation.MyCommand.Parameters.ContainsKey(Account)
            ? Selectors.FirstOrDefault(cmdlet.MyInvocation.BoundParameters.ContainsKey) ?? field
            : field;
        return cmdlet.MyInvocation.MyCommand.Parameters.ContainsKey(given) ? "-" + given
            : field == Account ? "The account in use"
            : field;
    }
}
