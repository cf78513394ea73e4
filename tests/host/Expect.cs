// What a check expects. A check that throws anything has failed, but for the one exception that leaves it out.
using System;
using System.Collections.Generic;

namespace Tollgate.Interop.Tests;

internal static class Expect
{
    internal static void That(bool held, string what)
    {
        if (!held)
        {
            throw new InvalidOperationException(what);
        }
    }

    internal static void Equal<T>(T expected, T actual) =>
        That(EqualityComparer<T>.Default.Equals(expected, actual), $"expected {expected}, got {actual}");

    internal static void Contains(string part, string? text) =>
        That(text is not null && text.Split([part], StringSplitOptions.None).Length > 1, $"expected \"{part}\" in \"{text}\"");

    /// <summary>Expects a failure of this status, and gives it.</summary>
    internal static TollgateException Failure(TollgateStatus status, Action action)
    {
        try
        {
            action();
        }
        catch (TollgateException failure)
        {
            Equal(status, failure.Status);
            return failure;
        }

        throw new InvalidOperationException($"expected the failure {status}, got none");
    }
}

/// <summary>Leaves a check out, for this reason.</summary>
internal sealed class LeftOutException(string reason) : Exception(reason);
