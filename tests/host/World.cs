// What every check stands on: a simulator as new, a gate folder of this run, a client. The simulator's address is the program's argument.
using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;

namespace Tollgate.Interop.Tests;

internal sealed class World : IDisposable
{
    internal static readonly string Gate = NewFolder();

    internal World()
    {
        Simulator.Reset();
        Client = NewClient();
    }

    internal static SimulatorControl Simulator { get; set; } = new("http://127.0.0.1:9");

    /// <summary>A native library that speaks another version, where whoever started this program could make one.</summary>
    internal static string? OtherLibrary { get; set; }

    internal TollgateClient Client { get; }

    public void Dispose()
    {
        Simulator.Release();
        Client.Dispose();
    }

    internal static TollgateClient NewClient() => new(Environment(Simulator.Url));

    internal static IDictionary Environment(string url) => new Dictionary<string, string>
    {
        [SimulatorControl.Variable] = url,
        ["TOLLGATE_GATE_DIRECTORY"] = Gate,
    };

    internal static string NewFolder() =>
        Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "tollgate-host-" + Guid.NewGuid().ToString("n"))).FullName;
}
