// tollgate_error_*: reading a failure has no failure of its own.
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The functions of the native library, spelled as in tollgate.h.</summary>
internal static unsafe partial class NativeMethods
{
    /// <summary>The library's name, before the platform adds its own prefix and ending.</summary>
    internal const string Library = "tollgate";

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern uint tollgate_abi_version();

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_error_read(NativeError* error, out NativeErrorView view);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern void tollgate_error_free(NativeError* error);
}
