// Failures arrive as the number they have in the native library, with the words of whoever refused.
using System;

namespace Tollgate.Interop.Tests;

internal sealed class FailureChecks : IDisposable
{
    private const string BeyondAscii = "Gr\u00f6\u00dfe \u0416 \u6f22 \U0001f511";

    private readonly World world = new();

    public void Dispose() => world.Dispose();

    public void Two_selectors_are_refused_and_the_field_is_named()
    {
        var request = new TokenRequest { Resource = Requests.Vault, ClientId = SimulatorControl.FirstClientId, ObjectId = SimulatorControl.FirstObjectId };

        Expect.Equal("ObjectId", FailureOf(TollgateStatus.InvalidArgument, request).Field);
        Expect.Equal(0, World.Simulator.Count("token_requests"));
    }

    public void An_identity_that_the_machine_lacks_is_named_with_the_service_s_words()
    {
        const string absent = "40000000-c11e-4000-8000-000000000001";

        TollgateException failure = FailureOf(TollgateStatus.IdentityNotFound, new TokenRequest { Resource = Requests.Vault, ClientId = absent });

        Expect.Equal(400, failure.HttpStatus);
        Expect.Equal("Identity not found", failure.ServiceText);
        Expect.Contains(absent, failure.Identity);
    }

    public static void An_address_where_nobody_answers_is_named()
    {
        using var lost = new TollgateClient(World.Environment("http://127.0.0.1:9"));

        TollgateException failure = Expect.Failure(TollgateStatus.EndpointUnreachable, () => lost.Get(Requests.For(Requests.Vault)));

        Expect.Contains("http://127.0.0.1:9", failure.Endpoint);
    }

    public void A_wait_that_throttling_made_too_long_says_so()
    {
        World.Simulator.Plan("""[{"fault":"throttle","times":99}]""");
        var request = new TokenRequest { Resource = Requests.Vault, Timeout = TimeSpan.FromMilliseconds(300) };

        Expect.Contains("throttled", FailureOf(TollgateStatus.TimedOut, request).Message);
    }

    public void Text_beyond_ASCII_goes_in_unharmed() => Expect.Contains(
        BeyondAscii, FailureOf(TollgateStatus.InvalidArgument, new TokenRequest { Resource = Requests.Vault, AccountId = BeyondAscii }).Message);

    public void Text_beyond_ASCII_comes_out_unharmed()
    {
        World.Simulator.Plan($$"""[{"fault":"status","code":403,"body":"{\"error\":\"access_denied\",\"error_description\":\"{{BeyondAscii}}\"}"}]""");

        TollgateException failure = FailureOf(TollgateStatus.Refused, Requests.For(Requests.Vault));

        Expect.Equal(BeyondAscii, failure.ServiceText);
        Expect.Equal("access_denied", failure.ServiceCode);
    }

    public void A_token_too_long_for_a_SecureString_is_refused()
    {
        string token = "eyJ" + new string('a', 65536);
        World.Simulator.Plan($$$"""[{"fault":"body","raw":"{\"access_token\":\"{{{token}}}\",\"expires_in\":\"3600\"}"}]""");

        FailureOf(TollgateStatus.MalformedResponse, Requests.For(Requests.Vault));
    }

    private TollgateException FailureOf(TollgateStatus status, TokenRequest request) =>
        Expect.Failure(status, () => world.Client.Get(request).Dispose());
}
