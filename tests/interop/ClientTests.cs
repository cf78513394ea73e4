// Tokens, the cache and the gate through the real library, against the simulator.
using System;
using System.Collections;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Tollgate.Interop.Tests;

public sealed class ClientTests : IClassFixture<Simulator>, IDisposable
{
    private readonly Simulator simulator;
    private readonly TollgateClient client;

    public ClientTests(Simulator simulator)
    {
        this.simulator = simulator;
        simulator.Reset();
        client = simulator.Client();
    }

    public void Dispose() => client.Dispose();

    [Fact]
    public void A_token_comes_with_what_it_says_of_itself()
    {
        using AccessToken token = client.Get(Requests.For(Requests.Vault));

        Assert.StartsWith("eyJ", token.Reveal(), StringComparison.Ordinal);
        Assert.Equal(token.Token.Length, token.Reveal().Length);
        Assert.Equal("Bearer", token.TokenType);
        Assert.Equal(Requests.Vault, token.Resource);
        Assert.Equal(Simulator.TenantId, token.TenantId);
        Assert.Equal(Simulator.FirstClientId, token.ClientId);
        Assert.Equal(Simulator.FirstObjectId, token.ObjectId);
        Assert.Equal(TokenOrigin.Service, token.Origin);
        Assert.InRange(token.ExpiresOn - DateTimeOffset.UtcNow, TimeSpan.FromHours(23), TimeSpan.FromHours(25));
        Assert.InRange(token.RefreshOn, DateTimeOffset.UtcNow, token.ExpiresOn);
    }

    [Fact]
    public void A_token_shows_itself_only_when_asked()
    {
        using AccessToken token = client.Get(Requests.For(Requests.Vault));

        Assert.DoesNotContain("eyJ", token.ToString(), StringComparison.Ordinal);
        Assert.Contains(Requests.Vault, token.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_request_is_answered_from_memory()
    {
        using AccessToken first = client.Get(Requests.For(Requests.Vault));
        using AccessToken second = client.Get(Requests.For(Requests.Vault));

        Assert.Equal(TokenOrigin.Cache, second.Origin);
        Assert.Equal(first.Reveal(), second.Reveal());
        Assert.Equal(1, simulator.Count("tokens"));
    }

    [Fact]
    public void A_forced_refresh_passes_the_memory_over()
    {
        using AccessToken first = client.Get(Requests.For(Requests.Vault));
        using AccessToken second = client.Get(Requests.For(Requests.Vault, forceRefresh: true));

        Assert.Equal(TokenOrigin.Service, second.Origin);
        Assert.NotEqual(first.Reveal(), second.Reveal());
    }

    [Fact]
    public async Task Two_hundred_threads_that_ask_for_one_resource_make_one_request()
    {
        simulator.Plan("""[{"fault":"hold"}]""");
        Task<string>[] all = [.. Enumerable.Range(0, 200).Select(_ => Task.Factory.StartNew(
            () => client.Get(Requests.For(Requests.Vault)).Reveal(), default, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        simulator.WaitUntil("held", 1);
        simulator.Release();

        string[] tokens = await Task.WhenAll(all);

        Assert.Single(tokens.Distinct());
        Assert.Equal(1, simulator.Count("token_requests"));
    }

    [Fact]
    public void The_listing_describes_a_token_without_it()
    {
        using AccessToken token = client.Get(Requests.For(Requests.Vault));
        using AccessToken again = client.Get(Requests.For(Requests.Vault));

        TokenCacheEntry entry = Assert.Single(client.ListTokens());

        Assert.Equal(Requests.Vault, entry.Resource);
        Assert.Equal(TokenSelector.ClientId, entry.Selector);
        Assert.Equal(Simulator.FirstClientId, entry.Identity);
        Assert.Equal(Simulator.TenantId, entry.TenantId);
        Assert.Equal(token.ExpiresOn, entry.ExpiresOn);
        Assert.Equal(token.RefreshOn, entry.RefreshOn);
        Assert.Equal(1, entry.Served);
        Assert.StartsWith(simulator.Url, entry.Endpoint, StringComparison.Ordinal);
    }

    [Fact]
    public void Clearing_one_resource_leaves_the_others()
    {
        client.Get(Requests.For(Requests.Vault)).Dispose();
        client.Get(Requests.For("https://storage.azure.com/")).Dispose();

        Assert.Equal(1, client.ClearTokens(Requests.For(Requests.Vault)));
        Assert.Equal("https://storage.azure.com/", Assert.Single(client.ListTokens()).Resource);
        Assert.Equal(1, client.ClearTokens());
        Assert.Empty(client.ListTokens());
    }

    [Fact]
    public void Looking_at_the_gate_shows_the_shared_pace()
    {
        client.Get(Requests.For(Requests.Vault)).Dispose();

        GateState gate = client.LookAtGate();

        Assert.True(gate.Shared);
        Assert.Equal(simulator.Environment["TOLLGATE_GATE_DIRECTORY"], gate.Directory);
        Assert.Equal(5, gate.SlotsTotal);
        Assert.Equal(0, gate.SlotsBusy);
        Assert.Equal(GateMode.Burst, gate.Mode);
        Assert.Equal(TimeSpan.Zero, gate.PausedFor);
        Assert.True(gate.Sent > 0);
    }

    [Fact]
    public void A_failure_carries_the_service_s_own_words()
    {
        var failure = Assert.Throws<TollgateException>(() => client.Get(new TokenRequest
        {
            Resource = Requests.Vault,
            ClientId = "40000000-c11e-4000-8000-000000000001",
        }));

        Assert.Equal(TollgateStatus.IdentityNotFound, failure.Status);
        Assert.Equal("IdentityNotFound", failure.Name);
        Assert.Equal(400, failure.HttpStatus);
        Assert.Equal("Identity not found", failure.ServiceText);
        Assert.Contains("Identity not found", failure.Message, StringComparison.Ordinal);
        Assert.Contains("40000000-c11e-4000-8000-000000000001", failure.Identity, StringComparison.Ordinal);
        Assert.Contains("assigned", failure.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_selectors_are_refused_and_the_field_is_named()
    {
        var failure = Assert.Throws<TollgateException>(() => client.Get(new TokenRequest
        {
            Resource = Requests.Vault,
            ClientId = Simulator.FirstClientId,
            ObjectId = Simulator.FirstObjectId,
        }));

        Assert.Equal(TollgateStatus.InvalidArgument, failure.Status);
        Assert.Equal("ObjectId", failure.Field);
        Assert.Null(failure.Advice);
        Assert.Equal(0, simulator.Count("token_requests"));
    }

    [Fact]
    public void A_token_too_long_for_a_SecureString_is_refused_by_name()
    {
        string token = "eyJ" + new string('a', 65536);
        simulator.Plan($$$"""[{"fault":"body","raw":"{\"access_token\":\"{{{token}}}\",\"expires_in\":\"3600\"}"}]""");

        var failure = Assert.Throws<TollgateException>(() => client.Get(Requests.For(Requests.Vault)));

        Assert.Equal(TollgateStatus.MalformedResponse, failure.Status);
        Assert.DoesNotContain("eyJ", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_environment_given_later_counts_from_then_on()
    {
        using var elsewhere = new TollgateClient(new Hashtable(simulator.Environment) { ["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://127.0.0.1:1" });
        elsewhere.UseEnvironment(simulator.Environment);

        using AccessToken token = elsewhere.Get(Requests.For(Requests.Vault));

        Assert.Equal(1, simulator.Count("tokens"));
    }
}
