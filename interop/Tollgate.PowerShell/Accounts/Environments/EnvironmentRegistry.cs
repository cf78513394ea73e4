// The environments of a runspace: those that are built in and those that were added. They are inherited as its contexts are, and in
// memory only.
using System.Collections.ObjectModel;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>The environments known in the runspace that this thread runs in.</summary>
internal static class EnvironmentRegistry
{
    /// <summary>Gets the environments by name, as they are now. On a thread without a runspace they are those that are built in.</summary>
    internal static ReadOnlyDictionary<string, MiEnvironment> All => RunspaceContexts.Here?.Environments ?? KnownClouds.BuiltIn;

    /// <summary>Finds an environment.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="parameter">The parameter it was given by.</param>
    /// <exception cref="TollgateException">No context or environment has that name.</exception>
    internal static MiEnvironment GetRequired(string name, string parameter)
    {
        ReadOnlyDictionary<string, MiEnvironment> now = All;
        return now.TryGetValue(name, out MiEnvironment? environment)
            ? environment
            : throw ArgumentErrors.Invalid(parameter, $"Unable to find environment with name '{name}'. The environments are: {string.Join(", ", now.Keys)}.");
    }

    /// <summary>Adds an environment, or replaces the one of its name.</summary>
    internal static void Add(MiEnvironment environment) => RunspaceContexts.Current.Add(environment);
}
