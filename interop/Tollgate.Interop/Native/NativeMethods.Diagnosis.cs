// tollgate_diagnosis_*: the checks of a diagnosis.
using System;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The C type tollgate_check.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeCheck
{
    internal NativeText Name;
    internal NativeText Detail;
    internal NativeText Advice;
    internal uint Result;
    internal uint Reserved;
}

/// <summary>The C type tollgate_diagnosis_view.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeDiagnosisView
{
    internal NativeCheck* Pointer;
    internal nuint Length;
}

/// <summary>Owns a tollgate_diagnosis.</summary>
internal sealed class DiagnosisHandle : NativeHandle
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.tollgate_diagnosis_free(handle);
        return true;
    }
}

/// <content>The diagnosis's functions.</content>
internal static unsafe partial class NativeMethods
{
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_diagnosis_read(DiagnosisHandle diagnosis, out NativeDiagnosisView view, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern void tollgate_diagnosis_free(IntPtr diagnosis);
}
