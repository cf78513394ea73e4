// The rules for an address of an added environment. Tokens will go there, so it must be one over which nobody can read them; and
// what is refused is never repeated, because a secret may be part of it.
using System;
using System.Linq;
using System.Net;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Checks addresses, ends of host names and audiences.</summary>
internal static class EndpointValidator
{
    /// <summary>Checks a URL to which tokens may be sent. Returns null for null or empty.</summary>
    /// <exception cref="TollgateException">It is not such a URL.</exception>
    internal static string? Url(string? text, string parameter)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        string? fault =
            !Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || !(url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) ? "is not an https URL"
            : text!.Contains('@') ? "must not name a user"
            : url.Query.Length > 0 || url.Fragment.Length > 0 ? "must not have a query or a fragment"
            : !MayCarryTokens(url) ? "must be https, because tokens are sent there; http is for this machine itself (127.0.0.1, [::1], localhost)"
            : null;
        return fault is null ? url!.AbsoluteUri : throw Fault(parameter, fault);
    }

    /// <summary>Checks a host name suffix. Returns null for null or empty.</summary>
    /// <exception cref="TollgateException">It is not part of a host name.</exception>
    internal static string? Suffix(string? text, string parameter) =>
        string.IsNullOrEmpty(text) ? null
        : Uri.CheckHostName(text!.TrimStart('.')) == UriHostNameType.Dns ? text
        : throw Fault(parameter, "is not the end of a host name such as vault.contoso.example");

    /// <summary>Checks an audience. Returns null for null or empty.</summary>
    /// <exception cref="TollgateException">It is not one audience.</exception>
    internal static string? Audience(string? text, string parameter) =>
        string.IsNullOrEmpty(text) ? null
        : text!.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)) ? throw Fault(parameter, "must be one audience, without spaces")
        : text;

    /// <summary>Returns whether a URL is https, or http on loopback, so that nobody else can read what is sent there.</summary>
    internal static bool MayCarryTokens(Uri url) =>
        url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && IsLoopback(url));

    private static bool IsLoopback(Uri url) => url.HostNameType == UriHostNameType.Dns
        ? url.IdnHost == "localhost"
        : IPAddress.TryParse(url.DnsSafeHost, out IPAddress? address) && IPAddress.IsLoopback(address);

    private static TollgateException Fault(string parameter, string fault) => ArgumentErrors.Invalid(parameter, $"-{parameter} {fault}");
}
