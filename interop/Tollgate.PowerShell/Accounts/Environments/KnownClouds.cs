// The clouds that are built in, and the audience of a token for each kind of resource in each of them: the one table of it.
// EnvironmentRegistry holds these and those that were added.
// Source: AzureEnvironmentConstants of Azure PowerShell's common code. An empty place means that the cloud has no such service.
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Linq;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>The known clouds.</summary>
internal static class KnownClouds
{
    /// <summary>The cloud meant when none is named.</summary>
    internal const string Default = "AzureCloud";

    /// <summary>The resource type meant when none is named.</summary>
    internal const string DefaultResourceType = "Arm";

    /// <summary>The audience of tokens for storage, in every cloud.</summary>
    internal const string StorageAudience = "https://storage.azure.com/";

    private const string China = "AzureChinaCloud";
    private const string Government = "AzureUSGovernment";

    private static readonly (string TypeName, string?[] Audiences)[] Table =
    [
        ("AadGraph", ["https://graph.windows.net/", "https://graph.chinacloudapi.cn/", "https://graph.microsoftazure.us/"]),
        ("AnalysisServices", ["https://region.asazure.windows.net", "https://region.asazure.chinacloudapi.cn", "https://region.asazure.usgovcloudapi.net"]),
        ("AppConfiguration", ["https://azconfig.io", "https://azconfig.azure.cn", "https://azconfig.azure.us"]),
        ("Arm", ["https://management.core.windows.net/", "https://management.core.chinacloudapi.cn/", "https://management.core.usgovcloudapi.net/"]),
        ("Attestation", ["https://attest.azure.net", null, null]),
        ("Batch", ["https://batch.core.windows.net/", "https://batch.chinacloudapi.cn/", "https://batch.core.usgovcloudapi.net/"]),
        ("CommunicationEmail", ["https://communication.azure.com", null, null]),
        ("DataLake", ["https://datalake.azure.net/", null, null]),
        ("KeyVault", ["https://vault.azure.net", "https://vault.azure.cn", "https://vault.usgovcloudapi.net"]),
        ("ManagedHsm", ["https://managedhsm.azure.net", "https://managedhsm.azure.cn", "https://managedhsm.usgovcloudapi.net"]),
        ("MSGraph", ["https://graph.microsoft.com/", "https://microsoftgraph.chinacloudapi.cn/", "https://graph.microsoft.us/"]),
        ("OperationalInsights", ["https://api.loganalytics.io", "https://api.loganalytics.azure.cn", "https://api.loganalytics.us"]),
        ("ResourceManager", ["https://management.core.windows.net/", "https://management.core.chinacloudapi.cn/", "https://management.core.usgovcloudapi.net/"]),
        ("Storage", [StorageAudience, StorageAudience, StorageAudience]),
        ("Synapse", ["https://dev.azuresynapse.net", "https://dev.azuresynapse.azure.cn", "https://dev.azuresynapse.usgovcloudapi.net"]),
    ];

    // Where services are whose hosts do not bear their audience's name.
    private static readonly (string TypeName, string[] Endpoints)[] EndpointOverrides =
    [
        ("AnalysisServices", ["asazure.windows.net", "asazure.chinacloudapi.cn", "asazure.usgovcloudapi.net"]),
        ("Batch", ["batch.azure.com", "batch.chinacloudapi.cn", "batch.usgovcloudapi.net"]),
        ("OperationalInsights", ["https://api.loganalytics.io/v1", "https://api.loganalytics.azure.cn/v1", "https://api.loganalytics.us/v1"]),
    ];

    /// <summary>Gets the environments that are always there, by name.</summary>
    internal static ReadOnlyDictionary<string, MiEnvironment> BuiltIn { get; } = new(
        new MiEnvironment[]
        {
            new(Default, AudiencesOf(0), EndpointsOf(0))
            {
                ActiveDirectoryAuthority = "https://login.microsoftonline.com/",
                ResourceManagerUrl = "https://management.azure.com/",
                ManagementPortalUrl = "https://portal.azure.com/",
                GalleryUrl = "https://gallery.azure.com/",
                PublishSettingsFileUrl = "https://go.microsoft.com/fwlink/?LinkID=301775",
                StorageEndpointSuffix = "core.windows.net",
                SqlDatabaseDnsSuffix = ".database.windows.net",
                TrafficManagerDnsSuffix = "trafficmanager.net",
                ContainerRegistryEndpointSuffix = "azurecr.io",
                AzureDataLakeStoreFileSystemEndpointSuffix = "azuredatalakestore.net",
                AzureDataLakeAnalyticsCatalogAndJobEndpointSuffix = "azuredatalakeanalytics.net",
            },
            new(China, AudiencesOf(1), EndpointsOf(1))
            {
                ActiveDirectoryAuthority = "https://login.chinacloudapi.cn/",
                ResourceManagerUrl = "https://management.chinacloudapi.cn/",
                ManagementPortalUrl = "https://portal.azure.cn/",
                GalleryUrl = "https://gallery.chinacloudapi.cn/",
                PublishSettingsFileUrl = "https://go.microsoft.com/fwlink/?LinkID=301776",
                StorageEndpointSuffix = "core.chinacloudapi.cn",
                SqlDatabaseDnsSuffix = ".database.chinacloudapi.cn",
                TrafficManagerDnsSuffix = "trafficmanager.cn",
                ContainerRegistryEndpointSuffix = "azurecr.cn",
            },
            new(Government, AudiencesOf(2), EndpointsOf(2))
            {
                ActiveDirectoryAuthority = "https://login.microsoftonline.us/",
                ResourceManagerUrl = "https://management.usgovcloudapi.net/",
                ManagementPortalUrl = "https://portal.azure.us/",
                GalleryUrl = "https://gallery.usgovcloudapi.net/",
                PublishSettingsFileUrl = "https://manage.windowsazure.us/publishsettings/index",
                StorageEndpointSuffix = "core.usgovcloudapi.net",
                SqlDatabaseDnsSuffix = ".database.usgovcloudapi.net",
                TrafficManagerDnsSuffix = "usgovtrafficmanager.net",
                ContainerRegistryEndpointSuffix = "azurecr.us",
            },
        }.ToDictionary(environment => environment.Name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Gets every resource type name.</summary>
    internal static IEnumerable<string> ResourceTypeNames => Table.Select(row => row.TypeName);

    /// <summary>Finds the audience of a token for a kind of resource.</summary>
    /// <exception cref="TollgateException">There is no such kind, or not in this cloud.</exception>
    internal static string Audience(MiEnvironment environment, string typeName, string parameter)
    {
        if (environment.Audiences.TryGetValue(typeName, out string? audience))
        {
            return audience;
        }

        throw ResourceTypeNames.Contains(typeName, StringComparer.OrdinalIgnoreCase)
            ? ArgumentErrors.Invalid(parameter, $"{environment.Name} has no audience for {typeName}. It has one for: {string.Join(", ", environment.Audiences.Keys)}.")
            : ArgumentErrors.Invalid(parameter, $"The specified ResourceTypeName \"{typeName}\" is not supported, please provide a valid value. e.g. Arm, AadGraph, etc. The values are: {string.Join(", ", ResourceTypeNames)}.");
    }

    private static Dictionary<string, string> AudiencesOf(int column) => Table
        .Where(row => row.Audiences[column] is not null)
        .ToDictionary(row => row.TypeName, row => row.Audiences[column]!, StringComparer.OrdinalIgnoreCase);

    private static Dictionary<string, string> EndpointsOf(int column) =>
        EndpointOverrides.ToDictionary(row => row.TypeName, row => row.Endpoints[column], StringComparer.OrdinalIgnoreCase);
}
