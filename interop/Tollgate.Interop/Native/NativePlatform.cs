// What the native library is called for this process, and where it may lie. The answer comes from the place of this
// assembly, never from the environment or the current directory.
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

    /// <summary>Gets the full paths where the library may lie, best first.</summary>
    /// <param name="assemblyDirectory">The folder of this assembly: bin/{framework} of the module, or a program's own.</param>
    internal static string[] SearchPaths(string assemblyDirectory)
    {
        string below = Path.Combine("runtimes", RuntimeIdentifier(), "native", FileName);
        string? module = Path.GetDirectoryName(Path.GetDirectoryName(assemblyDirectory));
        return module is null ? [Path.Combine(assemblyDirectory, below)] : [Path.Combine(module, below), Path.Combine(assemblyDirectory, below)];
    }

    private static string SystemWord() =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "win"
        : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "osx"
        : IsMusl() ? "linux-musl"
        : "linux";

#if NETFRAMEWORK
    // What runs this assembly outside Windows is mono, which is built on glibc.
    private static bool IsMusl() => false;
#else
    // The process is asked itself, because a distribution that builds .NET from source names its runtime after itself.
    private static bool IsMusl() => !NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "gnu_get_libc_version", out _);
#endif
}
