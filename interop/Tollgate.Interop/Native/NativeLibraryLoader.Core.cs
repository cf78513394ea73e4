// Loading on .NET: a resolver answers for this assembly alone, with the one library loaded by full path.
#if !NETFRAMEWORK
using System;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <content>The part for .NET.</content>
internal static partial class NativeLibraryLoader
{
    // What the library needs itself is the system's, and lies nowhere else.
    private const DllImportSearchPath SearchItsOwnFolderAndSystem32 =
        DllImportSearchPath.UseDllDirectoryForDependencies | DllImportSearchPath.System32;

    private static IntPtr library;
    private static bool resolving;

    private static void Load(string path)
    {
        Assembly assembly = typeof(NativeLibraryLoader).Assembly;
        try
        {
            library = NativeLibrary.Load(path, assembly, SearchItsOwnFolderAndSystem32);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw NotLoaded(path, exception);
        }

        if (!resolving)
        {
            NativeLibrary.SetDllImportResolver(assembly, static (name, _, _) => name == NativeMethods.Library ? library : IntPtr.Zero);
            resolving = true;
        }
    }
}
#endif
