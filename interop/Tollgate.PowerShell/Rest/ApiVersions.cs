// Every resource type has API versions of its own. Its provider lists them.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Finds the API versions of resource types.</summary>
internal sealed class ApiVersions
{
    /// <summary>The version for resource groups, providers and lists of resources: https://learn.microsoft.com/rest/api/resources/resources/list.</summary>
    internal const string Resources = "2021-04-01";

    private const string Preview = "-preview";

    // Providers rarely change while a process runs, so each is requested once per subscription.
    private static readonly ConcurrentDictionary<string, ApiVersions> Known = new(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, (string? Final, string? Newest)> types = new(StringComparer.OrdinalIgnoreCase);

    private ApiVersions(JsonValue provider)
    {
        foreach (JsonValue type in provider.Find("resourceTypes")?.Children ?? [])
        {
            // They begin with their dates, so that the order of texts is that of time.
            string[] versions = PSObjectConverter.TextsOf(type, "apiVersions");
            Array.Sort(versions, StringComparer.OrdinalIgnoreCase);
            string? final = versions.LastOrDefault(version => version.IndexOf(Preview, StringComparison.OrdinalIgnoreCase) < 0);
            types[PSObjectConverter.TextOf(type, "resourceType") ?? string.Empty] = (final, versions.LastOrDefault());
        }
    }

    /// <summary>Finds the newest version for a resource: a final one, unless there is none or others are wanted as well.</summary>
    /// <param name="id">The resource.</param>
    /// <param name="preview">Whether others are wanted as well.</param>
    /// <param name="manager">The address of Azure Resource Manager.</param>
    /// <param name="get">Requests a path there.</param>
    internal static string Find(ResourceIdentifier id, bool preview, string manager, Func<string, JsonValue> get)
    {
        if (id.Namespace is null)
        {
            return Resources;
        }

        string path = (id.SubscriptionId is null ? string.Empty : "/subscriptions/" + Uri.EscapeDataString(id.SubscriptionId)) + "/providers/" + Uri.EscapeDataString(id.Namespace);
        if (!Known.TryGetValue(manager + path, out ApiVersions? provider))
        {
            provider = new ApiVersions(get(path));
            Known[manager + path] = provider;
        }

        return provider.types.TryGetValue(id.TypePath, out (string? Final, string? Newest) versions) && (preview ? versions.Newest : versions.Final ?? versions.Newest) is string version
            ? version
            : throw new TollgateException(TollgateStatus.ResourceNotFound, $"the provider {id.Namespace} offers no resource type {id.TypePath} here")
            {
                Advice = "Correct the resource id, or name the version of its interface with -ApiVersion.",
            };
    }
}
