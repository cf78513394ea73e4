// tollgate_client_start_rest and tollgate_client_start_lookup: questions to Azure.
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The C type tollgate_realm.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeRealm
{
    internal NativeText Audience;
    internal NativeText* Hosts;
    internal nuint HostCount;
}

/// <summary>The C type tollgate_rest_request.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeRestRequest
{
    internal NativeTokenRequest Token;
    internal NativeText Method;
    internal NativeText Uri;
    internal NativeText Body;
    internal NativeText BodyFile;
    internal NativeText ContentType;
    internal NativeText OutFile;
    internal NativeHeader* Headers;
    internal nuint HeaderCount;
    internal NativeRealm* Realms;
    internal nuint RealmCount;
    internal uint Wait;
    internal uint PollFrom;
    internal uint FinalFrom;
    internal uint NoRetry;
    internal uint Strict;
    internal uint Paginate;
}

/// <summary>The C type tollgate_lookup_request.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeLookupRequest
{
    internal NativeTokenRequest Token;
    internal NativeText Account;
    internal NativeText ArmUrl;
    internal NativeText Tenant;
    internal NativeText Subscription;
    internal uint Kind;
    internal uint Population;
}

/// <content>Questions to Azure.</content>
internal static unsafe partial class NativeMethods
{
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_client_start_rest(ClientHandle client, NativeRestRequest* request, out OperationHandle operation, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_client_start_lookup(ClientHandle client, NativeLookupRequest* request, out OperationHandle operation, out NativeError* error);
}
