// Tab where the audience of a token stands.
using System;
using System.Collections.Generic;
using System.Linq;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Offers the audiences of the environment in use, and those of the tokens in memory.</summary>
public sealed class ResourceUrlCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names =>
        (RunspaceContexts.Here?.Contexts.Current?.Environment ?? KnownClouds.BuiltIn[KnownClouds.Default]).Audiences.Values
            .Concat(TollgateClient.Shared.ListTokens().Select(entry => entry.Resource))
            .Distinct(StringComparer.OrdinalIgnoreCase);
}
