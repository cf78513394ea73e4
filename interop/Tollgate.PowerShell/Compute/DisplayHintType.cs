// How much of a virtual machine is shown, by the names Azure PowerShell has for it.
namespace Tollgate.PowerShell;

/// <summary>How much of an object is shown.</summary>
public enum DisplayHintType
{
    /// <summary>The outermost properties.</summary>
    Compact,

    /// <summary>The properties of every level.</summary>
    Expand,
}
