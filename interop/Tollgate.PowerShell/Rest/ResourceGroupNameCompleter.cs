// Tab where the name of a resource group stands.
using System.Collections.Generic;

namespace Tollgate.PowerShell;

/// <summary>Offers the resource groups that Get-MiResourceGroup has shown in this session.</summary>
public sealed class ResourceGroupNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names => RunspaceContexts.Here?.Names.ResourceGroups ?? [];
}
