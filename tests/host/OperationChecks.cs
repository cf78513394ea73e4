// A request under way: watched, cancelled from another thread, disposed while someone waits for it.
using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace Tollgate.Interop.Tests;

internal sealed class OperationChecks : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly World world = new();

    public void Dispose() => world.Dispose();

    public void A_wait_that_is_not_over_tells_where_the_request_stands()
    {
        using TokenOperation operation = StartHeld();

        Expect.That(!operation.Wait(TimeSpan.FromMilliseconds(1), out OperationProgress progress), "a request that is held back has ended");
        Expect.Equal(OperationPhase.Asking, progress.Phase);
        Expect.Equal(1, progress.Attempt);
    }

    public void Cancelling_wakes_the_waiter_within_100_ms()
    {
        using TokenOperation operation = StartHeld();
        Task<Stopwatch> waiter = Task.Factory.StartNew(
            () =>
            {
                Expect.Failure(TollgateStatus.Cancelled, () => operation.Wait(Long, out _));
                return Stopwatch.StartNew();
            },
            default,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        var clock = Stopwatch.StartNew();
        operation.Cancel();
        TimeSpan woke = clock.Elapsed - waiter.Result.Elapsed;

        Expect.That(woke < TimeSpan.FromMilliseconds(100), $"the waiter woke after {woke.TotalMilliseconds} ms");
    }

    public void Cancelling_twice_and_after_disposing_is_nothing()
    {
        TokenOperation operation = StartHeld();
        operation.Cancel();
        operation.Cancel();
        Expect.Failure(TollgateStatus.Cancelled, () => operation.Wait(Long, out _));
        operation.Dispose();
        operation.Cancel();
    }

    public void Disposing_while_another_thread_waits_lets_that_wait_end_by_itself()
    {
        TokenOperation operation = StartHeld();
        Task waiter = Task.Run(() =>
        {
            try
            {
                operation.Wait(TimeSpan.FromMilliseconds(200), out _);
            }
            catch (ObjectDisposedException)
            {
                // The waiter came too late.
            }
        });
        operation.Dispose();

        waiter.Wait();
    }

    public void What_a_request_says_never_contains_a_token()
    {
        World.Simulator.Plan("""[{"fault":"throttle","retry_after":"1"}]""");
        using TokenOperation operation = world.Client.StartToken(Requests.For(Requests.Vault));
        Expect.That(operation.Wait(Long, out _), "the request did not end");

        string said = string.Join("\n", operation.Events());

        Expect.Contains("429", said);
        Expect.Equal(-1, said.IndexOf("eyJ", StringComparison.Ordinal));
    }

    /// <summary>Starts a request that the service holds back until it is released.</summary>
    private TokenOperation StartHeld()
    {
        World.Simulator.Plan("""[{"fault":"hold"}]""");
        TokenOperation operation = world.Client.StartToken(Requests.For(Requests.Vault));
        World.Simulator.WaitUntil("held", 1);
        return operation;
    }
}
