// A virtual machine, with the property names of Azure PowerShell's PSVirtualMachine. What Azure nests stays nested, as objects whose
// names begin with a capital: HardwareProfile.VmSize.
using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Net;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>A virtual machine as it is configured.</summary>
public sealed class MiVirtualMachine
{
    private readonly JsonValue? properties;

    internal MiVirtualMachine(JsonValue described, ArmResponse response, VirtualMachineStatus? state = null)
    {
        properties = described.Find("properties");
        Id = PSObjectConverter.TextOf(described, "id");
        ResourceGroupName = new ResourceIdentifier(Id ?? string.Empty).ResourceGroupName;
        Name = PSObjectConverter.TextOf(described, "name");
        Type = PSObjectConverter.TextOf(described, "type");
        Location = PSObjectConverter.TextOf(described, "location");
        Etag = PSObjectConverter.TextOf(described, "etag");
        Tags = PSObjectConverter.TableOf(described, "tags") ?? [];
        Zones = PSObjectConverter.TextsOf(described, "zones");
        Plan = AzObjectConverter.Convert(described.Find("plan"));
        Identity = AzObjectConverter.Convert(described.Find("identity"));
        ExtendedLocation = AzObjectConverter.Convert(described.Find("extendedLocation"));
        Extensions = AzObjectConverter.ListOf(described, "resources") ?? [];
        VmId = Text("vmId");
        ProvisioningState = Text("provisioningState");
        LicenseType = Text("licenseType");
        Priority = Text("priority");
        EvictionPolicy = Text("evictionPolicy");
        UserData = Text("userData");
        TimeCreated = AzObjectConverter.TimeOf(properties, "timeCreated");
        HardwareProfile = Nested("hardwareProfile");
        StorageProfile = Nested("storageProfile");
        OSProfile = Nested("osProfile");
        NetworkProfile = Nested("networkProfile");
        DiagnosticsProfile = Nested("diagnosticsProfile");
        SecurityProfile = Nested("securityProfile");
        BillingProfile = Nested("billingProfile");
        AdditionalCapabilities = Nested("additionalCapabilities");
        AvailabilitySetReference = Nested("availabilitySet");
        ProximityPlacementGroup = Nested("proximityPlacementGroup");
        Host = Nested("host");
        HostGroup = Nested("hostGroup");
        VirtualMachineScaleSet = Nested("virtualMachineScaleSet");
        CapacityReservation = Nested("capacityReservation");
        ApplicationProfile = Nested("applicationProfile");
        InstanceView = Nested("instanceView");
        StatusCode = response.StatusCode;
        RequestId = response.RequestId;
        PowerState = state?.PowerState;
        OsName = state?.OsName;
        OsVersion = state?.OsVersion;
        MaintenanceRedeployStatus = state?.Maintenance;
    }

    /// <summary>Gets the resource group.</summary>
    public string? ResourceGroupName { get; }

    /// <summary>Gets the id.</summary>
    public string? Id { get; }

    /// <summary>Gets the machine's own id, which it keeps for life.</summary>
    public string? VmId { get; }

    /// <summary>Gets the name.</summary>
    public string? Name { get; }

    /// <summary>Gets the type, Microsoft.Compute/virtualMachines.</summary>
    public string? Type { get; }

    /// <summary>Gets the region.</summary>
    public string? Location { get; }

    /// <summary>Gets the edge zone; null when it is in none.</summary>
    public object? ExtendedLocation { get; }

    /// <summary>Gets the license that its owner brought along.</summary>
    public string? LicenseType { get; }

    /// <summary>Gets the tags. Of a machine that has none they are an empty table, as in Azure PowerShell, for scripts ask it at once.</summary>
    public IDictionary<string, string> Tags { get; }

    /// <summary>Gets the availability set.</summary>
    public object? AvailabilitySetReference { get; }

    /// <summary>Gets what is recorded at its start.</summary>
    public object? DiagnosticsProfile { get; }

    /// <summary>Gets the extensions.</summary>
    public IReadOnlyList<object?> Extensions { get; }

    /// <summary>Gets the size.</summary>
    public object? HardwareProfile { get; }

    /// <summary>Gets how it runs, where that was asked for with the configuration.</summary>
    public object? InstanceView { get; }

    /// <summary>Gets the network interfaces.</summary>
    public object? NetworkProfile { get; }

    /// <summary>Gets what protects it.</summary>
    public object? SecurityProfile { get; }

    /// <summary>Gets its name within, its administrator and its system's settings.</summary>
    public object? OSProfile { get; }

    /// <summary>Gets the highest price of a spot machine.</summary>
    public object? BillingProfile { get; }

    /// <summary>Gets the plan under which its image was bought.</summary>
    public object? Plan { get; }

    /// <summary>Gets the state of its configuration, for example Succeeded.</summary>
    public string? ProvisioningState { get; }

    /// <summary>Gets its image and disks.</summary>
    public object? StorageProfile { get; }

    /// <summary>Gets how much of it is shown.</summary>
    public DisplayHintType DisplayHint { get; internal init; }

    /// <summary>Gets the managed identities; null when it has none.</summary>
    public object? Identity { get; }

    /// <summary>Gets the availability zones.</summary>
    public IReadOnlyList<string> Zones { get; }

    /// <summary>Always null: the name under which it is reached belongs to its public address.</summary>
    public string? FullyQualifiedDomainName { get; }

    /// <summary>Gets what it is able to do besides.</summary>
    public object? AdditionalCapabilities { get; }

    /// <summary>Gets the proximity placement group.</summary>
    public object? ProximityPlacementGroup { get; }

    /// <summary>Gets the dedicated host.</summary>
    public object? Host { get; }

    /// <summary>Gets the scale set.</summary>
    public object? VirtualMachineScaleSet { get; }

    /// <summary>Gets what becomes of a spot machine that has to go.</summary>
    public string? EvictionPolicy { get; }

    /// <summary>Gets the priority, for example Spot.</summary>
    public string? Priority { get; }

    /// <summary>Gets the group of dedicated hosts.</summary>
    public object? HostGroup { get; }

    /// <summary>Gets the capacity reservation.</summary>
    public object? CapacityReservation { get; }

    /// <summary>Gets the gallery applications.</summary>
    public object? ApplicationProfile { get; }

    /// <summary>Gets the user data in base 64, where -UserData asked for it.</summary>
    public string? UserData { get; }

    /// <summary>Gets when it was made, in UTC.</summary>
    public DateTime? TimeCreated { get; }

    /// <summary>Gets the ETag of its present content.</summary>
    public string? Etag { get; }

    /// <summary>Gets the id that Azure assigned to the request.</summary>
    public string? RequestId { get; }

    /// <summary>Gets the HTTP status of the response.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>Gets how it runs, for example VM running; known in a list with -Status.</summary>
    public string? PowerState { get; }

    /// <summary>Gets the name of its operating system, as reported by its agent; known in a list with -Status.</summary>
    public string? OsName { get; }

    /// <summary>Gets the version of its operating system, as reported by its agent; known in a list with -Status.</summary>
    public string? OsVersion { get; }

    /// <summary>Gets what maintenance is planned; known in a list with -Status.</summary>
    public object? MaintenanceRedeployStatus { get; }

    /// <inheritdoc/>
    public override string ToString() => Id ?? string.Empty;

    /// <summary>Returns the machine with a note of which view is to show it.</summary>
    internal PSObject ShownAs(string view)
    {
        var shown = new PSObject(this);
        shown.TypeNames.Insert(0, $"{typeof(MiVirtualMachine).FullName}#{view}");
        return shown;
    }

    private string? Text(string name) => PSObjectConverter.TextOf(properties, name);

    private object? Nested(string name) => AzObjectConverter.Convert(properties?.Find(name));
}
