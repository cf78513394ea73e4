// The simulated metadata service as a process of its own, on a free port, with a gate folder of its own.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;

namespace Tollgate.Interop.Tests;

public sealed class Simulator : SimulatorControl, IDisposable
{
    private readonly Process process;
    private readonly string gate = Directory.CreateTempSubdirectory("tollgate-gate-").FullName;

    public Simulator()
        : this(Process.Start(new ProcessStartInfo(Repository.Simulator, ["--listen", "127.0.0.1:0"]) { RedirectStandardOutput = true })!)
    {
    }

    private Simulator(Process process)
        : base(AddressOf(process)) => this.process = process;

    public IDictionary Environment => new Dictionary<string, string> { [Variable] = Url, ["TOLLGATE_GATE_DIRECTORY"] = gate };

    public TollgateClient Client() => new(Environment);

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(gate, recursive: true);
    }

    private static string AddressOf(Process process)
    {
        string? line;
        do
        {
            line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Repository.Simulator} ended without telling its address");
        }
        while (!line.StartsWith(Variable, StringComparison.Ordinal));
        return line[(Variable.Length + 1)..];
    }
}
