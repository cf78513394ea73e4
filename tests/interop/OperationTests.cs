// A running request: waiting, cancelling and disposing from any thread, in any order.
using System;
using System.Diagnostics;
using System.Threading.Tasks;
using Xunit;

namespace Tollgate.Interop.Tests;

public sealed class OperationTests : IClassFixture<Simulator>, IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly Simulator simulator;
    private readonly TollgateClient client;

    public OperationTests(Simulator simulator)
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
    public void A_wait_that_is_not_over_tells_where_the_request_stands()
    {
        using TokenOperation operation = StartHeld();

        Assert.False(operation.Wait(TimeSpan.FromMilliseconds(1), out OperationProgress progress));
        Assert.Equal(OperationPhase.Asking, progress.Phase);
        Assert.Equal(1, progress.Attempt);
    }

    [Fact]
    public async Task Cancelling_wakes_the_waiter_within_100_ms()
    {
        using TokenOperation operation = StartHeld();
        Task<bool> waiter = Task.Factory.StartNew(() => operation.Wait(Long, out _), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        var clock = Stopwatch.StartNew();
        operation.Cancel();
        var failure = await Assert.ThrowsAsync<TollgateException>(() => waiter);

        Assert.Equal(TollgateStatus.Cancelled, failure.Status);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 100);
    }

    [Fact]
    public void Cancelling_twice_and_after_the_end_and_after_disposing_is_nothing()
    {
        TokenOperation operation = StartHeld();
        operation.Cancel();
        operation.Cancel();
        Assert.Throws<TollgateException>(() => operation.Wait(Long, out _));
        operation.Cancel();
        operation.Dispose();

        Assert.Null(Record.Exception(operation.Cancel));
    }

    [Fact]
    public async Task Disposing_while_another_thread_waits_lets_that_wait_end_by_itself()
    {
        TokenOperation operation = StartHeld();
        Task<bool> waiter = Task.Run(() => operation.Wait(TimeSpan.FromMilliseconds(200), out _));
        operation.Dispose();

        Exception? end = await Record.ExceptionAsync(() => waiter);

        // The waiter either was in the library already and came back without a token, or came too late.
        Assert.True(end is null or ObjectDisposedException, end?.ToString());
        Assert.Throws<ObjectDisposedException>(() => operation.Wait(TimeSpan.Zero, out _));
    }

    [Fact]
    public void A_client_disposed_first_does_not_harm_a_running_request()
    {
        TokenOperation operation = StartHeld();
        client.Dispose();
        simulator.Release();

        Exception? end = Record.Exception(() => operation.Wait(Long, out _));

        Assert.True(end is null or TollgateException, end?.ToString());
        operation.Dispose();
    }

    [Fact]
    public void A_token_is_taken_once()
    {
        using TokenOperation operation = client.StartToken(Requests.For(Requests.Vault));
        Assert.True(operation.Wait(Long, out _));
        operation.TakeToken().Dispose();

        Assert.Throws<TollgateException>(operation.TakeToken);
    }

    [Fact]
    public void What_a_request_says_never_contains_a_token()
    {
        using TokenOperation operation = client.StartToken(Requests.For(Requests.Vault));
        Assert.True(operation.Wait(Long, out _));

        Assert.All(operation.Events(), text => Assert.DoesNotContain("eyJ", text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_time_allowed_is_kept()
    {
        simulator.Plan("""[{"fault":"hang","times":9}]""");
        var request = new TokenRequest { Resource = Requests.Vault, Timeout = TimeSpan.FromMilliseconds(300) };

        var failure = Assert.Throws<TollgateException>(() => client.Get(request));

        Assert.Equal(TollgateStatus.TimedOut, failure.Status);
    }

    /// <summary>Starts a request that the service holds back until it is released.</summary>
    private TokenOperation StartHeld()
    {
        simulator.Plan("""[{"fault":"hold"}]""");
        TokenOperation operation = client.StartToken(Requests.For(Requests.Vault));
        simulator.WaitUntil("held", 1);
        return operation;
    }
}
