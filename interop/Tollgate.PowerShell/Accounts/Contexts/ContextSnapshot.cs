// What a runspace has, and what a child of it starts with: an immutable value, so that giving a copy is giving the value.
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;

namespace Tollgate.PowerShell;

/// <summary>The contexts and the environments of a runspace at one moment.</summary>
internal sealed class ContextSnapshot
{
    private ContextSnapshot(ContextCollection contexts, ReadOnlyDictionary<string, MiEnvironment> environments)
    {
        Contexts = contexts;
        Environments = environments;
    }

    /// <summary>Gets what a runspace starts with that inherits nothing: no context, and the environments that are built in.</summary>
    internal static ContextSnapshot Initial { get; } = new(ContextCollection.Empty, KnownClouds.BuiltIn);

    /// <summary>Gets the contexts.</summary>
    internal ContextCollection Contexts { get; }

    /// <summary>Gets the environments by name.</summary>
    internal ReadOnlyDictionary<string, MiEnvironment> Environments { get; }

    /// <summary>Returns this state with other contexts.</summary>
    internal ContextSnapshot With(ContextCollection contexts) => new(contexts, Environments);

    /// <summary>Returns this state with one environment more, in place of the one of its name if there is one.</summary>
    internal ContextSnapshot With(MiEnvironment environment) => new(
        Contexts,
        new(new Dictionary<string, MiEnvironment>(Environments, StringComparer.OrdinalIgnoreCase) { [environment.Name] = environment }));
}
