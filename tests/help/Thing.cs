// The documentation of the tests' cmdlet, complete; tests take one thing away or put one in.
using System.Collections.Generic;
using System.Xml.Linq;

namespace Tollgate.Help.Tests;

internal static class Thing
{
    private const string Good = """
        <doc><members>
        <member name="T:Tollgate.Help.Tests.GetMiThingCommand">
            <summary>Gets a thing.</summary>
            <remarks><para>It is | there.</para><para>It
            stays &lt;there>.</para></remarks>
            <example><para>Get one</para><code>Get-MiThing one |
                Out-Null
            Get-MiThing two</code><para>Gets two.</para></example>
            <example><para>Get none</para><code>Get-MiThing</code><para>Gets none.</para><para>Really.</para></example>
            <returns cref="T:System.String">The thing.</returns>
            <seealso>about_TollgateThings</seealso>
        </member>
        <member name="P:Tollgate.Help.Tests.GetMiThingCommand.Count"><summary>How many. Default: 1.</summary></member>
        <member name="P:Tollgate.Help.Tests.GetMiThingCommand.Filter"><summary>Which. Default: all.</summary></member>
        <member name="P:Tollgate.Help.Tests.GetMiThingCommand.Name"><summary>Its name.</summary></member>
        <member name="P:Tollgate.Help.Tests.GetMiThingCommand.InputObject"><summary>A thing.</summary></member>
        <member name="P:Tollgate.Help.Tests.GetMiThingCommand.Deep"><summary>Looks deeper.</summary></member>
        <member name="P:Tollgate.Help.Tests.GetMiThingBase.Shade"><summary>Its shade. Default: Light.</summary></member>
        </members></doc>
        """;

    /// <summary>What is found wrong when one part of the good documentation is replaced.</summary>
    internal static IReadOnlyList<string> FaultsWith(string part, string replacement)
    {
        Xunit.Assert.Contains(part, Good, System.StringComparison.Ordinal);
        return Read(Good.Replace(part, replacement, System.StringComparison.Ordinal)).Faults;
    }

    /// <summary>The help of the good documentation.</summary>
    internal static (CmdletHelp Help, IReadOnlyList<string> Faults) Read(string documentation = Good)
    {
        var findings = new Findings();
        var builder = new HelpBuilder(new XmlDocumentation(XDocument.Parse(documentation, LoadOptions.PreserveWhitespace)), findings);
        CmdletHelp help = Xunit.Assert.Single(builder.Build(typeof(Thing).Assembly, ["about_TollgateThings"]));
        return (help, findings.Lines);
    }
}
