// Finds, loads and checks the native library, once, at the first call that needs it.
using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Tollgate.Interop.Native;

/// <summary>Loads the native library by its full path.</summary>
internal static partial class NativeLibraryLoader
{
    /// <summary>The version of the ABI that these sources are written for.</summary>
    internal const uint AbiVersion = 6;

    private static readonly object Once = new();
    private static bool ready;

    /// <summary>Makes sure that the native functions can be called.</summary>
    /// <exception cref="TollgateException">The library is missing, cannot be loaded or is of another version.</exception>
    internal static void EnsureLoaded()
    {
        if (Volatile.Read(ref ready))
        {
            return;
        }

        lock (Once)
        {
            if (!ready)
            {
                string path = Find();
                Load(path);
                CheckVersion(path);
                Volatile.Write(ref ready, true);
            }
        }
    }

    private static string Find()
    {
        string location = typeof(NativeLibraryLoader).Assembly.Location;
        if (location.Length == 0)
        {
            throw Failure("Tollgate.Interop was loaded from memory, so the native library beside it cannot be found; import the module from its folder");
        }

        string path = NativePlatform.PathBeside(Path.GetDirectoryName(location)!);
        return File.Exists(path) ? path : throw Failure($"the native library was not found; searched: {path}; reinstall the module");
    }

    private static void Load(string path)
    {
        if (NativeLibrary is { } nativeLibrary)
        {
            LoadOnNet(path, nativeLibrary);
        }
        else
        {
            LoadOnFramework(path);
        }
    }

    private static void CheckVersion(string path)
    {
        uint found;
        try
        {
            found = Version();
        }
        catch (EntryPointNotFoundException exception)
        {
            throw Failure("the native library is not Tollgate's, or is older than this module: the files are mixed; reinstall the module", exception);
        }
        catch (DllNotFoundException exception)
        {
            throw NotLoaded(path, exception);
        }

        if (found != AbiVersion)
        {
            throw Failure($"the native library speaks version {found} and this module version {AbiVersion}: the files are mixed; reinstall the module");
        }
    }

    // On its own, because Mono loads the library when it compiles the caller, and its failure is to be caught.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint Version() => NativeMethods.tollgate_abi_version();

    private static TollgateException NotLoaded(string path, Exception cause) =>
        Failure($"the native library {path} cannot be loaded: {cause.Message}", cause);

    private static TollgateException Failure(string message, Exception? cause = null) =>
        new(TollgateStatus.NativeLibrary, message, cause);
}
