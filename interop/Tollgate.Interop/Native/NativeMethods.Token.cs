// tollgate_token_*: a token on the native side, wiped when it is freed.
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The C type tollgate_token_view.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeTokenView
{
    internal NativeText Token;
    internal NativeText TokenType;
    internal NativeText Resource;
    internal NativeText TenantId;
    internal NativeText ClientId;
    internal NativeText ObjectId;
    internal NativeText ResourceId;
    internal long ExpiresOn;
    internal long RefreshOn;
    internal uint Origin;
    internal uint Reserved;
}

/// <summary>
/// The C type tollgate_token: opaque. It lives no longer than the call that takes it, so it is a typed pointer and no SafeHandle,
/// which would be made, and noted for the finalizer, for every cached token.
/// </summary>
internal readonly struct NativeToken;

/// <content>The token's functions.</content>
internal static unsafe partial class NativeMethods
{
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_token_read(NativeToken* token, out NativeTokenView view, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern void tollgate_token_free(NativeToken* token);
}
