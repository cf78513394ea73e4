// Ten thousand calls leave nothing behind: neither the ones that succeed nor the ones that fail.
using System;
using System.Collections;
using System.Diagnostics;
using Xunit;

namespace Tollgate.Interop.Tests;

public sealed class GrowthTests(Simulator simulator) : IClassFixture<Simulator>
{
    private const int Calls = 10_000;
    private const int Rounds = 10;

    // A token is over 3 KB of text, a failure over 100 bytes: either would be seen, were each call to leave one.
    private const long Tolerated = Calls * 100;

    [Fact]
    public void Cached_tokens_leave_nothing_behind()
    {
        using TollgateClient client = simulator.Client();

        Assert.InRange(GrowthOf(() => client.Get(Requests.For(Requests.Vault)).Dispose()), long.MinValue, Tolerated);
    }

    [Fact]
    public void Failures_leave_nothing_behind()
    {
        using TollgateClient client = simulator.Client();
        var malformed = new TokenRequest { Resource = Requests.Vault, ClientId = "not-a-guid" };

        Assert.InRange(
            GrowthOf(() => Assert.Throws<TollgateException>(() => client.Get(malformed))),
            long.MinValue,
            Tolerated);
    }

    [Fact]
    public void Listings_and_looks_at_the_gate_leave_nothing_behind()
    {
        using TollgateClient client = simulator.Client();
        client.Get(Requests.For(Requests.Vault)).Dispose();

        Assert.InRange(
            GrowthOf(() =>
            {
                client.ListTokens();
                client.LookAtGate();
            }),
            long.MinValue,
            Tolerated);
    }

    [Fact]
    public void Diagnoses_leave_nothing_behind()
    {
        using TollgateClient client = simulator.Client();

        // Cloud Shell takes no ids: such a diagnosis is whole and asks nobody.
        var nobody = new Hashtable(simulator.Environment) { ["MSI_ENDPOINT"] = "http://127.0.0.1:9/" };

        Assert.InRange(GrowthOf(() => client.Diagnose(Requests.For(Requests.Vault), nobody)), long.MinValue, Tolerated);
    }

    // What is left behind is left behind every time; what the allocators of two languages set aside is not, and comes to an end. So
    // the round with the least growth tells, and one that is good enough is the last.
    private static long GrowthOf(Action call)
    {
        Repeat(call);
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > Tolerated; round++)
        {
            long before = Memory();
            Repeat(call);
            least = Math.Min(least, Memory() - before);
        }

        return least;
    }

    private static void Repeat(Action call)
    {
        for (int count = 0; count < Calls; count++)
        {
            call();
        }
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
