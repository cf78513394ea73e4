// A missing or foreign library is refused with a sentence that says what to do. Each test loads a copy of the assembly from a
// folder of its own, as a broken installation would be.
using System;
using System.Collections;
using System.Diagnostics;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Tollgate.Interop.Native;
using Xunit;

namespace Tollgate.Interop.Tests;

public sealed class LoaderTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("tollgate-loader-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_missing_library_is_reported_with_the_path_searched()
    {
        Exception failure = FailureOfFirstUse();

        Assert.Contains(ModuleLibrary(), failure.Message, StringComparison.Ordinal);
        Assert.Contains("reinstall the module", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_library_is_reported_with_its_path()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ModuleLibrary())!);
        File.WriteAllText(ModuleLibrary(), "not a library");

        Assert.Contains(ModuleLibrary(), FailureOfFirstUse().Message, StringComparison.Ordinal);
    }

    [CompilerFact]
    public void A_library_of_another_version_is_refused_with_both_numbers()
    {
        Compile("unsigned tollgate_abi_version(void) { return 4711; }");

        string message = FailureOfFirstUse().Message;

        Assert.Contains("speaks version 4711", message, StringComparison.Ordinal);
        Assert.Contains($"this module version {NativeLibraryLoader.AbiVersion}", message, StringComparison.Ordinal);
        Assert.Contains("the files are mixed; reinstall the module", message, StringComparison.Ordinal);
    }

    [CompilerFact]
    public void A_library_without_a_version_is_refused()
    {
        Compile("int something_else(void) { return 0; }");

        Assert.Contains("not Tollgate's", FailureOfFirstUse().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Architecture.X86)]
    [InlineData(Architecture.Arm)]
    public void A_32_bit_process_is_told_to_use_the_64_bit_PowerShell(Architecture architecture)
    {
        var failure = Assert.Throws<TollgateException>(() => NativePlatform.Processor(architecture));

        Assert.Equal(TollgateStatus.NativeLibrary, failure.Status);
        Assert.Contains("64-bit PowerShell", failure.Message, StringComparison.Ordinal);
    }

    private string ModuleLibrary() =>
        Path.Combine(root, "runtimes", NativePlatform.RuntimeIdentifier(), "native", NativePlatform.FileName);

    /// <summary>Makes a client from a copy of the assembly laid out as the module is, and gives the failure.</summary>
    private Exception FailureOfFirstUse()
    {
        string copy = Path.Combine(root, "Tollgate.Interop.dll");
        File.Copy(typeof(TollgateClient).Assembly.Location, copy);
        var context = new AssemblyLoadContext("copy", isCollectible: true);
        try
        {
            Type client = context.LoadFromAssemblyPath(copy).GetType(typeof(TollgateClient).FullName!, throwOnError: true)!;
            var outer = Assert.Throws<TargetInvocationException>(() => Activator.CreateInstance(client, new Hashtable()));
            Exception failure = outer.InnerException!;
            Assert.Equal(nameof(TollgateStatus.NativeLibrary), failure.GetType().GetProperty(nameof(TollgateException.Name))!.GetValue(failure));
            return failure;
        }
        finally
        {
            context.Unload();
        }
    }

    private void Compile(string source)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ModuleLibrary())!);
        string file = Path.Combine(root, "library.c");
        File.WriteAllText(file, source);
        using Process compiler = Process.Start("cc", ["-shared", "-fPIC", "-o", ModuleLibrary(), file]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
    }
}
