// A diagnosis through the real library: whole when nothing is in the way and when something is, and cancelled like any request.
using System;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Tollgate.Interop.Tests;

public sealed class DiagnosisTests : IClassFixture<Simulator>, IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly Simulator simulator;
    private readonly TollgateClient client;

    public DiagnosisTests(Simulator simulator)
    {
        this.simulator = simulator;
        simulator.Reset();
        client = simulator.Client();
    }

    public void Dispose()
    {
        simulator.Release();
        client.Dispose();
    }

    [Fact]
    public void Where_nothing_is_in_the_way_no_check_fails_and_none_shows_the_token()
    {
        AccountCheck[] checks = client.Diagnose(Requests.For(Requests.Vault), simulator.Environment);

        Assert.All(checks, check =>
        {
            Assert.Equal(AccountCheckResult.Passed, check.Result);
            Assert.Null(check.Advice);
            Assert.DoesNotContain("eyJ", check.Detail, StringComparison.Ordinal);
        });
        Assert.Contains(simulator.Url, Find(checks, "Source").Detail, StringComparison.Ordinal);
        Assert.Contains(Simulator.FirstClientId, Find(checks, "Claims").Detail, StringComparison.Ordinal);
        Assert.Equal(checks.Length, checks.Select(check => check.Name).Distinct().Count());
    }

    [Fact]
    public void What_is_in_the_way_fails_with_advice_and_what_lies_behind_it_is_skipped()
    {
        AccountCheck[] checks = client.Diagnose(new TokenRequest { Resource = Requests.Vault, ClientId = "40000000-c11e-4000-8000-000000000001" }, simulator.Environment);

        AccountCheck identity = Find(checks, "Identity");
        Assert.Equal(AccountCheckResult.Passed, Find(checks, "Service").Result);
        Assert.Equal(AccountCheckResult.Failed, identity.Result);
        Assert.Contains("Identity not found", identity.Detail, StringComparison.Ordinal);
        Assert.NotNull(identity.Advice);
        Assert.Equal(AccountCheckResult.Skipped, Find(checks, "Token").Result);
    }

    [Fact]
    public void It_asks_past_the_tokens_in_memory()
    {
        client.Get(Requests.For(Requests.Vault)).Dispose();
        client.Diagnose(Requests.For(Requests.Vault), simulator.Environment);

        Assert.Equal(2, simulator.Count("token_requests"));
    }

    [Fact]
    public void The_checks_are_taken_once()
    {
        using DiagnosisOperation operation = client.StartDiagnosis(Requests.For(Requests.Vault), simulator.Environment, null);
        Assert.True(operation.Wait(Long, out _));
        Assert.NotEmpty(operation.TakeChecks());

        Assert.Throws<TollgateException>(operation.TakeChecks);
    }

    [Fact]
    public async Task Cancelling_wakes_the_waiter_within_100_ms()
    {
        simulator.Plan("""[{"fault":"hold"}]""");
        using DiagnosisOperation operation = client.StartDiagnosis(Requests.For(Requests.Vault), simulator.Environment, null);
        simulator.WaitUntil("held", 1);
        Task<bool> waiter = Task.Factory.StartNew(() => operation.Wait(Long, out _), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        var clock = Stopwatch.StartNew();
        operation.Cancel();
        var failure = await Assert.ThrowsAsync<TollgateException>(() => waiter);

        Assert.Equal(TollgateStatus.Cancelled, failure.Status);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 100);
    }

    [Fact]
    public void What_it_says_on_the_way_never_contains_a_token()
    {
        using DiagnosisOperation operation = client.StartDiagnosis(Requests.For(Requests.Vault), simulator.Environment, null);
        Assert.True(operation.Wait(Long, out _));

        Assert.All(operation.Events(), text => Assert.DoesNotContain("eyJ", text, StringComparison.Ordinal));
    }

    private static AccountCheck Find(AccountCheck[] checks, string name) => Assert.Single(checks, check => check.Name == name);
}
