// Loading on .NET: a resolver answers for this assembly alone, with the one library loaded by full path.
#if !NETFRAMEWORK
using System;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <content>The part for .NET.</content>
internal static partial class NativeLibraryLoader
{
    private static IntPtr library;
    private static bool resolving;

    private static void Load(string path)
    {
        try
        {
            library = NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw Failure($"the native library {path} cannot be loaded: {exception.Message}", exception);
        }

        if (!resolving)
        {
            NativeLibrary.SetDllImportResolver(typeof(NativeLibraryLoader).Assembly, static (name, _, _) => name == NativeMethods.Library ? library : IntPtr.Zero);
            resolving = true;
        }
    }
}
#endif
