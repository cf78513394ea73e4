// One response of Azure Resource Manager as the cmdlets read it: a resource, or a page of a list.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>A response of Azure Resource Manager.</summary>
internal sealed class ArmResponse
{
    private readonly string address;

    internal ArmResponse(RestResponse response)
    {
        address = response.Uri.Split('?')[0];
        Document = response.Parse();
        NextLink = response.NextLink;
        StatusCode = (HttpStatusCode)response.StatusCode;
        RequestId = response.Headers.FirstOrDefault(header => string.Equals(header.Key, "x-ms-request-id", StringComparison.OrdinalIgnoreCase)).Value;
    }

    /// <summary>Gets the content.</summary>
    internal JsonValue Document { get; }

    /// <summary>Gets where the next page is; null on the last one.</summary>
    internal string? NextLink { get; }

    /// <summary>Gets the HTTP status.</summary>
    internal HttpStatusCode StatusCode { get; }

    /// <summary>Gets the id that Azure assigned to the request.</summary>
    internal string? RequestId { get; }

    /// <summary>Gets the things on the page; a list of null, as some services write an empty one, has none.</summary>
    /// <exception cref="TollgateException">The response is no page.</exception>
    internal IReadOnlyList<JsonValue> Items => IsNullList ? [] : Document.Find("value") is { Kind: JsonKind.List } list ? list.Children : throw Malformed("it holds no list");

    /// <summary>Gets the one thing, or those on the page, whichever the answer is.</summary>
    /// <exception cref="TollgateException">The response is neither.</exception>
    internal IReadOnlyList<JsonValue> OneOrItems => IsPage ? Items : Document.Find("id") is null ? throw Malformed("it is neither a resource nor a list") : [Document];

    // Not one thing that happens to have such a property.
    private bool IsPage => Document.Find("id") is null && (IsNullList || Document.Find("value")?.Kind == JsonKind.List);

    private bool IsNullList => Document.Has("value") && Document.Find("value") is null;

    private TollgateException Malformed(string fault) => new(TollgateStatus.MalformedResponse, $"the answer of {address} is not understood: {fault}");
}
