// Where the checkout lies, so that tests can read the header and start the simulator.
using System.IO;
using System.Linq;
using System.Reflection;

namespace Tollgate.Interop.Tests;

internal static class Repository
{
    internal static string Root { get; } = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot")
        .Value!;

    internal static string PathOf(params string[] parts) => Path.GetFullPath(Path.Combine([Root, .. parts]));
}
