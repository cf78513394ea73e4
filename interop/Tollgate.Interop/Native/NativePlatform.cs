// What the native library is called for this process, and where it may lie. The answer comes from the place of this
// assembly, never from the environment or the current directory.
using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The native library's file for this process.</summary>
internal static class NativePlatform
{
    /// <summary>Gets the file name of the native library on this system.</summary>
    internal static string FileName =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "tollgate.dll"
        : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "libtollgate.dylib"
        : "libtollgate.so";

    /// <summary>Gets the runtime identifier of this process, for example linux-musl-arm64.</summary>
    /// <exception cref="TollgateException">There is no native library for such a process.</exception>
    internal static string RuntimeIdentifier() => SystemWord() + "-" + Processor(RuntimeInformation.ProcessArchitecture);

    /// <summary>Gets the word for a processor in runtime identifiers.</summary>
    /// <exception cref="TollgateException">There is no native library for such a process.</exception>
    internal static string Processor(Architecture architecture) => architecture switch
    {
        Architecture.X64 => "x64",
        Architecture.Arm64 => "arm64",
        _ => throw new TollgateException(
            TollgateStatus.NativeLibrary,
            $"this is a 32-bit process ({architecture.ToString().ToLowerInvariant()}), for which Tollgate has no native library; start the 64-bit PowerShell instead"),
    };

    /// <summary>Gets the full path where the library lies.</summary>
    /// <param name="assemblyDirectory">The folder of this assembly: the module's, or a program's.</param>
    internal static string PathBeside(string assemblyDirectory) =>
        Path.Combine(assemblyDirectory, "runtimes", RuntimeIdentifier(), "native", FileName);

    private static string SystemWord() =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "win"
        : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "osx"
        : IsMusl() ? "linux-musl"
        : "linux";

    // The process is asked itself, because a distribution that builds .NET from source names its runtime after itself. musl takes
    // every name of a C library for its own, and has no such function.
    private static bool IsMusl()
    {
        try
        {
            gnu_get_libc_version();
            return false;
        }
        catch (EntryPointNotFoundException)
        {
            return true;
        }
    }

    [DllImport("libc.so.6", ExactSpelling = true)]
    private static extern IntPtr gnu_get_libc_version();
}
