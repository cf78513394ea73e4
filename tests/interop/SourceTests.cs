// Requests stay with the source they name, and share nothing that is another source's or another's wish.
using System;
using System.Collections;
using System.Linq;
using Xunit;

namespace Tollgate.Interop.Tests;

public sealed class SourceTests : IClassFixture<Simulator>, IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly string[] DefaultIdentities = ["one", "two", "one"];

    private readonly Simulator here;
    private readonly Simulator there = new();
    private readonly TollgateClient client;
    private readonly int first;
    private readonly int second;

    public SourceTests(Simulator here)
    {
        this.here = here;
        here.Reset();
        client = here.Client();
        first = client.UseEnvironment(here.Environment);
        second = client.UseEnvironment(there.Environment);
    }

    public void Dispose()
    {
        here.Release();
        client.Dispose();
        there.Dispose();
    }

    [Fact]
    public void A_request_stays_with_the_source_it_names_whatever_the_environment_points_to()
    {
        client.Get(At(first)).Dispose();
        Assert.Equal((1, 0), (here.Count("tokens"), there.Count("tokens")));

        client.Get(At(second)).Dispose();
        client.Get(At(0)).Dispose();
        Assert.Equal((1, 1), (here.Count("tokens"), there.Count("tokens")));
        Assert.Equal(new[] { here.Url, there.Url }.Order(), client.ListTokens().Select(entry => entry.Endpoint).Order());
    }

    [Fact]
    public void A_source_that_is_found_again_is_the_same_and_one_with_another_default_identity_is_not()
    {
        Assert.Equal((1, 2), (first, second));
        Assert.Equal(first, client.UseEnvironment(here.Environment));

        int[] defaults = [.. DefaultIdentities.Select(id => client.UseEnvironment(new Hashtable
        {
            ["MSI_ENDPOINT"] = here.Url,
            ["MSI_SECRET"] = "hush",
            ["DEFAULT_IDENTITY_CLIENT_ID"] = id,
        }))];

        Assert.Equal([3, 4, 3], defaults);
    }

    [Fact]
    public void A_source_that_was_never_found_is_refused_by_name()
    {
        foreach (int unknown in new[] { 3, -1 })
        {
            var failure = Assert.Throws<TollgateException>(() => client.StartToken(At(unknown)));
            Assert.Equal((TollgateStatus.InvalidArgument, "source"), (failure.Status, failure.Field));
        }
    }

    [Fact]
    public void An_impossible_address_changes_nothing()
    {
        var failure = Assert.Throws<TollgateException>(() => client.UseEnvironment(new Hashtable { [SimulatorControl.Variable] = "ftp://127.0.0.1" }));

        Assert.Equal(SimulatorControl.Variable, failure.Field);
        client.Get(At(0)).Dispose();
        Assert.Equal(1, there.Count("tokens"));
    }

    [Fact]
    public void Clearing_an_identity_leaves_its_namesake_at_another_source()
    {
        client.Get(At(first)).Dispose();
        client.Get(At(second)).Dispose();

        Assert.Equal(1, client.ClearTokens(At(first)));
        Assert.Equal(there.Url, Assert.Single(client.ListTokens()).Endpoint);
    }

    [Fact]
    public void A_diagnosis_looks_at_the_source_that_its_environment_points_to_and_says_when_another_is_kept()
    {
        AccountCheck[] checks = client.Diagnose(At(second), here.Environment);

        AccountCheck source = checks.Single(check => check.Name == "Source");
        Assert.Contains(here.Url, source.Detail, StringComparison.Ordinal);
        Assert.Equal(AccountCheckResult.Warning, source.Result);
        Assert.Equal(AccountCheckResult.Passed, client.Diagnose(At(first), here.Environment).Single(check => check.Name == "Source").Result);
        Assert.Equal((2, 0), (here.Count("tokens"), there.Count("tokens")));
    }

    [Fact]
    public void A_forced_request_does_not_wait_for_an_ordinary_one_that_is_under_way()
    {
        here.Plan("""[{"fault":"hold"}]""");
        using TokenOperation ordinary = client.StartToken(At(first));
        here.WaitUntil("held", 1);

        using AccessToken forced = client.Get(At(first, forceRefresh: true));
        here.Release();

        Assert.Equal(TokenOrigin.Service, forced.Origin);
        Assert.True(ordinary.Wait(Long, out _));
        using AccessToken other = ordinary.TakeToken();
        Assert.NotEqual(forced.Reveal(), other.Reveal());
        using AccessToken kept = client.Get(At(first));
        Assert.Equal(forced.Reveal(), kept.Reveal());
    }

    [Fact]
    public void A_token_that_is_cleared_while_it_is_asked_for_goes_to_who_waits_and_is_not_kept()
    {
        here.Plan("""[{"fault":"hold"}]""");
        using TokenOperation waiting = client.StartToken(At(first));
        here.WaitUntil("held", 1);

        Assert.Equal(0, client.ClearTokens(At(first)));
        here.Release();

        Assert.True(waiting.Wait(Long, out _));
        waiting.TakeToken().Dispose();
        Assert.Empty(client.ListTokens());
    }

    [Fact]
    public void A_token_of_another_identity_that_is_cleared_meanwhile_is_kept()
    {
        here.Plan("""[{"fault":"hold"}]""");
        using TokenOperation waiting = client.StartToken(At(first));
        here.WaitUntil("held", 1);

        Assert.Equal(0, client.ClearTokens(At(second)));
        Assert.Equal(0, client.ClearTokens(new TokenRequest { Source = first }));
        here.Release();

        Assert.True(waiting.Wait(Long, out _));
        waiting.TakeToken().Dispose();
        Assert.Single(client.ListTokens());
    }

    private static TokenRequest At(int source, bool forceRefresh = false) =>
        new() { Resource = Requests.Vault, ClientId = SimulatorControl.FirstClientId, Source = source, ForceRefresh = forceRefresh };
}
