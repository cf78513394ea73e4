// A running request, pulled along by whoever started it. What it is for is its subclass's: each takes its own result out.
using System;
using Tollgate.Interop.Native;

namespace Tollgate.Interop;

/// <summary>A request that is under way. Disposing it abandons the request.</summary>
public abstract class Operation : IDisposable
{
    private protected Operation(OperationHandle handle) => Handle = handle;

    /// <summary>Gets the native side of the request, which frees itself.</summary>
    private protected OperationHandle Handle { get; }

    /// <summary>Waits for the end, at most as long as told.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="progress">Where the request stands, when it has not ended.</param>
    /// <returns>Whether the result can be taken.</returns>
    /// <exception cref="TollgateException">The request failed.</exception>
    public unsafe bool Wait(TimeSpan timeout, out OperationProgress progress)
    {
        TollgateStatus status = NativeMethods.tollgate_operation_wait(Handle, Units.Milliseconds(timeout), out NativeProgress native, out NativeError* error);
        NativeError.Check(status, error);
        progress = new OperationProgress((OperationPhase)native.Phase, (int)native.Attempt, Units.Span(native.LeftMs), (int)native.Waiting, (long)native.Amount);
        return status == TollgateStatus.Ok;
    }

    /// <summary>Takes the next line the request has to say.</summary>
    /// <param name="next">The line.</param>
    /// <returns>Whether there was one.</returns>
    public unsafe bool NextEvent(out OperationEvent next)
    {
        TollgateStatus status = NativeMethods.tollgate_operation_next_event(Handle, out NativeEvent native, out NativeError* error);
        NativeError.Check(status, error);
        bool found = status == TollgateStatus.Ok;
        next = found ? new OperationEvent((OperationLevel)native.Level, native.Text.ToText() ?? string.Empty) : default;
        return found;
    }

    /// <summary>Ends the request. Any thread may, any number of times, also after the request was disposed; a waiter wakes at once.</summary>
    public unsafe void Cancel()
    {
        try
        {
            NativeError.Check(NativeMethods.tollgate_operation_cancel(Handle, out NativeError* error), error);
        }
        catch (ObjectDisposedException)
        {
            // It ended in the meantime: nothing is left to cancel.
        }
    }

    /// <summary>Abandons the request and frees what it holds.</summary>
    public void Dispose()
    {
        Handle.Dispose();
        GC.SuppressFinalize(this);
    }
}
