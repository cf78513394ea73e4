// What PowerShell loads with us: what its .NET has itself, and nothing that another module could bring as well.
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace Tollgate.Interop.Tests;

public class AssemblyTests
{
    [Fact]
    public void The_folder_holds_our_assemblies_alone() => Assert.Equal(
        ["Tollgate.Interop.dll", "Tollgate.PowerShell.dll"],
        Directory.EnumerateFiles(Repository.AssemblyFolder, "*.dll").Select(Path.GetFileName).Order());

    [Fact]
    public void Interop_needs_the_standard_alone() => Assert.Equal(
        ["netstandard"],
        ReferencesOf("Tollgate.Interop.dll"));

    [Fact]
    public void The_cmdlets_need_the_standard_and_PowerShell_alone() => Assert.Equal(
        ["System.Management.Automation", "Tollgate.Interop", "netstandard"],
        ReferencesOf("Tollgate.PowerShell.dll"));

    private static IEnumerable<string> ReferencesOf(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(Repository.AssemblyFolder, assembly)));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences
            .Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name))
            .Order(System.StringComparer.Ordinal)];
    }
}
