// Ten thousand calls leave nothing behind: neither the ones that succeed nor the ones that fail.
using System;
using System.Diagnostics;
using Xunit;

namespace Tollgate.Interop.Tests;

public sealed class GrowthTests(Simulator simulator) : IClassFixture<Simulator>
{
    private const int Calls = 10_000;

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

    private static long GrowthOf(Action call)
    {
        Repeat(call);
        long before = Memory();
        Repeat(call);
        return Memory() - before;
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
