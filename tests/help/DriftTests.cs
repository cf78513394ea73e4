// The pages checked in are what the source says, and a page that is not is found.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Xunit;

namespace Tollgate.Help.Tests;

public sealed class DriftTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tollgate-help-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_pages_checked_in_are_what_the_source_of_the_cmdlets_says()
    {
        (int code, string wrong) = Run("--markdown", Repository("docs", "cmdlets"), "--check");
        Assert.Equal((string.Empty, 0), (wrong, code));
    }

    [Fact]
    public void A_page_that_is_changed_missing_or_superfluous_is_found()
    {
        var pages = new Dictionary<string, string> { ["a.md"] = "a\n", ["b.md"] = "b\n", ["c.md"] = "c\n" };
        PageFolder.Write(folder, pages);
        Assert.Empty(PageFolder.Differences(folder, pages));
        File.WriteAllText(Path.Combine(folder, "a.md"), "other\n");
        File.Delete(Path.Combine(folder, "b.md"));
        File.WriteAllText(Path.Combine(folder, "d.md"), "d\n");
        Assert.Equal(
            ["a.md: is not what the source says", "b.md: is missing", "d.md: belongs to no cmdlet"],
            PageFolder.Differences(folder, pages));
        PageFolder.Write(folder, pages);
        Assert.Empty(PageFolder.Differences(folder, pages));
    }

    [Fact]
    public void A_check_writes_nothing_and_fails_on_a_difference()
    {
        string absent = Path.Combine(folder, "absent");
        (int code, string wrong) = Run("--markdown", absent, "--check");
        Assert.Equal(1, code);
        Assert.Contains("Get-MiGate.md: is missing", wrong, StringComparison.Ordinal);
        Assert.False(Directory.Exists(absent));
    }

    [Fact]
    public void What_is_undocumented_stops_the_program_before_it_writes()
    {
        string xml = Path.Combine(folder, "empty.xml");
        File.WriteAllText(xml, "<doc/>");
        string maml = Path.Combine(folder, "maml.xml");
        (int code, string wrong) = Run("--xml", xml, "--maml", maml);
        Assert.Equal(1, code);
        Assert.Contains("Get-MiGate: has no summary", wrong.Split('\n'));
        Assert.False(File.Exists(maml));
    }

    [Theory]
    [InlineData("--assembly")]
    [InlineData("--nonsense", "x")]
    [InlineData("--assembly", "x", "--xml", "y")]
    public void A_command_line_that_is_not_understood_shows_how_it_goes(params string[] arguments)
    {
        using var wrong = new StringWriter();
        Assert.Equal(2, Program.Run(arguments, TextWriter.Null, wrong));
        Assert.StartsWith("usage:", wrong.ToString(), StringComparison.Ordinal);
    }

    private static (int Code, string Wrong) Run(params string[] more)
    {
        string assembly = Repository("interop", "Tollgate.PowerShell", "bin", Metadata("Configuration"), "netstandard2.0", "Tollgate.PowerShell.dll");
        string[] arguments = ["--assembly", assembly, "--xml", Path.ChangeExtension(assembly, "xml"), "--about", Repository("module", "Tollgate", "help", "en-US"), "--about", Repository("module", "Tollgate.Az", "help", "en-US"), .. more];
        using var wrong = new StringWriter { NewLine = "\n" };
        return (Program.Run(arguments, TextWriter.Null, wrong), wrong.ToString());
    }

    private static string Repository(params string[] parts) => Path.GetFullPath(Path.Combine([Metadata("RepositoryRoot"), .. parts]));

    private static string Metadata(string key) => typeof(DriftTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key)
        .Value!;
}
