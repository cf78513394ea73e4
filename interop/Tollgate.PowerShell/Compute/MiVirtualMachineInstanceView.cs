// How one virtual machine runs, with the property names of Azure PowerShell's PSVirtualMachineInstanceView.
using System.Collections.Generic;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>How a virtual machine runs.</summary>
public sealed class MiVirtualMachineInstanceView
{
    internal MiVirtualMachineInstanceView(JsonValue described)
    {
        JsonValue? view = described.Find("properties")?.Find("instanceView");
        ResourceGroupName = new ResourceIdentifier(PSObjectConverter.TextOf(described, "id") ?? string.Empty).ResourceGroupName;
        Name = PSObjectConverter.TextOf(described, "name");
        ComputerName = PSObjectConverter.TextOf(view, "computerName");
        OsName = PSObjectConverter.TextOf(view, "osName");
        OsVersion = PSObjectConverter.TextOf(view, "osVersion");
        HyperVGeneration = PSObjectConverter.TextOf(view, "hyperVGeneration");
        AssignedHost = PSObjectConverter.TextOf(view, "assignedHost");
        RemoteDesktopThumbprint = PSObjectConverter.TextOf(view, "rdpThumbPrint");
        PlatformFaultDomain = view?.Find("platformFaultDomain")?.Whole;
        PlatformUpdateDomain = view?.Find("platformUpdateDomain")?.Whole;
        BootDiagnostics = AzObjectConverter.Convert(view?.Find("bootDiagnostics"));
        VMAgent = AzObjectConverter.Convert(view?.Find("vmAgent"));
        VMHealth = AzObjectConverter.Convert(view?.Find("vmHealth"));
        MaintenanceRedeployStatus = AzObjectConverter.Convert(view?.Find("maintenanceRedeployStatus"));
        PatchStatus = AzObjectConverter.Convert(view?.Find("patchStatus"));
        Disks = AzObjectConverter.ListOf(view, "disks");
        Extensions = AzObjectConverter.ListOf(view, "extensions");
        Statuses = AzObjectConverter.ListOf(view, "statuses");
    }

    /// <summary>Gets the resource group.</summary>
    public string? ResourceGroupName { get; }

    /// <summary>Gets the name.</summary>
    public string? Name { get; }

    /// <summary>Gets its computer name, as reported by its agent.</summary>
    public string? ComputerName { get; }

    /// <summary>Gets the name of the operating system, as reported by its agent.</summary>
    public string? OsName { get; }

    /// <summary>Gets the version of the operating system, as reported by its agent.</summary>
    public string? OsVersion { get; }

    /// <summary>Gets the generation of its virtual hardware.</summary>
    public string? HyperVGeneration { get; }

    /// <summary>Gets the dedicated host that Azure chose.</summary>
    public string? AssignedHost { get; }

    /// <summary>Gets the records of its start.</summary>
    public object? BootDiagnostics { get; }

    /// <summary>Gets its disks with their statuses.</summary>
    public IReadOnlyList<object?>? Disks { get; }

    /// <summary>Gets its extensions with their statuses.</summary>
    public IReadOnlyList<object?>? Extensions { get; }

    /// <summary>Gets the fault domain.</summary>
    public long? PlatformFaultDomain { get; }

    /// <summary>Gets the update domain.</summary>
    public long? PlatformUpdateDomain { get; }

    /// <summary>Gets the thumbprint of its remote desktop's certificate.</summary>
    public string? RemoteDesktopThumbprint { get; }

    /// <summary>Gets its agent with its statuses.</summary>
    public object? VMAgent { get; }

    /// <summary>Gets what its applications say of their health.</summary>
    public object? VMHealth { get; }

    /// <summary>Gets the statuses: of the configuration, for example ProvisioningState/succeeded, and then of the power, for example PowerState/running.</summary>
    public IReadOnlyList<object?>? Statuses { get; }

    /// <summary>Gets what is known of updates of its operating system.</summary>
    public object? PatchStatus { get; }

    /// <summary>Gets what maintenance is planned.</summary>
    public object? MaintenanceRedeployStatus { get; }

    /// <inheritdoc/>
    public override string ToString() => Name ?? string.Empty;
}
