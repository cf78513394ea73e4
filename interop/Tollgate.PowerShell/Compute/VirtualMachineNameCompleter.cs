// Tab after the name of a virtual machine.
using System.Collections.Generic;

namespace Tollgate.PowerShell;

/// <summary>Offers the virtual machines that Get-MiVM has returned in this session.</summary>
public sealed class VirtualMachineNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names => RunspaceContexts.Here?.Names.VirtualMachines ?? [];
}
