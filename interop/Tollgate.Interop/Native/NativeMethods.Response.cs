// tollgate_response_*: an answer of Azure.
using System;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The C type tollgate_header.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeHeader
{
    internal NativeText Name;
    internal NativeText Value;
}

/// <summary>The C type tollgate_response_view.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeResponseView
{
    internal NativeText Version;
    internal NativeText Uri;
    internal NativeText Method;
    internal NativeText NextLink;
    internal NativeHeader* Headers;
    internal nuint HeaderCount;
    internal byte* Body;
    internal nuint BodyLen;
    internal ulong Written;
    internal uint Status;
    internal uint Reserved;
}

/// <summary>Owns a tollgate_response.</summary>
internal sealed class ResponseHandle : NativeHandle
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.tollgate_response_free(handle);
        return true;
    }
}

/// <content>The response's functions.</content>
internal static unsafe partial class NativeMethods
{
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_response_read(ResponseHandle response, out NativeResponseView view, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_response_parse(ResponseHandle response, out DocumentHandle document, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern void tollgate_response_free(IntPtr response);
}
