// What is asked of a running simulator beside tokens: its counts, its faults. Plain sockets, because this runs on every .NET.
using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Tollgate.Interop.Tests;

public class SimulatorControl(string url)
{
    public const string FirstClientId = "20000000-c11e-4000-8000-000000000001";
    public const string FirstObjectId = "20000000-0b1e-4000-8000-000000000001";
    public const string TenantId = "a0000000-7e4a-4000-8000-000000000001";

    /// <summary>The environment variable that tells a client where the simulator is.</summary>
    public const string Variable = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

    public string Url { get; } = url;

    public int Count(string name)
    {
        Match found = Regex.Match(Send("GET", "/sim/counts", string.Empty), $"\"{name}\":([0-9]+)");
        return found.Success
            ? int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"the simulator counts no {name}");
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

    public void Plan(string faults) => Send("POST", "/sim/faults", faults);

    public void Release() => Send("POST", "/sim/release", "{}");

    public void Reset() => Send("POST", "/sim/reset", "{}");

    private string Send(string method, string path, string body)
    {
        var address = new Uri(Url);
        using var connection = new TcpClient(address.Host, address.Port);
        using NetworkStream stream = connection.GetStream();
        byte[] content = Encoding.UTF8.GetBytes(body);
        byte[] head = Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\nContent-Length: {content.Length}\r\n\r\n");
        stream.Write(head, 0, head.Length);
        stream.Write(content, 0, content.Length);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string answer = reader.ReadToEnd();
        return answer.StartsWith("HTTP/1.1 20", StringComparison.Ordinal)
            ? answer
            : throw new InvalidOperationException($"{method} {path} was answered with: {answer}");
    }
}
