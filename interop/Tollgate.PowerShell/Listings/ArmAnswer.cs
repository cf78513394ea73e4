// One answer of Azure Resource Manager as the cmdlets read it: a thing, or a page of things.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>An answer of Azure Resource Manager.</summary>
internal sealed class ArmAnswer
{
    internal ArmAnswer(RestResponse response)
    {
        Document = response.Parse();
        NextLink = response.NextLink;
        StatusCode = (HttpStatusCode)response.StatusCode;
        RequestId = response.Headers.FirstOrDefault(header => string.Equals(header.Key, "x-ms-request-id", StringComparison.OrdinalIgnoreCase)).Value;
    }

    /// <summary>Gets the content.</summary>
    internal JsonValue Document { get; }

    /// <summary>Gets where the next page is; nothing on the last one.</summary>
    internal string? NextLink { get; }

    /// <summary>Gets the HTTP status.</summary>
    internal HttpStatusCode StatusCode { get; }

    /// <summary>Gets the id under which Azure knows the request.</summary>
    internal string? RequestId { get; }

    /// <summary>Gets whether the answer is a page of a listing, and not one thing.</summary>
    internal bool IsPage => Document.Find("id") is null && Document.Find("value")?.Kind == JsonKind.List;

    /// <summary>Gets the things on the page.</summary>
    internal IReadOnlyList<JsonValue> Items => Document.Find("value")?.Children ?? [];
}
