// Requests to Azure through the real library. The simulator's own admin pages serve as a service that answers with JSON.
using System;
using System.IO;
using System.Text;
using Xunit;

namespace Tollgate.Interop.Tests;

public sealed class RestTests : IClassFixture<Simulator>, IDisposable
{
    private const string Arm = "https://management.core.windows.net/";

    private readonly Simulator simulator;
    private readonly TollgateClient client;

    public RestTests(Simulator simulator)
    {
        this.simulator = simulator;
        simulator.Reset();
        client = simulator.Client();
    }

    public void Dispose() => client.Dispose();

    [Fact]
    public void A_response_has_status_lines_text_and_document()
    {
        using RestResponse response = client.Ask(Counts());

        Assert.Equal(200, response.StatusCode);
        Assert.Equal("1.1", response.Version);
        Assert.Equal(simulator.Url + "/sim/counts", response.Uri);
        Assert.Contains(response.Headers, header => header.Key == "content-type" && header.Value.Contains("json", StringComparison.Ordinal));
        Assert.StartsWith("{", response.Text(Encoding.UTF8), StringComparison.Ordinal);
        JsonValue document = response.Parse();
        Assert.Equal(JsonKind.Map, document.Kind);
        Assert.Equal(1, document.Find("token_requests")!.Whole);
        Assert.Null(document.Find("Token_Requests"));
    }

    [Fact]
    public void What_is_no_json_is_malformed()
    {
        // What answers this has no content.
        using RestResponse response = client.Ask(To("/sim/counts", method: "HEAD"));

        Assert.Equal(TollgateStatus.MalformedResponse, Assert.Throws<TollgateException>(response.Parse).Status);
    }

    [Fact]
    public void A_strict_request_fails_with_the_status_of_the_answer()
    {
        var failure = Assert.Throws<TollgateException>(() => client.Ask(To("/sim/no-such-page", strict: true)));

        Assert.Equal(TollgateStatus.ResourceNotFound, failure.Status);
        Assert.Equal(404, failure.HttpStatus);
    }

    [Fact]
    public void A_token_for_a_realm_stays_in_it()
    {
        var request = new RestRequest { Token = new TokenRequest { Resource = Arm }, Uri = simulator.Url, Realms = [new(Arm, "management.azure.com")] };

        Assert.Equal(TollgateStatus.EndpointNotTrusted, Assert.Throws<TollgateException>(() => client.Ask(request)).Status);
        Assert.Equal(0, simulator.Count("token_requests"));
    }

    [Fact]
    public void Content_goes_to_a_file_whole()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("tollgate-rest-").FullName, "counts.json");
        try
        {
            using RestResponse response = client.Ask(To("/sim/counts", outFile: file));

            Assert.Equal(response.Written, new FileInfo(file).Length);
            Assert.Equal(string.Empty, response.Text(Encoding.UTF8));
            Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public void A_thousand_requests_and_documents_leave_nothing_behind()
    {
        for (int round = 0; round < 1000; round++)
        {
            using RestResponse response = client.Ask(Counts());
            Assert.NotNull(response.Parse().Find("token_requests"));
        }

        Assert.Equal(1, simulator.Count("token_requests"));
    }

    [Fact]
    public void A_lookup_that_cannot_reach_azure_says_so_and_knows_the_tenant()
    {
        using LookupOperation operation = client.StartLookup(new LookupRequest
        {
            Token = new TokenRequest { Resource = Arm },
            Account = "account",
            ResourceManagerUrl = "http://127.0.0.1:9",
            Population = -1,
        });

        Assert.True(operation.Wait(TimeSpan.FromSeconds(60), out _));
        Assert.Contains(operation.Events(), text => text.Contains("-SkipValidation", StringComparison.Ordinal));
        JsonValue answer = operation.TakeDocument();
        Assert.Equal("a0000000-7e4a-4000-8000-000000000001", answer.Find("tenantId")!.Text);
        Assert.Null(answer.Find("subscription"));
    }

    private RestRequest Counts() => To("/sim/counts");

    private RestRequest To(string path, bool strict = false, string? outFile = null, string method = "GET") => new()
    {
        Method = method,
        Uri = simulator.Url + path,
        Realms = [new(Arm, simulator.Url)],
        Retry = false,
        Strict = strict,
        OutFile = outFile,
    };
}
