// The output of Invoke-MiRestMethod: the properties of Azure PowerShell's PSHttpResponse.
using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>A response of Azure.</summary>
public sealed class MiHttpResponse
{
    internal MiHttpResponse(RestResponse response)
    {
        using var message = new HttpResponseMessage();
        string? contentType = null;
        foreach (KeyValuePair<string, string> header in response.Headers)
        {
            // Lines about the content, such as its type, are none of a response's in .NET, and are left out as in Az.
            if (!message.Headers.TryAddWithoutValidation(header.Key, header.Value) && string.Equals(header.Key, "Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                contentType = header.Value;
            }
        }

        StatusCode = response.StatusCode;
        Content = response.Text(EncodingOf(contentType));
        Headers = message.Headers;
        Method = response.Method;
        RequestUri = new Uri(response.Uri);
        Version = response.Version;
    }

    /// <summary>Gets the HTTP status, for example 200. An error status is here too: it is no error of the cmdlet.</summary>
    public int StatusCode { get; }

    /// <summary>Gets the content as text; empty when -OutFile took it.</summary>
    public string Content { get; }

    /// <summary>Gets the headers, those about the content left out.</summary>
    public HttpResponseHeaders Headers { get; }

    /// <summary>Gets the HTTP method with which that address was asked: GET for the result of an operation that was waited for.</summary>
    public string Method { get; }

    /// <summary>Gets the address that answered, after redirects, or after the wait for an operation.</summary>
    public Uri RequestUri { get; }

    /// <summary>Gets the HTTP version, for example 1.1.</summary>
    public string Version { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{StatusCode} {Method} {RequestUri.GetLeftPart(UriPartial.Path)}";

    // JSON is UTF-8 whatever is said; only a plainly named other encoding is taken.
    private static Encoding EncodingOf(string? contentType)
    {
        try
        {
            string? charset = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType).CharSet;
            return charset is null ? Encoding.UTF8 : Encoding.GetEncoding(charset.Trim('"'));
        }
        catch (Exception unknown) when (unknown is FormatException or ArgumentException or NotSupportedException)
        {
            return Encoding.UTF8;
        }
    }
}
