// A diagnosis, whole: what is well and what is in the way.
using System;
using System.Linq;

namespace Tollgate.Interop.Tests;

internal sealed class DiagnosisChecks : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    public void Where_nothing_is_in_the_way_no_check_fails_and_none_shows_the_token()
    {
        AccountCheck[] checks = world.Client.Diagnose(Requests.For(Requests.Vault), World.Environment(World.Simulator.Url));

        Expect.That(checks.Length > 0, "the diagnosis has no checks");
        foreach (AccountCheck check in checks)
        {
            // The gate warns of refusals within the last minute, which other checks of this run provoke.
            Expect.That(check.Result is AccountCheckResult.Passed or AccountCheckResult.Warning, $"{check}: {check.Detail}");
            Expect.Equal(-1, check.Detail.IndexOf("eyJ", StringComparison.Ordinal));
        }

        Expect.Contains(SimulatorControl.FirstClientId, Find(checks, "Claims").Detail);
    }

    public void What_is_in_the_way_fails_with_advice()
    {
        var request = new TokenRequest { Resource = Requests.Vault, ClientId = "40000000-c11e-4000-8000-000000000001" };

        AccountCheck identity = Find(world.Client.Diagnose(request, World.Environment(World.Simulator.Url)), "Identity");

        Expect.Equal(AccountCheckResult.Failed, identity.Result);
        Expect.Contains("Identity not found", identity.Detail);
        Expect.Contains("assigned", identity.Advice);
    }

    private static AccountCheck Find(AccountCheck[] checks, string name) => checks.Single(check => check.Name == name);
}
