// A request to Azure, as the caller gave it. Nothing is checked here: the native library knows the rules.
using System.Collections.Generic;

namespace Tollgate.Interop;

/// <summary>Where tokens of one audience may go.</summary>
/// <param name="audience">What the tokens are for.</param>
/// <param name="hosts">Host names, ends of host names behind *., or whole origins.</param>
public sealed class TokenRealm(string audience, params string[] hosts)
{
    /// <summary>Gets what the tokens are for.</summary>
    public string Audience { get; } = audience;

    /// <summary>Gets where they may go: host names, ends of host names behind *., or whole origins such as http://127.0.0.1:8080.</summary>
    public IReadOnlyList<string> Hosts { get; } = hosts;
}

/// <summary>Where the state of a long-running operation, or its result, is read from.</summary>
public enum OperationLink
{
    /// <summary>Where the answer itself points.</summary>
    Default = 0,

    /// <summary>The header Azure-AsyncOperation.</summary>
    AzureAsyncOperation = 1,

    /// <summary>The header Location.</summary>
    Location = 2,

    /// <summary>The address of the request itself.</summary>
    OriginalUri = 3,

    /// <summary>The header Operation-Location.</summary>
    OperationLocation = 4,
}

/// <summary>A request to Azure.</summary>
public sealed class RestRequest
{
    /// <summary>Gets who asks; its resource is what the token is for, and without one it is found from the address. Its timeout is for the whole request; zero means no end.</summary>
    public TokenRequest Token { get; init; } = new();

    /// <summary>Gets the HTTP method.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Gets the whole address.</summary>
    public string Uri { get; init; } = string.Empty;

    /// <summary>Gets where tokens may go.</summary>
    public IReadOnlyList<TokenRealm> Realms { get; init; } = [];

    /// <summary>Gets the content as text.</summary>
    public string? Body { get; init; }

    /// <summary>Gets the full path of a file whose content is sent.</summary>
    public string? BodyFile { get; init; }

    /// <summary>Gets the content's type; nothing means JSON.</summary>
    public string? ContentType { get; init; }

    /// <summary>Gets further header lines.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Gets the full path of the file that takes the answer's content.</summary>
    public string? OutFile { get; init; }

    /// <summary>Gets whether the address of the next page is looked for.</summary>
    public bool Paginate { get; init; }

    /// <summary>Gets whether a long-running operation is waited for.</summary>
    public bool Wait { get; init; }

    /// <summary>Gets where its state is read from.</summary>
    public OperationLink PollFrom { get; init; }

    /// <summary>Gets where its result is read from.</summary>
    public OperationLink FinalFrom { get; init; }

    /// <summary>Gets whether refusals and failures are asked again.</summary>
    public bool Retry { get; init; } = true;

    /// <summary>Gets whether an HTTP status that tells of an error is a failure.</summary>
    public bool Strict { get; init; }
}
