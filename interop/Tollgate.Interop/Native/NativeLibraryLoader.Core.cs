// Loading on .NET: a resolver answers for this assembly alone, with the one library loaded by full path. What that takes is newer
// than .NET Standard, so it is looked up by its names.
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

    /// <summary>Gets the class NativeLibrary; .NET Framework and Mono have none.</summary>
    private static Type? NativeLibrary => typeof(Marshal).Assembly.GetType("System.Runtime.InteropServices.NativeLibrary");

    private static void LoadOnNet(string path, Type nativeLibrary)
    {
        Assembly assembly = typeof(NativeLibraryLoader).Assembly;
        Type[] parameters = [typeof(string), typeof(Assembly), typeof(DllImportSearchPath?)];
        var load = (Func<string, Assembly, DllImportSearchPath?, IntPtr>)nativeLibrary.GetMethod("Load", parameters)!
            .CreateDelegate(typeof(Func<string, Assembly, DllImportSearchPath?, IntPtr>));
        try
        {
            library = load(path, assembly, SearchItsOwnFolderAndSystem32);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw NotLoaded(path, exception);
        }

        if (!resolving)
        {
            MethodInfo setResolver = nativeLibrary.GetMethod("SetDllImportResolver")!;
            var resolve = (Func<string, Assembly, DllImportSearchPath?, IntPtr>)Resolve;
            setResolver.Invoke(null, [assembly, resolve.Method.CreateDelegate(setResolver.GetParameters()[1].ParameterType)]);
            resolving = true;
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == NativeMethods.Library ? library : IntPtr.Zero;
}
