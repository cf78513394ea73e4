// Loading on .NET Framework: the library is loaded by full path first; a later import finds the loaded one by its name.
// Mono, which runs the same assembly elsewhere, is told the path for the name instead.
#if NETFRAMEWORK
using System;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <content>The part for .NET Framework.</content>
internal static partial class NativeLibraryLoader
{
    private const uint SearchItsOwnFolderAndSystem32 = 0x100 | 0x800;

    private static void Load(string path)
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            mono_dllmap_insert(IntPtr.Zero, NativeMethods.Library, null, path, null);
        }
        else if (LoadLibraryExW(path, IntPtr.Zero, SearchItsOwnFolderAndSystem32) == IntPtr.Zero)
        {
            var reason = new Win32Exception(Marshal.GetLastWin32Error());
            throw Failure($"the native library {path} cannot be loaded: {reason.Message}", reason);
        }
    }

    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, ExactSpelling = true, SetLastError = true)]
    private static extern IntPtr LoadLibraryExW(string path, IntPtr reserved, uint flags);

    [DllImport("__Internal", CharSet = CharSet.Ansi, ExactSpelling = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern void mono_dllmap_insert(IntPtr everyAssembly, string library, string? function, string targetLibrary, string? targetFunction);
}
#endif
