// A running request, pulled along by whoever started it.
using System;
using Tollgate.Interop.Native;

namespace Tollgate.Interop;

/// <summary>A request for a token that is under way. Disposing it abandons the request.</summary>
public sealed class TokenOperation : IDisposable
{
    private readonly OperationHandle handle;

    internal TokenOperation(OperationHandle handle) => this.handle = handle;

    /// <summary>Waits for the end, at most as long as told.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="progress">Where the request stands, when it has not ended.</param>
    /// <returns>Whether the token can be taken.</returns>
    /// <exception cref="TollgateException">The request failed.</exception>
    public unsafe bool Wait(TimeSpan timeout, out OperationProgress progress)
    {
        TollgateStatus status = NativeMethods.tollgate_operation_wait(handle, Units.Milliseconds(timeout), out NativeProgress native, out NativeError* error);
        NativeError.Check(status, error);
        progress = new OperationProgress((OperationPhase)native.Phase, (int)native.Attempt, Units.Span(native.LeftMs), (int)native.Waiting);
        return status == TollgateStatus.Ok;
    }

    /// <summary>Takes the next line the request has to say.</summary>
    /// <param name="next">The line.</param>
    /// <returns>Whether there was one.</returns>
    public unsafe bool NextEvent(out OperationEvent next)
    {
        TollgateStatus status = NativeMethods.tollgate_operation_next_event(handle, out NativeEvent native, out NativeError* error);
        NativeError.Check(status, error);
        bool found = status == TollgateStatus.Ok;
        next = found ? new OperationEvent((OperationLevel)native.Level, native.Text.ToText() ?? string.Empty) : default;
        return found;
    }

    /// <summary>Takes the token, once, after <see cref="Wait"/> said that it is there.</summary>
    public unsafe AccessToken TakeToken()
    {
        NativeError.Check(NativeMethods.tollgate_operation_take_token(handle, out TokenHandle token, out NativeError* error), error);
        return AccessToken.Take(token);
    }

    /// <summary>Ends the request. Any thread may, any number of times, also after the request was disposed; a waiter wakes at once.</summary>
    public unsafe void Cancel()
    {
        try
        {
            NativeError.Check(NativeMethods.tollgate_operation_cancel(handle, out NativeError* error), error);
        }
        catch (ObjectDisposedException)
        {
            // It ended in the meantime: nothing is left to cancel.
        }
    }

    /// <summary>Abandons the request and frees what it holds.</summary>
    public void Dispose() => handle.Dispose();
}
