// The two forms of the help show all that is known.
using System.Linq;
using System.Xml.Linq;
using Xunit;

namespace Tollgate.Help.Tests;

public sealed class WriterTests
{
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private static readonly AboutTopic Topic = new("about_TollgateThings", "Tollgate", "TOPIC\n    about_TollgateThings\n\nSHORT DESCRIPTION\n    Of things.\n");

    [Fact]
    public void A_page_shows_each_set_in_the_order_PowerShell_gives_it()
    {
        string page = Page();
        Assert.Contains(
            """
            ### ByName (default)

            ```text
            Get-MiThing [-Name] <string> -Filter <string> [-Count <int>] [-Deep] [-Shade <Shade>] [-WhatIf]
                [-Confirm] [<CommonParameters>]
            ```

            ### ByObject

            ```text
            Get-MiThing -InputObject <Object> [-Count <int>] [-Filter <string>] [-Deep] [-Shade <Shade>]
                [-WhatIf] [-Confirm] [<CommonParameters>]
            ```
            """.ReplaceLineEndings("\n"),
            page,
            System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_shows_what_a_parameter_is_in_each_set()
    {
        string page = Page();
        foreach (string row in new[]
        {
            "| Aliases | Id, Label |", "| Position | 0 |", "| Required | yes in ByName; no in ByObject |", "| Wildcards | yes |",
            "| Accepted values | Light, Dark |", "| Accepted range | 1 to 9 |", "| Pipeline input | true (ByValue) |", "| Default | Light |",
        })
        {
            Assert.Contains(row, page, System.StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_page_links_and_escapes()
    {
        string page = Page();
        Assert.Contains("- [about_TollgateThings](../../module/Tollgate/help/en-US/about_TollgateThings.help.txt)", page, System.StringComparison.Ordinal);
        Assert.Contains("It stays \\<there>.", page, System.StringComparison.Ordinal);
    }

    [Fact]
    public void The_index_lists_cmdlets_and_topics()
    {
        string index = MarkdownWriter.Pages([Thing.Read().Help], [Topic])[MarkdownWriter.Index];
        Assert.Contains("| [Get-MiThing](Get-MiThing.md) | Gets a thing. |", index, System.StringComparison.Ordinal);
        Assert.Contains("help.txt) | Of things. |", index, System.StringComparison.Ordinal);
    }

    [Fact]
    public void Get_Help_reads_the_whole_description()
    {
        XElement command = Commands();
        XElement details = command.Element(Command + "details")!;
        Assert.Equal("Get-MiThing", details.Element(Command + "name")!.Value);
        Assert.Equal("Gets a thing.", details.Element(Maml + "description")!.Value);
        Assert.Equal(["It is | there.", "It stays <there>."], command.Element(Maml + "description")!.Elements(Maml + "para").Select(para => para.Value));
        Assert.Equal(["about_TollgateThings"], command.Descendants(Maml + "linkText").Select(link => link.Value));
        Assert.Equal("The thing.", command.Descendants(Command + "returnValue").Single().Element(Maml + "description")!.Value);
        Assert.Equal("Taken as -InputObject. A thing.", command.Descendants(Command + "inputType").Single().Element(Maml + "description")!.Value);
        Assert.Equal(2, command.Descendants(Command + "example").Count());
    }

    [Fact]
    public void Get_Help_reads_what_a_parameter_is()
    {
        XElement[] parameters = [.. Commands().Element(Command + "parameters")!.Elements()];
        XElement Named(string name) => parameters.Single(parameter => parameter.Element(Maml + "name")!.Value == name);
        Assert.Equal(["Confirm", "Count", "Deep", "Filter", "InputObject", "Name", "Shade", "WhatIf"], parameters.Select(parameter => parameter.Element(Maml + "name")!.Value));
        Assert.Equal(("true", "0", "Id, Label"), (Named("Name").Attribute("required")!.Value, Named("Name").Attribute("position")!.Value, Named("Name").Attribute("aliases")!.Value));
        Assert.Equal(("false", "true"), (Named("Filter").Attribute("required")!.Value, Named("Filter").Attribute("globbing")!.Value));
        Assert.Contains("Required in the parameter set ByName.", Named("Filter").Value, System.StringComparison.Ordinal);
        Assert.Contains("Accepted values: Light, Dark.", Named("Shade").Value, System.StringComparison.Ordinal);
        Assert.Equal("true (ByValue)", Named("InputObject").Attribute("pipelineInput")!.Value);
        Assert.Equal("Light", Named("Shade").Element(Dev + "defaultValue")!.Value);
    }

    private static string Page() => MarkdownWriter.Pages([Thing.Read().Help], [Topic])["Get-MiThing.md"];

    private static XElement Commands() => MamlWriter.Document([Thing.Read().Help]).Root!.Elements().Single();
}
