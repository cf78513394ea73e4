// The output of Get-MiAccessToken: the same five properties as Azure PowerShell, the token as text or as SecureString.
using System;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>An access token as ordinary text.</summary>
public sealed class MiAccessToken
{
    private readonly string resource;

    internal MiAccessToken(AccessToken token, string? tenantId, string userId)
    {
        resource = token.Resource;
        Token = token.Reveal();
        ExpiresOn = token.ExpiresOn;
        TenantId = tenantId;
        UserId = userId;
        Type = token.TokenType;
    }

    /// <summary>Gets the token.</summary>
    public string Token { get; }

    /// <summary>Gets when it expires.</summary>
    public DateTimeOffset ExpiresOn { get; }

    /// <summary>Gets the tenant it is from.</summary>
    public string? TenantId { get; }

    /// <summary>Gets the id of the account it is for.</summary>
    public string UserId { get; }

    /// <summary>Gets the word that goes before it in a header, Bearer.</summary>
    public string Type { get; }

    /// <summary>Returns the audience and the expiry time, never the token.</summary>
    public override string ToString() => MiSecureAccessToken.Describe(resource, ExpiresOn);

    /// <summary>
    /// Returns the token with a note of what to show by default. PowerShell passes the module's own view over where objects of
    /// several types are shown together, or in a table, and would show every property then.
    /// </summary>
    internal PSObject WithModestDisplay()
    {
        var modest = new PSObject(this);
        modest.Members.Add(new PSMemberSet("PSStandardMembers", [
            new PSPropertySet("DefaultDisplayPropertySet", [nameof(ExpiresOn), nameof(TenantId), nameof(UserId), nameof(Type)]),
            new PSNoteProperty("DefaultDisplayProperty", nameof(UserId)),
        ]));
        return modest;
    }
}

/// <summary>An access token as a SecureString.</summary>
public sealed class MiSecureAccessToken
{
    private readonly string resource;

    internal MiSecureAccessToken(AccessToken token, string? tenantId, string userId)
    {
        resource = token.Resource;
        Token = token.Token;
        ExpiresOn = token.ExpiresOn;
        TenantId = tenantId;
        UserId = userId;
        Type = token.TokenType;
    }

    /// <summary>Gets the token.</summary>
    public SecureString Token { get; }

    /// <summary>Gets when it expires.</summary>
    public DateTimeOffset ExpiresOn { get; }

    /// <summary>Gets the tenant it is from.</summary>
    public string? TenantId { get; }

    /// <summary>Gets the id of the account it is for.</summary>
    public string UserId { get; }

    /// <summary>Gets the word that goes before it in a header, Bearer.</summary>
    public string Type { get; }

    /// <summary>Returns the audience and the expiry time, never the token.</summary>
    public override string ToString() => Describe(resource, ExpiresOn);

    internal static string Describe(string resource, DateTimeOffset expiresOn) =>
        string.Format(CultureInfo.InvariantCulture, "{0} (expires {1:u})", resource, expiresOn);
}
