// The native library is found beside its own assembly wherever that lies, and what is missing or foreign is refused with a
// sentence that says what to do. Every check makes an installation: the assembly, and runtimes/<rid>/native beside it, as the module has them.
using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Tests;

internal sealed class LoaderChecks : IDisposable
{
    private static readonly string Library = Directory
        .EnumerateFiles(Path.Combine(AppDomain.CurrentDomain.BaseDirectory, "runtimes"), "*tollgate*", SearchOption.AllDirectories)
        .Single();

    private readonly string root = World.NewFolder();

    private static bool IsWindows => RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    private static bool IsFramework =>
        RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(root, recursive: true);

    public void It_loads_from_a_folder_with_a_space_and_letters_beyond_ASCII() =>
        Expect.Equal(FirstUse.Success, FirstUse.Of(Install("Gr\u00f6\u00dfe \u0416 \u6f22")));

    public void It_loads_from_a_folder_with_brackets_and_signs() =>
        Expect.Equal(FirstUse.Success, FirstUse.Of(Install("a[1]%20 #b;c'd")));

    public void It_loads_from_a_folder_deeper_than_260_characters()
    {
        if (IsWindows && IsFramework)
        {
            throw new LeftOutException(".NET Framework itself loads no assembly from such a folder");
        }

        string name = new('d', 90);
        Expect.Equal(FirstUse.Success, FirstUse.Of(Install(Path.Combine(name, name, name))));
    }

    public void A_missing_library_is_reported_with_the_path_searched()
    {
        string assembly = Install("missing");
        File.Delete(LibraryOf(assembly));

        string said = FirstUse.Of(assembly);

        Expect.Contains("NativeLibrary: ", said);
        Expect.Contains(LibraryOf(assembly), said);
        Expect.Contains("reinstall the module", said);
    }

    public void A_file_that_is_no_library_is_reported_with_its_path()
    {
        string assembly = Install("damaged");
        File.WriteAllText(LibraryOf(assembly), "not a library");

        string said = FirstUse.Of(assembly);

        Expect.Contains("NativeLibrary: ", said);
        Expect.Contains(LibraryOf(assembly), said);
    }

    public void A_library_of_another_version_is_refused_with_its_number()
    {
        string assembly = Install("mixed");
        File.Copy(Other(), LibraryOf(assembly), overwrite: true);

        string said = FirstUse.Of(assembly);

        Expect.Contains("NativeLibrary: ", said);
        Expect.Contains("speaks version 4711", said);
        Expect.Contains("the files are mixed; reinstall the module", said);
    }

    /// <summary>.NET Framework finds imports by the library's bare name, so the first of a process is the only one.</summary>
    public void A_library_of_the_same_name_that_came_first_is_not_taken_for_ours()
    {
        if (!IsWindows)
        {
            throw new LeftOutException("names of libraries are ambiguous on Windows only");
        }

        string first = Path.Combine(root, Path.GetFileName(Library));
        File.Copy(Other(), first);

        string said = FirstUse.Of(Install("second"), first);

        if (IsFramework)
        {
            Expect.Contains("NativeLibrary: ", said);
            Expect.Contains(first, said);
            Expect.Contains("start a new", said);
        }
        else
        {
            Expect.Equal(FirstUse.Success, said);
        }
    }

    private static string Other() =>
        World.OtherLibrary ?? throw new LeftOutException("no library of another version was given; it takes a C compiler");

    /// <summary>Copies the assembly and the library into a folder below the root, and gives the assembly's path.</summary>
    private string Install(string folder)
    {
        string installation = Path.Combine(root, folder);
        string assembly = Path.Combine(installation, "Tollgate.Interop.dll");
        Directory.CreateDirectory(Path.GetDirectoryName(assembly)!);
        File.Copy(typeof(TollgateClient).Assembly.Location, assembly);
        Directory.CreateDirectory(Path.GetDirectoryName(LibraryOf(assembly))!);
        File.Copy(Library, LibraryOf(assembly));
        return assembly;
    }

    private static string LibraryOf(string assembly) =>
        Path.Combine(Path.GetDirectoryName(assembly)!, Library.Substring(AppDomain.CurrentDomain.BaseDirectory.Length));
}
