// Azure PowerShell's word for how far a change of context reaches.
namespace Tollgate.PowerShell;

/// <summary>How far a change of context reaches.</summary>
public enum ContextModificationScope
{
    /// <summary>This session only. Nothing is written.</summary>
    Process,

    /// <summary>Every session of the user. Tollgate writes nothing about an account, so this is refused.</summary>
    CurrentUser,
}
