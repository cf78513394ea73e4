// From a status to what PowerShell makes of it: the one place for ErrorId, category, advice and whether the call can go on.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Turns failures into error records.</summary>
internal static class ErrorTable
{
    // PowerShell prints the recommended action since 7.5; before that it is seen only as part of the message.
    private static readonly bool ShellShowsAdvice = typeof(PSCmdlet).Assembly.GetName().Version >= new Version(7, 5);

    private static readonly Row Unknown = new(ErrorCategory.NotSpecified, false, "Repeat the command with -Verbose and report what it says together with the version of the module.");

    private static readonly Dictionary<TollgateStatus, Row> Rows = new()
    {
        [TollgateStatus.InvalidArgument] = new(ErrorCategory.InvalidArgument, true, "Correct the named parameter; Get-Help lists what it takes."),
        [TollgateStatus.TimedOut] = new(ErrorCategory.OperationTimeout, false, "Allow more with -TimeoutSeconds; Get-MiGate shows how many callers of this machine wait."),
        [TollgateStatus.PersistenceNotSupported] = new(ErrorCategory.NotImplemented, true, "Use -Scope Process or leave -Scope out."),
        [TollgateStatus.NotConnected] = new(ErrorCategory.ConnectionError, true, "Connect in this session first: every session has contexts of its own."),
        [TollgateStatus.EndpointUnreachable] = new(ErrorCategory.ConnectionError, false, "Check that a firewall or route of this machine does not block the metadata service, and that AZURE_POD_IDENTITY_AUTHORITY_HOST is right where it is set."),
        [TollgateStatus.NoSource] = new(ErrorCategory.ObjectNotFound, false, "Run this on an Azure virtual machine that has a managed identity."),
        [TollgateStatus.Throttled] = new(ErrorCategory.LimitsExceeded, false, "Another program on this machine uses up the service's limit: wait, or find it with the help of about_TollgateGate."),
        [TollgateStatus.ServiceUnavailable] = new(ErrorCategory.ResourceUnavailable, false, "The metadata service is restarting or being updated: try again in a minute."),
        [TollgateStatus.IdentityNotFound] = new(ErrorCategory.ObjectNotFound, false, "Assign the identity to this machine, or name another one with -ClientId, -ObjectId or -ResourceId."),
        [TollgateStatus.Refused] = new(ErrorCategory.AuthenticationError, false, "Check the resource and the identity against what the service says."),
        [TollgateStatus.MalformedResponse] = new(ErrorCategory.InvalidData, false, "Something other than the metadata service seems to answer: look for a proxy or for AZURE_POD_IDENTITY_AUTHORITY_HOST."),
        [TollgateStatus.EndpointNotTrusted] = new(ErrorCategory.SecurityError, false, "Find out what answers in place of the metadata service before any token is asked for again."),
        [TollgateStatus.AccessDenied] = new(ErrorCategory.PermissionDenied, false, "Give the identity the role that allows it."),
        [TollgateStatus.SubscriptionNotFound] = new(ErrorCategory.ObjectNotFound, false, "Name a subscription on which the identity has a role."),
        [TollgateStatus.NativeLibrary] = new(ErrorCategory.NotInstalled, true, "Reinstall the module, or start the 64-bit PowerShell where this one is 32-bit; then try again in a new session."),
    };

    /// <summary>Tells whether such a failure ends the pipeline, being one of configuration and not of one input.</summary>
    internal static bool Terminates(TollgateStatus status) => Find(status).Terminates;

    /// <summary>Makes the error record of a failure.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="target">The resource or parameter value it is about.</param>
    internal static ErrorRecord Record(TollgateException failure, object? target)
    {
        Row row = Find(failure.Status);
        return new ErrorRecord(failure, failure.Name, row.Category, target)
        {
            ErrorDetails = new ErrorDetails(ShellShowsAdvice ? Sentence(failure.Message) : $"{Sentence(failure.Message)} {row.Advice}")
            {
                RecommendedAction = row.Advice,
            },
        };
    }

    private static Row Find(TollgateStatus status) => Rows.TryGetValue(status, out Row? row) ? row : Unknown;

    // The native library's messages begin in lower case and have no full stop, for they may become part of a longer one. Only a
    // plain word gets its capital: an address or a parameter's name stays as it is.
    private static string Sentence(string message)
    {
        bool plain = message.Split(' ')[0].All(char.IsLetter);
        string start = plain && message.Length > 0 ? char.ToUpperInvariant(message[0]) + message.Substring(1) : message;
        return start.Length > 0 && start[start.Length - 1] == '.' ? start : start + ".";
    }

    private sealed class Row(ErrorCategory category, bool terminates, string advice)
    {
        internal ErrorCategory Category { get; } = category;

        internal bool Terminates { get; } = terminates;

        internal string Advice { get; } = advice;
    }
}
