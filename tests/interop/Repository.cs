// Where the checkout and the built programs lie, so that tests can read the header and start the simulator.
using System;
using System.IO;
using System.Linq;
using System.Reflection;

namespace Tollgate.Interop.Tests;

internal static class Repository
{
    internal static string Header { get; } = Path.Combine(Named("RepositoryRoot"), "native", "ffi", "include", "tollgate.h");

    /// <summary>Gets the folder of the module's assemblies, of the same configuration as these tests.</summary>
    internal static string AssemblyFolder { get; } = Named("AssemblyFolder");

    internal static string Simulator { get; } = Environment.GetEnvironmentVariable("TOLLGATE_TEST_SIM")
        ?? Path.Combine(Named("CargoFolder"), "tools", OperatingSystem.IsWindows() ? "imds-sim.exe" : "imds-sim");

    private static string Named(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key)
        .Value!;
}
