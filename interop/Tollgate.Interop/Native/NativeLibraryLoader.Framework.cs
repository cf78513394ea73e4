// Loading on .NET Framework: the library is loaded by full path first; a later import finds the loaded one by its name.
// Mono, which runs the same assembly elsewhere, is told the path for the name instead.
using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Linq;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <content>The part for .NET Framework.</content>
internal static partial class NativeLibraryLoader
{
    private static void LoadOnFramework(string path)
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            mono_dllmap_insert(IntPtr.Zero, NativeMethods.Library, null, path, null);
            return;
        }

        IntPtr library = LoadLibraryExW(path, IntPtr.Zero, (uint)SearchItsOwnFolderAndSystem32);
        if (library == IntPtr.Zero)
        {
            throw NotLoaded(path, new Win32Exception(Marshal.GetLastWin32Error()));
        }

        // Imports go by the bare name, and of several libraries of one name to the first that was loaded.
        IntPtr first = GetModuleHandleW(NativePlatform.FileName);
        if (first != library)
        {
            throw Failure($"this process has loaded another {NativePlatform.FileName} before, from {PlaceOf(first)}, and .NET Framework keeps to the first of a name; start a new PowerShell session and use one version of Tollgate in it");
        }
    }

    private static string PlaceOf(IntPtr module)
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>().FirstOrDefault(loaded => loaded.BaseAddress == module)?.FileName
            ?? "an unknown place";
    }

    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, ExactSpelling = true, SetLastError = true)]
    private static extern IntPtr LoadLibraryExW(string path, IntPtr reserved, uint flags);

    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
    private static extern IntPtr GetModuleHandleW(string name);

    [DllImport("__Internal", CharSet = CharSet.Ansi, ExactSpelling = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern void mono_dllmap_insert(IntPtr everyAssembly, string library, string? function, string targetLibrary, string? targetFunction);
}
