// The output of Connect-MiAccount.
using System.Collections.ObjectModel;

namespace Tollgate.PowerShell;

/// <summary>The context in use and the known environments.</summary>
public sealed class MiProfile : MiContextContainer
{
    internal MiProfile(MiContext context) => Context = context;

    /// <summary>Gets the context in use.</summary>
    public MiContext Context { get; }

    /// <summary>Gets the environments by name that were known at connecting.</summary>
    public ReadOnlyDictionary<string, MiEnvironment> Environments { get; } = EnvironmentRegistry.All;

    /// <inheritdoc/>
    internal override MiContext ToContext() => Context;

    /// <inheritdoc/>
    public override string ToString() => Context.Name;
}
