// The environments of this process: those that everybody knows and those that were added. A table is never changed but replaced
// by its changed copy, so whoever reads needs no lock and sees one state. It is in memory only.
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Threading;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>The known environments.</summary>
internal static class EnvironmentTable
{
    private static ReadOnlyDictionary<string, MiEnvironment> table = AzureCloud.BuiltIn;

    /// <summary>Gets the environments by name, as they are now.</summary>
    internal static ReadOnlyDictionary<string, MiEnvironment> All => Volatile.Read(ref table);

    /// <summary>Finds an environment.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="parameter">The parameter it was given by.</param>
    /// <exception cref="TollgateException">There is none of that name.</exception>
    internal static MiEnvironment Named(string name, string parameter)
    {
        ReadOnlyDictionary<string, MiEnvironment> now = All;
        return now.TryGetValue(name, out MiEnvironment? environment)
            ? environment
            : throw InvalidArgument.Of(parameter, $"Unable to find environment with name '{name}'. The environments are: {string.Join(", ", now.Keys)}.");
    }

    /// <summary>Puts an environment in, in place of the one of its name if there is one.</summary>
    internal static void Add(MiEnvironment environment)
    {
        ReadOnlyDictionary<string, MiEnvironment> before;
        ReadOnlyDictionary<string, MiEnvironment> after;
        do
        {
            before = All;
            after = new(new Dictionary<string, MiEnvironment>(before, StringComparer.OrdinalIgnoreCase) { [environment.Name] = environment });
        }
        while (Interlocked.CompareExchange(ref table, after, before) != before);
    }
}
