// Tab after a parameter whose values are not known here. Without a completer PowerShell offers the files of the current folder.
using System.Collections.Generic;

namespace Tollgate.PowerShell;

/// <summary>Offers nothing.</summary>
public sealed class NoNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names => [];
}
