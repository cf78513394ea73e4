// What is undocumented is found, each with the one line that names it.
using Xunit;

namespace Tollgate.Help.Tests;

public sealed class BuilderTests
{
    [Fact]
    public void Complete_documentation_has_no_fault() => Assert.Empty(Thing.Read().Faults);

    [Theory]
    [InlineData("<summary>Gets a thing.</summary>", "", "has no summary")]
    [InlineData("<para>It is | there.</para><para>It\n    stays &lt;there>.</para>", "", "has no description (<remarks>)")]
    [InlineData("<summary>Its name.</summary>", "", "parameter -Name has no description")]
    [InlineData("<summary>How many. Default: 1.</summary>", "<summary>Default: 1.</summary>", "parameter -Count has no description")]
    [InlineData("Its shade. Default: Light.", "Its shade.", "parameter -Shade does not say its default as its last sentence (Default: ...)")]
    [InlineData("Default: Light.", "Default: Light. Or dark.", "parameter -Shade does not say its default as its last sentence (Default: ...)")]
    [InlineData("Its name.", "Its name. Default: none.", "parameter -Name says a default and must be given")]
    [InlineData("Looks deeper.", "Looks deeper. Default: off.", "parameter -Deep says a default and is a switch")]
    [InlineData("<para>Get none</para><code>", "<code>", "example 2 has no title")]
    [InlineData("<code>Get-MiThing</code>", "<code> </code>", "example 2 has no code")]
    [InlineData("<para>Gets two.</para>", "", "example 1 has no explanation")]
    [InlineData("<returns cref=\"T:System.String\">The thing.</returns>", "", "OutputType System.String has no description (<returns cref>)")]
    [InlineData("<seealso>about_TollgateThings</seealso>", "", "has no related link (<seealso>)")]
    [InlineData("<seealso>about_TollgateThings</seealso>", "<seealso>Get-Date</seealso>", "the related link 'Get-Date' leads nowhere")]
    [InlineData("<seealso>about_TollgateThings</seealso>", "<seealso>Get-MiThing</seealso>", "the related link 'Get-MiThing' leads nowhere")]
    [InlineData("Gets none.", "TODO", "the documentation has the placeholder 'TODO'")]
    [InlineData("A thing.", "{{ Fill in }}", "parameter -InputObject has the placeholder '{{'")]
    [InlineData("Its shade.", "As of Set-MiThing.", "parameter -Shade refers to Set-MiThing, which is not there")]
    [InlineData("Gets two.", "See about_TollgateStuff.", "the documentation refers to about_TollgateStuff, which is not there")]
    [InlineData("Its name.", "Its <c>name</c>.", "parameter -Name: <c> has no meaning in help")]
    public void A_gap_is_named(string part, string replacement, string fault) =>
        Assert.Equal([$"Get-MiThing: {fault}"], Thing.FaultsWith(part, replacement));

    [Fact]
    public void One_example_is_not_enough() => Assert.Equal(
        ["Get-MiThing: has 1 examples, 2 are needed"],
        Thing.FaultsWith("<example><para>Get none</para><code>Get-MiThing</code><para>Gets none.</para><para>Really.</para></example>", string.Empty));

    [Fact]
    public void A_reference_that_the_compiler_could_not_resolve_leads_nowhere() => Assert.Contains(
        "Get-MiThing: the documentation: the reference to Nothing leads nowhere",
        Thing.FaultsWith("<returns cref=\"T:System.String\">", "<returns cref=\"!:Nothing\">"));

    [Fact]
    public void A_description_of_a_type_that_does_not_come_out_is_a_fault() => Assert.Contains(
        "Get-MiThing: <returns cref=\"T:System.Int32\"> is about no OutputType",
        Thing.FaultsWith("<returns cref", "<returns cref=\"T:System.Int32\">A number.</returns><returns cref"));

    [Fact]
    public void An_assembly_without_cmdlets_is_a_fault()
    {
        var findings = new Findings();
        var builder = new HelpBuilder(new XmlDocumentation(new System.Xml.Linq.XDocument()), findings);
        Assert.Empty(builder.Build(typeof(HelpBuilder).Assembly, []));
        Assert.Equal(["Tollgate.Help: has no cmdlet"], findings.Lines);
    }

    [Fact]
    public void A_default_is_told_apart_from_the_description()
    {
        ParameterHelp count = Assert.Single(Thing.Read().Help.Parameters, parameter => parameter.Name == "Count");
        Assert.Equal(("How many.", "1", "1 to 9"), (count.Description, count.Default, count.Range));
    }

    [Fact]
    public void Code_keeps_its_lines_and_loses_the_indentation_of_its_comment() =>
        Assert.Equal("Get-MiThing one |\n    Out-Null\nGet-MiThing two", Thing.Read().Help.Examples[0].Code);
}
