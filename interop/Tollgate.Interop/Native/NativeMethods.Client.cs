// tollgate_client_*: one client for the process; it starts operations and shows what it knows.
using System;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The C type tollgate_variable: one environment variable.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeVariable
{
    internal NativeText Name;
    internal NativeText Value;
}

/// <summary>The C type tollgate_token_request.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeTokenRequest
{
    internal NativeText Resource;
    internal NativeText AccountId;
    internal NativeText ClientId;
    internal NativeText ObjectId;
    internal NativeText ResourceId;
    internal uint ForceRefresh;
    internal uint TimeoutMs;
    internal uint Source;
    internal uint Reserved;
}

/// <summary>Owns a tollgate_client.</summary>
internal sealed class ClientHandle : NativeHandle
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.tollgate_client_free(handle);
        return true;
    }
}

/// <content>The client's functions.</content>
internal static unsafe partial class NativeMethods
{
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_client_create(NativeVariable* variables, nuint count, out ClientHandle client, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_client_set_environment(ClientHandle client, NativeVariable* variables, nuint count, out uint source, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_client_start_token(ClientHandle client, NativeTokenRequest* request, out OperationHandle operation, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_client_start_diagnosis(ClientHandle client, NativeVariable* variables, nuint count, NativeTokenRequest* request, NativeText resourceManager, out OperationHandle operation, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_client_list_tokens(ClientHandle client, out ListingHandle listing, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_client_clear_tokens(ClientHandle client, NativeTokenRequest* only, out nuint removed, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_client_look_at_gate(ClientHandle client, out GateHandle gate, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern void tollgate_client_free(IntPtr client);
}
