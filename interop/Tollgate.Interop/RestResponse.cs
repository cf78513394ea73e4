// An answer of Azure. The body stays in native memory until somebody wants it, as text or as a document.
using System;
using System.Collections.Generic;
using System.Text;
using Tollgate.Interop.Native;

namespace Tollgate.Interop;

/// <summary>An answer of Azure.</summary>
public sealed class RestResponse : IDisposable
{
    private readonly ResponseHandle handle;

    internal unsafe RestResponse(ResponseHandle handle)
    {
        this.handle = handle;
        NativeResponseView view = View();
        StatusCode = (int)view.Status;
        Version = view.Version.ToText() ?? string.Empty;
        Uri = view.Uri.ToText() ?? string.Empty;
        Method = view.Method.ToText() ?? string.Empty;
        NextLink = view.NextLink.ToText();
        Written = (long)view.Written;
        var headers = new KeyValuePair<string, string>[checked((int)view.HeaderCount)];
        for (int index = 0; index < headers.Length; index++)
        {
            ref readonly NativeHeader header = ref view.Headers[index];
            headers[index] = new(header.Name.ToText() ?? string.Empty, header.Value.ToText() ?? string.Empty);
        }

        Headers = headers;
    }

    /// <summary>Gets the HTTP status.</summary>
    public int StatusCode { get; }

    /// <summary>Gets the HTTP version, for example 1.1.</summary>
    public string Version { get; }

    /// <summary>Gets the address that was asked last.</summary>
    public string Uri { get; }

    /// <summary>Gets how it was asked, for example GET.</summary>
    public string Method { get; }

    /// <summary>Gets where the next page is; nothing on the last one.</summary>
    public string? NextLink { get; }

    /// <summary>Gets how many bytes were written to the file, where one was asked for.</summary>
    public long Written { get; }

    /// <summary>Gets the header lines in the order they came.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>Gives the body as text.</summary>
    /// <param name="encoding">How it is encoded.</param>
    public unsafe string Text(Encoding encoding)
    {
        NativeResponseView view = View();
        return view.BodyLen == 0 ? string.Empty : encoding.GetString(view.Body, checked((int)view.BodyLen));
    }

    /// <summary>Reads the body as JSON.</summary>
    /// <exception cref="TollgateException">It is no JSON.</exception>
    public unsafe JsonValue Parse()
    {
        NativeError.Check(NativeMethods.tollgate_response_parse(handle, out DocumentHandle document, out NativeError* error), error);
        return JsonValue.Take(document);
    }

    /// <summary>Frees the body.</summary>
    public void Dispose() => handle.Dispose();

    private unsafe NativeResponseView View()
    {
        NativeError.Check(NativeMethods.tollgate_response_read(handle, out NativeResponseView view, out NativeError* error), error);
        return view;
    }
}
