// tollgate_document_*: a JSON document as one array of values, each before those inside it.
using System;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The C type tollgate_node.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeNode
{
    internal NativeText Name;
    internal NativeText Text;
    internal long Whole;
    internal double Number;
    internal uint Kind;
    internal uint Count;
}

/// <summary>The C type tollgate_document_view.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeDocumentView
{
    internal NativeNode* Pointer;
    internal nuint Length;
}

/// <summary>Owns a tollgate_document.</summary>
internal sealed class DocumentHandle : NativeHandle
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.tollgate_document_free(handle);
        return true;
    }
}

/// <content>The document's functions.</content>
internal static unsafe partial class NativeMethods
{
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern TollgateStatus tollgate_document_read(DocumentHandle document, out NativeDocumentView view, out NativeError* error);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    internal static extern void tollgate_document_free(IntPtr document);
}
