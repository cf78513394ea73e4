// Maps a status to ErrorId, category, advice, and whether it terminates: the only place that does.
using System;
using System.Collections.Generic;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Turns failures into error records.</summary>
internal static class ErrorRecordFactory
{
    // PowerShell prints the recommended action since 7.5; before that it is seen only as part of the message.
    private static readonly bool ShellShowsAdvice = typeof(PSCmdlet).Assembly.GetName().Version >= new Version(7, 5);

    private static readonly Row Unknown = new(ErrorCategory.NotSpecified, false, "Repeat the command with -Verbose and report what it says together with the version of the module.");

    private static readonly Dictionary<TollgateStatus, Row> Rows = new()
    {
        [TollgateStatus.InvalidArgument] = new(ErrorCategory.InvalidArgument, true, "Correct the parameter or the environment variable that the message names."),
        [TollgateStatus.TimedOut] = new(ErrorCategory.OperationTimeout, false, "Allow more with -TimeoutSeconds; Get-MiGate shows how many callers of this machine wait, and Test-MiAccount how far a request comes."),
        [TollgateStatus.PersistenceNotSupported] = new(ErrorCategory.NotImplemented, true, "Use -Scope Process or leave -Scope out."),
        [TollgateStatus.NotConnected] = new(ErrorCategory.ConnectionError, true, "Connect in this session first: every session has contexts of its own."),
        [TollgateStatus.EndpointUnreachable] = new(ErrorCategory.ConnectionError, false, "Look at the address and at what is between: a proxy, a firewall, a service that is down. Where it is a token service, Test-MiAccount shows which variable names it."),
        [TollgateStatus.NoSource] = new(ErrorCategory.ObjectNotFound, false, "Run this where Azure offers a managed identity, or let Test-MiAccount show what was looked for and what answered."),
        [TollgateStatus.Throttled] = new(ErrorCategory.LimitsExceeded, false, "Something else uses up the service's limit: wait, or find it; for the machine's token service about_TollgateGate helps."),
        [TollgateStatus.ServiceUnavailable] = new(ErrorCategory.ResourceUnavailable, false, "The service has trouble on its side: try again in a minute. Where it is the token service and the trouble lasts, run Test-MiAccount."),
        [TollgateStatus.IdentityNotFound] = new(ErrorCategory.ObjectNotFound, false, "Assign the identity to this machine or app, or name another one with -ClientId, -ObjectId or -ResourceId."),
        [TollgateStatus.Refused] = new(ErrorCategory.AuthenticationError, false, "Compare the resource and the identity with what the service says; Test-MiAccount shows how far the request came."),
        [TollgateStatus.MalformedResponse] = new(ErrorCategory.InvalidData, false, "Something other than the service seems to answer: look for a proxy. Where it is the token service, Test-MiAccount shows which variable names the address."),
        [TollgateStatus.EndpointNotTrusted] = new(ErrorCategory.SecurityError, false, "Find out what answers there, or correct the address, before anything is sent to it again."),
        [TollgateStatus.AccessDenied] = new(ErrorCategory.PermissionDenied, false, "Give the identity the role that allows it."),
        [TollgateStatus.SubscriptionNotFound] = new(ErrorCategory.ObjectNotFound, false, "Name a subscription on which the identity has a role."),
        [TollgateStatus.ResourceNotFound] = new(ErrorCategory.ObjectNotFound, false, "Correct the name, or choose the subscription it is in with Set-MiContext."),
        [TollgateStatus.OperationFailed] = new(ErrorCategory.InvalidResult, false, "Read the service's own words; the activity log of the resource has more."),
        [TollgateStatus.NativeLibrary] = new(ErrorCategory.NotInstalled, true, "Reinstall the module, or start the 64-bit PowerShell where this one is 32-bit; then try again in a new session."),
    };

    /// <summary>Returns whether such a failure ends the pipeline, being one of configuration and not of one input.</summary>
    internal static bool Terminates(TollgateStatus status) => Find(status).Terminates;

    /// <summary>Makes the error record of a failure.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="target">The resource or parameter value it is about.</param>
    internal static ErrorRecord Create(TollgateException failure, object? target)
    {
        string message = MessageText.ToSentence(failure.Message);
        string advice = Advice(failure);
        return new ErrorRecord(failure, failure.Name, Find(failure.Status).Category, target)
        {
            ErrorDetails = new ErrorDetails(ShellShowsAdvice ? message : $"{message} {advice}") { RecommendedAction = advice },
        };
    }

    /// <summary>Returns what to do about a failure: its own advice, else that of its status.</summary>
    internal static string Advice(TollgateException failure) =>
        failure.Advice is null ? Find(failure.Status).Advice : MessageText.ToSentence(failure.Advice);

    private static Row Find(TollgateStatus status) => Rows.TryGetValue(status, out Row? row) ? row : Unknown;

    private sealed class Row(ErrorCategory category, bool terminates, string advice)
    {
        internal ErrorCategory Category { get; } = category;

        internal bool Terminates { get; } = terminates;

        internal string Advice { get; } = advice;
    }
}
