// Which hosts may be sent a token, and made out to what: computed from an environment's addresses, so that a token never leaves for
// a host that is not its audience's.
using System;
using System.Collections.Generic;
using System.Linq;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Computes the audience hosts of an environment.</summary>
internal static class AudienceHostTable
{
    private static readonly string[] StorageServices = ["blob", "queue", "table", "file", "dfs"];

    // Each of these serves every customer under a name of its own.
    private static readonly string[] HostPerCustomer =
        ["KeyVault", "ManagedHsm", "Synapse", "Attestation", "AnalysisServices", "AppConfiguration", "CommunicationEmail", "Batch"];

    /// <summary>Returns each audience with its hosts: "name" and "*.suffix" for https on port 443, else a whole origin such as "http://127.0.0.1:8080".</summary>
    internal static IReadOnlyList<TokenRealm> For(MiEnvironment environment)
    {
        var audiences = new List<TokenRealm>();
        Add(audiences, environment, KnownClouds.DefaultResourceType, Host(environment.ResourceManagerUrl));
        Add(audiences, environment, "MSGraph", Host(environment.MicrosoftGraphUrl));
        Add(audiences, environment, "AadGraph", Host(environment.GraphUrl));
        Add(audiences, environment, "OperationalInsights", Host(environment.AzureOperationalInsightsEndpoint));
        foreach (string typeName in HostPerCustomer)
        {
            Add(audiences, environment, typeName, Below(environment.Suffix(typeName)));
        }

        Add(audiences, environment, "Storage", [.. StorageServices.Select(service => Below(environment.StorageEndpointSuffix, service + "."))]);
        Add(audiences, environment, "DataLake", Below(environment.AzureDataLakeStoreFileSystemEndpointSuffix), Below(environment.AzureDataLakeAnalyticsCatalogAndJobEndpointSuffix));
        return audiences;
    }

    private static void Add(List<TokenRealm> audiences, MiEnvironment environment, string typeName, params string?[] hosts)
    {
        string[] known = [.. hosts.OfType<string>()];
        if (known.Length > 0 && environment.Audiences.TryGetValue(typeName, out string? audience))
        {
            audiences.Add(new TokenRealm(audience, known));
        }
    }

    private static string? Host(string? url) =>
        !Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || !EndpointValidator.MayCarryTokens(address) ? null
        : address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort && address.HostNameType == UriHostNameType.Dns ? address.IdnHost
        : address.GetLeftPart(UriPartial.Authority);

    // Some suffixes are written with the dot that parts them from a name.
    private static string? Below(string? suffix, string service = "") =>
        string.IsNullOrEmpty(suffix) ? null : $"*.{service}{suffix!.TrimStart('.')}";
}
