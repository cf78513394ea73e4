// A cmdlet for the tests: one of everything that help has to show.
using System.Management.Automation;

namespace Tollgate.Help.Tests;

public enum Shade
{
    Light,
    Dark,
}

[Cmdlet(VerbsCommon.Get, "MiThing", SupportsShouldProcess = true, DefaultParameterSetName = "ByName")]
[OutputType(typeof(string))]
public sealed class GetMiThingCommand : GetMiThingBase
{
    [Parameter]
    [ValidateRange(1, 9)]
    public int Count { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "ByName")]
    [Parameter(ParameterSetName = "ByObject")]
    [SupportsWildcards]
    public string? Filter { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByName")]
    [Alias("Id", "Label")]
    public string? Name { get; set; }

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "ByObject")]
    public object? InputObject { get; set; }

    [Parameter]
    public SwitchParameter Deep { get; set; }
}

public abstract class GetMiThingBase : PSCmdlet
{
    [Parameter]
    public Shade? Shade { get; set; }
}
