// Get-MiVM: virtual machines as they are configured and, with -Status, how they run.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Gets virtual machines.</summary>
/// <remarks>
/// <para>Lists the virtual machines of the context's subscription, of one of its resource groups or of a region, or gets one by its name and
/// group, or by its id. A machine that is named without wildcards in its group and does not exist is an error, ResourceNotFound.</para>
/// <para>With -Status a list says how each machine runs, in PowerState; one machine is given as its instance view, with Statuses, Disks,
/// Extensions and VMAgent, in place of its configuration. For a whole subscription one list tells all states; for a resource group, a
/// region or a name each machine that fits is asked.</para>
/// </remarks>
/// <example>
/// <para>List the machines of a resource group</para>
/// <code>Get-MiVM -ResourceGroupName rg-web</code>
/// <para>Lists them with size, system, network interface and provisioning state; -Status adds whether they run.</para>
/// </example>
/// <example>
/// <para>Find the machines that run</para>
/// <code>Get-MiVM -Status | Where-Object -Property PowerState -EQ -Value 'VM running'</code>
/// <para>Lists all machines of the subscription with how they run, and keeps those that run.</para>
/// </example>
/// <example>
/// <para>See whether a machine runs</para>
/// <code>Get-MiResource -ResourceType Microsoft.Compute/virtualMachines | ForEach-Object -Process { (Get-MiVM -ResourceId $_.ResourceId -Status).Statuses }</code>
/// <para>Returns the statuses of each machine, of which one begins with PowerState.</para>
/// </example>
/// <returns cref="MiVirtualMachine">The machines as they are configured.</returns>
/// <returns cref="MiVirtualMachineInstanceView">One machine as it runs, with -Status.</returns>
/// <seealso>Get-MiResource</seealso>
/// <seealso>Get-MiResourceGroup</seealso>
/// <seealso>Invoke-MiRestMethod</seealso>
[Cmdlet(VerbsCommon.Get, "MiVM", DefaultParameterSetName = Default, HelpUri = HelpPages.BaseUrl + "Get-MiVM.md")]
[OutputType(typeof(MiVirtualMachine), typeof(MiVirtualMachineInstanceView))]
public sealed class GetMiVMCommand : ArmCmdlet
{
    private const string Default = "DefaultParamSet";
    private const string InGroup = "GetVirtualMachineInResourceGroupParamSet";
    private const string InLocation = "ListLocationVirtualMachinesParamSet";
    private const string ById = "GetVirtualMachineById";
    private const string FromLink = "ListNextLinkVirtualMachinesParamSet";

    // https://learn.microsoft.com/rest/api/compute/virtual-machines
    private const string Version = "2024-07-01";

    private const string Machines = "/providers/Microsoft.Compute/virtualMachines";

    /// <summary>The resource group, with wildcards if you like. Default: every group.</summary>
    [Parameter(Position = 0, ParameterSetName = Default, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = InGroup, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ResourceGroupNameCompleter))]
    public string? ResourceGroupName { get; set; }

    /// <summary>The name of the machine, with wildcards if you like. Default: every machine.</summary>
    [Parameter(Position = 1, ParameterSetName = Default, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = InGroup, ValueFromPipelineByPropertyName = true)]
    [Alias("ResourceName", "VMName")]
    [AllowNull]
    [AllowEmptyString]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VirtualMachineNameCompleter))]
    public string? Name { get; set; }

    /// <summary>The region of the machines, for example westeurope.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InLocation, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? Location { get; set; }

    /// <summary>The id of the machine.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ById, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ResourceId { get; set; }

    /// <summary>The address of a page of a list, which the list goes on from.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = FromLink, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public Uri? NextLink { get; set; }

    /// <summary>Says how the machines run: a list has PowerState then, and one machine is given as its instance view.</summary>
    [Parameter(Position = 2)]
    public SwitchParameter Status { get; set; }

    /// <summary>Asks for the user data of the machine, in base 64. A list has none.</summary>
    [Parameter(ParameterSetName = Default)]
    [Parameter(ParameterSetName = InGroup)]
    [Parameter(ParameterSetName = InLocation)]
    [Parameter(ParameterSetName = FromLink)]
    public SwitchParameter UserData { get; set; }

    /// <summary>How much of the machine is shown: Compact for the outermost properties, Expand for those of every level. Default: Compact.</summary>
    [Parameter(ParameterSetName = InGroup, ValueFromPipelineByPropertyName = true)]
    public DisplayHintType DisplayHint { get; set; } = DisplayHintType.Compact;

    /// <inheritdoc/>
    private protected override object? ErrorTarget => ResourceId ?? Name ?? ResourceGroupName ?? Location ?? (object?)NextLink;

    /// <inheritdoc/>
    private protected override void ListInput()
    {
        var name = new NameFilter(Name);
        var group = new NameFilter(ResourceGroupName);
        if (ResourceId is not null)
        {
            WriteOne(PathOf(ResourceId));
        }
        else if (name.Exact is not null && group.Exact is not null)
        {
            WriteOne($"{RequireSubscription()}/resourceGroups/{Uri.EscapeDataString(group.Exact)}{Machines}/{Uri.EscapeDataString(name.Exact)}");
        }
        else
        {
            WriteList(name, group);
        }
    }

    // An object that comes down the pipeline and has none of the parameters' properties arrives here as the text of it.
    private static string PathOf(string id)
    {
        var identifier = new ResourceIdentifier(id);
        return identifier is { SubscriptionId: not null, ResourceType: not null } ? identifier.Path : throw ArgumentErrors.Invalid(
            nameof(ResourceId),
            $"-ResourceId '{id}' is no id of a machine: that is /subscriptions/<id>/resourceGroups/<group>{Machines}/<name>");
    }

    private void WriteOne(string path)
    {
        if (UserData && Status)
        {
            WarnIgnored(nameof(UserData), "-Status gives how the machine runs and not how it is configured");
        }

        ArmResponse response = Get(BuildUrl(path, Version, ("$expand", Status ? "instanceView" : UserData ? "userData" : null)));
        RunspaceContexts.Current.Names.AddVirtualMachine(PSObjectConverter.TextOf(response.Document, "name"));
        if (Status)
        {
            WriteObject(new MiVirtualMachineInstanceView(response.Document));
        }
        else
        {
            WriteObject(new MiVirtualMachine(response.Document, response) { DisplayHint = DisplayHint }.ShownAs(DisplayHint.ToString()));
        }
    }

    private void WriteList(NameFilter name, NameFilter group)
    {
        if (UserData)
        {
            WarnIgnored(nameof(UserData), "a list of machines has no user data: name one machine and its resource group");
        }

        // One list more tells how every machine of the subscription runs. Where not all are wanted, those that are, are asked.
        Dictionary<string, VirtualMachineStatus>? known = Status && ResourceGroupName is null && Name is null && Location is null && NextLink is null ? GetAllStatuses() : null;
        foreach (ArmResponse page in Pages(BuildListUrl(group.Exact)))
        {
            foreach (JsonValue machine in page.Items)
            {
                string id = PSObjectConverter.TextOf(machine, "id") ?? string.Empty;
                var identifier = new ResourceIdentifier(id);
                if (name.IsMatch(PSObjectConverter.TextOf(machine, "name")) && group.IsMatch(identifier.ResourceGroupName))
                {
                    RunspaceContexts.Current.Names.AddVirtualMachine(PSObjectConverter.TextOf(machine, "name"));
                    VirtualMachineStatus? state = !Status ? null : known is not null && known.TryGetValue(id, out VirtualMachineStatus? found) ? found : GetStatus(identifier);
                    WriteObject(new MiVirtualMachine(machine, page, state) { DisplayHint = DisplayHint }.ShownAs(Status ? "ListWithStatus" : "List"));
                }
            }
        }
    }

    private string BuildListUrl(string? group)
    {
        if (NextLink is not null)
        {
            return NextLink.IsAbsoluteUri ? NextLink.AbsoluteUri : throw ArgumentErrors.Invalid(nameof(NextLink), $"'{NextLink}' is no whole address: it begins with https://");
        }

        string path = Location is not null ? $"{RequireSubscription()}/providers/Microsoft.Compute/locations/{Uri.EscapeDataString(Location)}/virtualMachines"
            : group is not null ? $"{RequireSubscription()}/resourceGroups/{Uri.EscapeDataString(group)}{Machines}"
            : RequireSubscription() + Machines;
        return BuildUrl(path, Version);
    }

    private Dictionary<string, VirtualMachineStatus> GetAllStatuses()
    {
        var states = new Dictionary<string, VirtualMachineStatus>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonValue machine in Pages(BuildUrl(RequireSubscription() + Machines, Version, ("statusOnly", "true"))).SelectMany(page => page.Items))
        {
            states[PSObjectConverter.TextOf(machine, "id") ?? string.Empty] = VirtualMachineStatus.FromInstanceView(machine.Find("properties")?.Find("instanceView"));
        }

        return states;
    }

    // A machine that went away since it was listed is still part of the list.
    private VirtualMachineStatus GetStatus(ResourceIdentifier machine)
    {
        VirtualMachineStatus state = VirtualMachineStatus.NotKnown;
        ContinueOnError(machine.Path, () => state = VirtualMachineStatus.FromInstanceView(Get(BuildUrl(machine.Path + "/instanceView", Version)).Document));
        return state;
    }
}
