// Azure leaves out what is not set; Azure PowerShell's objects have it all the same, as nothing. Scripts that run in strict mode ask for
// it, and would end at a name that is not there. https://learn.microsoft.com/rest/api/compute/virtual-machines/get
using System.Collections.Generic;

namespace Tollgate.PowerShell;

/// <summary>The names that an object has in Azure PowerShell, whatever Azure said.</summary>
internal static class AzPropertyNames
{
    private static readonly Dictionary<string, string[]> Names = new()
    {
        ["bootDiagnostics"] = ["Enabled", "StorageUri"],
        ["dataDisks"] = ["Lun", "Name", "Vhd", "Image", "Caching", "WriteAcceleratorEnabled", "CreateOption", "DiskSizeGB", "ManagedDisk", "SourceResource", "ToBeDetached", "DiskIOPSReadWrite", "DiskMBpsReadWrite", "DetachOption", "DeleteOption"],
        ["hardwareProfile"] = ["VmSize", "VmSizeProperties"],
        ["identity"] = ["PrincipalId", "TenantId", "Type", "UserAssignedIdentities"],
        ["imageReference"] = ["Publisher", "Offer", "Sku", "Version", "ExactVersion", "SharedGalleryImageId", "CommunityGalleryImageId", "Id"],
        ["linuxConfiguration"] = ["DisablePasswordAuthentication", "Ssh", "ProvisionVMAgent", "PatchSettings", "EnableVMAgentPlatformUpdates"],
        ["managedDisk"] = ["StorageAccountType", "DiskEncryptionSet", "SecurityProfile", "Id"],
        ["networkInterfaces"] = ["Primary", "DeleteOption", "Id"],
        ["networkProfile"] = ["NetworkInterfaces", "NetworkApiVersion", "NetworkInterfaceConfigurations"],
        ["osDisk"] = ["OsType", "EncryptionSettings", "Name", "Vhd", "Image", "Caching", "WriteAcceleratorEnabled", "DiffDiskSettings", "CreateOption", "DiskSizeGB", "ManagedDisk", "DeleteOption"],
        ["osProfile"] = ["ComputerName", "AdminUsername", "AdminPassword", "CustomData", "WindowsConfiguration", "LinuxConfiguration", "Secrets", "AllowExtensionOperations", "RequireGuestProvisionSignal"],
        ["plan"] = ["Name", "Publisher", "Product", "PromotionCode"],
        ["securityProfile"] = ["UefiSettings", "EncryptionAtHost", "SecurityType", "EncryptionIdentity"],
        ["sku"] = ["Name", "Tier", "Size", "Family", "Model", "Capacity"],
        ["statuses"] = ["Code", "Level", "DisplayStatus", "Message", "Time"],
        ["storageProfile"] = ["ImageReference", "OsDisk", "DataDisks", "DiskControllerType"],
        ["vmAgent"] = ["VmAgentVersion", "ExtensionHandlers", "Statuses"],
        ["windowsConfiguration"] = ["ProvisionVMAgent", "EnableAutomaticUpdates", "TimeZone", "AdditionalUnattendContent", "PatchSettings", "WinRM", "EnableVMAgentPlatformUpdates"],
    };

    /// <summary>Gets the names of what Azure calls so, whether it is one thing or a list of such things.</summary>
    internal static IEnumerable<string> For(string? name) => name is not null && Names.TryGetValue(name, out string[]? names) ? names : [];
}
