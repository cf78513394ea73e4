// tollgate_listing_*: a snapshot of the token cache.
using System;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The C type tollgate_entry.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeEntry
{
    internal NativeText Resource;
    internal NativeText Identity;
    internal NativeText Endpoint;
    internal NativeText TenantId;
    internal long ExpiresOn;
    internal long RefreshOn;
    internal ulong Served;
    internal uint Selector;
    internal uint Reserved;
}

/// <summary>The C type tollgate_listing_view.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeListingView
{
    internal NativeEntry* Pointer;
    internal nuint Length;
}

/// <summary>Owns a tollgate_listing.</summary>
internal sealed class ListingHandle : NativeHandle
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.tollgate_listing_free(handle);
        return true;
    }
}

/// <content>The listing's functions.</content>
internal static unsafe partial class NativeMethods
{
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_listing_read(ListingHandle listing, out NativeListingView view, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern void tollgate_listing_free(IntPtr listing);
}
