// tollgate_gate_*: a snapshot of the machine's gate.
using System;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The C type tollgate_gate_view.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeGateView
{
    internal NativeText Directory;
    internal NativeText AloneBecause;
    internal uint Even;
    internal uint SlotsBusy;
    internal uint SlotsTotal;
    internal uint Waiting;
    internal ulong PausedMs;
    internal ulong WaitMs;
    internal ulong Sent;
    internal ulong Throttled;
    internal ulong Rebuilt;
    internal uint SentLastSecond;
    internal uint Reserved;
}

/// <summary>Owns a tollgate_gate.</summary>
internal sealed class GateHandle : NativeHandle
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.tollgate_gate_free(handle);
        return true;
    }
}

/// <content>The gate's functions.</content>
internal static unsafe partial class NativeMethods
{
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_gate_read(GateHandle gate, out NativeGateView view, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern void tollgate_gate_free(IntPtr gate);
}
