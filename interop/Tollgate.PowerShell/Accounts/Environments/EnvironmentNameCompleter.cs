// Tab where the name of an environment stands.
using System.Collections.Generic;

namespace Tollgate.PowerShell;

/// <summary>Offers the names of the environments.</summary>
public sealed class EnvironmentNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names => EnvironmentRegistry.All.Keys;
}
