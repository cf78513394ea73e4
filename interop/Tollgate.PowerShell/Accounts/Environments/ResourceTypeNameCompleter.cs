// Tab after -ResourceTypeName.
using System.Collections.Generic;

namespace Tollgate.PowerShell;

/// <summary>Offers the values of -ResourceTypeName.</summary>
public sealed class ResourceTypeNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names => KnownClouds.ResourceTypeNames;
}
