// Tokens, the memory for them and the gate.
using System;
using System.Linq;
using System.Threading.Tasks;

namespace Tollgate.Interop.Tests;

internal sealed class TokenChecks : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    public void A_token_comes_as_a_SecureString_with_what_it_says_of_itself()
    {
        using AccessToken token = world.Client.Get(Requests.For(Requests.Vault));

        Expect.Contains("eyJ", token.Reveal());
        Expect.Equal(token.Reveal().Length, token.Token.Length);
        Expect.That(token.Token.IsReadOnly(), "the SecureString can still be written to");
        Expect.Equal("Bearer", token.TokenType);
        Expect.Equal(Requests.Vault, token.Resource);
        Expect.Equal(SimulatorControl.TenantId, token.TenantId);
        Expect.Equal(SimulatorControl.FirstClientId, token.ClientId);
        Expect.Equal(SimulatorControl.FirstObjectId, token.ObjectId);
        Expect.Equal(TokenOrigin.Service, token.Origin);
        TimeSpan left = token.ExpiresOn - DateTimeOffset.UtcNow;
        Expect.That(left > TimeSpan.FromHours(23) && left < TimeSpan.FromHours(25), $"the token expires in {left}");
        Expect.That(token.RefreshOn < token.ExpiresOn, "the token is renewed after it has expired");
    }

    public void A_second_token_comes_from_memory()
    {
        using AccessToken first = world.Client.Get(Requests.For(Requests.Vault));
        using AccessToken second = world.Client.Get(Requests.For(Requests.Vault));

        Expect.Equal(TokenOrigin.Cache, second.Origin);
        Expect.Equal(first.Reveal(), second.Reveal());
        Expect.Equal(1, World.Simulator.Count("tokens"));
    }

    public void Fifty_threads_that_ask_for_one_resource_make_one_request()
    {
        World.Simulator.Plan("""[{"fault":"hold"}]""");
        Task<string>[] all = [.. Enumerable.Range(0, 50).Select(_ => Task.Factory.StartNew(
            () => world.Client.Get(Requests.For(Requests.Vault)).Reveal(), default, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        World.Simulator.WaitUntil("held", 1);
        World.Simulator.Release();

        Expect.Equal(1, Task.WhenAll(all).Result.Distinct().Count());
        Expect.Equal(1, World.Simulator.Count("token_requests"));
    }

    public void Two_clients_have_a_memory_each()
    {
        using TollgateClient other = World.NewClient();
        world.Client.Get(Requests.For(Requests.Vault)).Dispose();

        Expect.Equal(1, world.Client.ListTokens().Length);
        Expect.Equal(0, other.ListTokens().Length);
        Expect.Equal(1, world.Client.ClearTokens());
        Expect.Equal(0, world.Client.ListTokens().Length);
    }

    public void The_listing_describes_a_token_without_it()
    {
        using AccessToken token = world.Client.Get(Requests.For(Requests.Vault));

        TokenCacheEntry entry = world.Client.ListTokens().Single();

        Expect.Equal(Requests.Vault, entry.Resource);
        Expect.Equal(TokenSelector.ClientId, entry.Selector);
        Expect.Equal(SimulatorControl.FirstClientId, entry.Identity);
        Expect.Equal(token.ExpiresOn, entry.ExpiresOn);
    }

    public void The_gate_is_shared_and_has_counted_the_request()
    {
        long before = world.Client.LookAtGate().Sent;
        world.Client.Get(Requests.For(Requests.Vault)).Dispose();

        GateState gate = world.Client.LookAtGate();

        Expect.That(gate.Shared, $"the gate is not shared: {gate.AloneBecause}");
        Expect.Equal(World.Gate, gate.Directory);
        Expect.Equal(5, gate.SlotsTotal);
        Expect.Equal(0, gate.SlotsBusy);
        Expect.Equal(before + 1, gate.Sent);
    }
}
