// What -DefaultProfile takes: a profile or a context.
using System.ComponentModel;

namespace Tollgate.PowerShell;

/// <summary>An object that stands for a context: a profile, or a context itself.</summary>
[TypeConverter(typeof(MiContextConverter))]
public abstract class MiContextContainer
{
    private protected MiContextContainer()
    {
    }

    /// <summary>Gets the context it stands for.</summary>
    internal abstract MiContext ToContext();
}
