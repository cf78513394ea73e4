// tollgate_operation_*: a running request. Waiting blocks for no longer than it is told; cancelling wakes it from any thread.
using System;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The C type tollgate_progress.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeProgress
{
    internal uint Phase;
    internal uint Attempt;
    internal ulong LeftMs;
    internal ulong Amount;
    internal uint Waiting;
    internal uint Reserved;
}

/// <summary>The C type tollgate_event.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeEvent
{
    internal uint Level;
    internal uint Reserved;
    internal NativeText Text;
}

/// <summary>Owns a tollgate_operation.</summary>
internal sealed class OperationHandle : NativeHandle
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.tollgate_operation_free(handle);
        return true;
    }
}

/// <content>The operation's functions.</content>
internal static unsafe partial class NativeMethods
{
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_operation_wait(OperationHandle operation, uint timeoutMs, out NativeProgress progress, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_operation_next_event(OperationHandle operation, out NativeEvent next, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_operation_take_token(OperationHandle operation, out NativeToken* token, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_operation_take_diagnosis(OperationHandle operation, out DiagnosisHandle diagnosis, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_operation_take_response(OperationHandle operation, out ResponseHandle response, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_operation_take_document(OperationHandle operation, out DocumentHandle document, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_operation_cancel(OperationHandle operation, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern void tollgate_operation_free(IntPtr operation);
}
