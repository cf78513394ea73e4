// Tab where the name of a context stands.
using System.Collections.Generic;

namespace Tollgate.PowerShell;

/// <summary>Offers the names of this session's contexts.</summary>
public sealed class ContextNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names => RunspaceContexts.Here?.Contexts.Names ?? [];
}
