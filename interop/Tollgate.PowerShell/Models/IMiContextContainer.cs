// What -DefaultProfile takes: a profile or a context.
namespace Tollgate.PowerShell;

/// <summary>An object that names a context: a profile, or a context itself.</summary>
public interface IMiContextContainer
{
    /// <summary>Gets the context; nothing when there is none.</summary>
    public MiContext? Context { get; }
}
