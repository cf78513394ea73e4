// A token on the managed side: copied once from native memory into a SecureString. Nothing else here shows it.
using System;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security;
using Tollgate.Interop.Native;

namespace Tollgate.Interop;

/// <summary>Where a token came from.</summary>
public enum TokenOrigin
{
    /// <summary>From the service, just now.</summary>
    Service = 0,

    /// <summary>From this process's memory.</summary>
    Cache = 1,

    /// <summary>From another caller's request that was under way.</summary>
    Shared = 2,
}

/// <summary>An access token and what it says of itself.</summary>
public sealed class AccessToken : IDisposable
{
    private const int LongestSecureString = 65536;

    private unsafe AccessToken(in NativeTokenView view)
    {
        if (view.Token.Length > LongestSecureString)
        {
            throw new TollgateException(TollgateStatus.MalformedResponse, $"the token is longer than {LongestSecureString} characters, which no service sends");
        }

        Token = new SecureString((char*)view.Token.Pointer, checked((int)view.Token.Length));
        Token.MakeReadOnly();
        TokenType = view.TokenType.ToText() ?? string.Empty;
        Resource = view.Resource.ToText() ?? string.Empty;
        TenantId = view.TenantId.ToText();
        ClientId = view.ClientId.ToText();
        ObjectId = view.ObjectId.ToText();
        ResourceId = view.ResourceId.ToText();
        ExpiresOn = Units.Time(view.ExpiresOn);
        RefreshOn = Units.Time(view.RefreshOn);
        Origin = (TokenOrigin)view.Origin;
    }

    /// <summary>Gets the token itself.</summary>
    public SecureString Token { get; }

    /// <summary>Gets the word that goes before the token in a header, Bearer.</summary>
    public string TokenType { get; }

    /// <summary>Gets what the token is for.</summary>
    public string Resource { get; }

    /// <summary>Gets the tenant the token is from; nothing when it does not say.</summary>
    public string? TenantId { get; }

    /// <summary>Gets the client id of the identity.</summary>
    public string? ClientId { get; }

    /// <summary>Gets the object id of the identity.</summary>
    public string? ObjectId { get; }

    /// <summary>Gets the resource id of the identity, or of the machine it was issued on.</summary>
    public string? ResourceId { get; }

    /// <summary>Gets when the token expires.</summary>
    public DateTimeOffset ExpiresOn { get; }

    /// <summary>Gets from when on a new one is fetched behind the scenes.</summary>
    public DateTimeOffset RefreshOn { get; }

    /// <summary>Gets where the token came from.</summary>
    public TokenOrigin Origin { get; }

    /// <summary>Gives the token as ordinary text, which stays in memory until it is collected.</summary>
    public unsafe string Reveal()
    {
        IntPtr plain = Marshal.SecureStringToGlobalAllocUnicode(Token);
        try
        {
            return new string((char*)plain, 0, Token.Length);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(plain);
        }
    }

    /// <summary>Wipes the token.</summary>
    public void Dispose() => Token.Dispose();

    /// <summary>Says what the token is for and when it expires, never the token.</summary>
    public override string ToString() =>
        string.Format(CultureInfo.InvariantCulture, "{0} (expires {1:u})", Resource, ExpiresOn);

    /// <summary>Copies a native token and frees it.</summary>
    internal static unsafe AccessToken Take(NativeToken* token)
    {
        try
        {
            NativeError.Check(NativeMethods.tollgate_token_read(token, out NativeTokenView view, out NativeError* error), error);
            return new AccessToken(view);
        }
        finally
        {
            NativeMethods.tollgate_token_free(token);
        }
    }
}
