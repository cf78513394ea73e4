// How a virtual machine runs, out of its instance view: what a list with -Status says of it.
using System;
using System.Linq;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>How a virtual machine runs.</summary>
internal sealed class VirtualMachineStatus
{
    private const string Unknown = "Info Not Available";
    private const string PowerCode = "PowerState/";

    private VirtualMachineStatus(string powerState) => PowerState = powerState;

    /// <summary>Gets the state of a machine of which nothing could be learned.</summary>
    internal static VirtualMachineStatus NotKnown { get; } = new(Unknown);

    /// <summary>Gets the state in words, for example VM running.</summary>
    internal string PowerState { get; }

    /// <summary>Gets the name of the operating system, as reported by its agent.</summary>
    internal string? OsName { get; private init; }

    /// <summary>Gets the version of the operating system, as reported by its agent.</summary>
    internal string? OsVersion { get; private init; }

    /// <summary>Gets what maintenance is planned.</summary>
    internal object? Maintenance { get; private init; }

    /// <summary>Reads an instance view.</summary>
    internal static VirtualMachineStatus FromInstanceView(JsonValue? instanceView) => new(PowerOf(instanceView) ?? Unknown)
    {
        OsName = PSObjectConverter.TextOf(instanceView, "osName"),
        OsVersion = PSObjectConverter.TextOf(instanceView, "osVersion"),
        Maintenance = AzObjectConverter.Convert(instanceView?.Find("maintenanceRedeployStatus")),
    };

    private static string? PowerOf(JsonValue? instanceView) => (instanceView?.Find("statuses")?.Children ?? [])
        .Where(status => PSObjectConverter.TextOf(status, "code")?.StartsWith(PowerCode, StringComparison.OrdinalIgnoreCase) ?? false)
        .Select(status => PSObjectConverter.TextOf(status, "displayStatus"))
        .FirstOrDefault();
}
