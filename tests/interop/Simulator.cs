// The simulated metadata service as a process of its own, on a free port, with a gate folder of its own.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Text;
using System.Text.Json;

namespace Tollgate.Interop.Tests;

public sealed class Simulator : IDisposable
{
    public const string FirstClientId = "20000000-c11e-4000-8000-000000000001";
    public const string FirstObjectId = "20000000-0b1e-4000-8000-000000000001";
    public const string TenantId = "a0000000-7e4a-4000-8000-000000000001";

    private const string Variable = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

    private readonly Process process;
    private readonly HttpClient http;
    private readonly string gate = Directory.CreateTempSubdirectory("tollgate-gate-").FullName;

    public Simulator()
    {
        process = Process.Start(new ProcessStartInfo(Repository.Simulator, ["--listen", "127.0.0.1:0"]) { RedirectStandardOutput = true })!;
        string? line;
        do
        {
            line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Repository.Simulator} ended without telling its address");
        }
        while (!line.StartsWith(Variable, StringComparison.Ordinal));
        Url = line[(Variable.Length + 1)..];
        http = new HttpClient { BaseAddress = new Uri(Url) };
    }

    public string Url { get; }

    public IDictionary Environment => new Dictionary<string, string> { [Variable] = Url, ["TOLLGATE_GATE_DIRECTORY"] = gate };

    public TollgateClient Client() => new(Environment);

    public int Count(string name)
    {
        using Stream answer = http.Send(new HttpRequestMessage(HttpMethod.Get, "/sim/counts")).Content.ReadAsStream();
        using var counts = JsonDocument.Parse(answer);
        return counts.RootElement.GetProperty(name).GetInt32();
    }

    public void WaitUntil(string name, int count)
    {
        var patience = Stopwatch.StartNew();
        while (Count(name) != count)
        {
            if (patience.Elapsed > TimeSpan.FromSeconds(30))
            {
                throw new TimeoutException($"{name} did not become {count}");
            }
        }
    }

    public void Plan(string faults) => Post("/sim/faults", faults);

    public void Release() => Post("/sim/release", "{}");

    public void Reset() => Post("/sim/reset", "{}");

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        http.Dispose();
        Directory.Delete(gate, recursive: true);
    }

    private void Post(string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        http.Send(request).EnsureSuccessStatusCode();
    }
}
