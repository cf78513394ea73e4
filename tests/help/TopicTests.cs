// The form of about topics that Get-Help depends on.
using Xunit;

namespace Tollgate.Help.Tests;

public sealed class TopicTests
{
    private const string Good = "TOPIC\n    about_X\n\nSHORT DESCRIPTION\n    Of X.\n\nLONG DESCRIPTION\n    See Get-MiThing.\n\nEXAMPLES\n    None.\n\nNOTES\n    None.\n\nSEE ALSO\n    about_X\n";

    [Fact]
    public void A_good_topic_has_no_fault() => Assert.Empty(FaultsWith("Of X.", "Of X."));

    [Theory]
    [InlineData("    about_X\n\nSHORT", "    about_Y\n\nSHORT", "does not begin with TOPIC and its name")]
    [InlineData("    Of X.", "", "has no short description in its fifth line")]
    [InlineData("NOTES\n    None.\n\n", "", "has the headings TOPIC, SHORT DESCRIPTION, LONG DESCRIPTION, EXAMPLES, SEE ALSO in place of TOPIC, SHORT DESCRIPTION, LONG DESCRIPTION, EXAMPLES, NOTES, SEE ALSO")]
    [InlineData("Of X.", "Of X, about which there is a little more to say than one line of a console can hold.", "line 5 is wider than 80 columns")]
    [InlineData("Of X.", "Of \u00fc.", "line 5 is not plain ASCII without tabs")]
    [InlineData("Of X.", "Of\tX.", "line 5 is not plain ASCII without tabs")]
    [InlineData("Get-MiThing", "Get-MiOther", "the text refers to Get-MiOther, which is not there")]
    [InlineData("Of X.", "TBD", "the text has the placeholder 'TBD'")]
    public void A_fault_is_named(string part, string replacement, string fault) =>
        Assert.Equal([$"about_X: {fault}"], FaultsWith(part, replacement));

    [Fact]
    public void The_short_description_is_the_fifth_line() => Assert.Equal("Of X.", new AboutTopic("about_X", "Tollgate", Good).ShortDescription);

    private static System.Collections.Generic.IReadOnlyList<string> FaultsWith(string part, string replacement)
    {
        var findings = new Findings();
        new AboutTopic("about_X", "Tollgate", Good.Replace(part, replacement, System.StringComparison.Ordinal)).Check(findings, new System.Collections.Generic.HashSet<string> { "Get-MiThing", "about_X" });
        return findings.Lines;
    }
}
