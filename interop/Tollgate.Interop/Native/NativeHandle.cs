// What every owned native object has in common.
using System;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>A native object that this process must free.</summary>
internal abstract class NativeHandle() : SafeHandle(IntPtr.Zero, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == IntPtr.Zero;
}
