// Short words for what most tests do.
using System;
using System.Collections;
using System.Collections.Generic;

namespace Tollgate.Interop.Tests;

internal static class Requests
{
    internal const string Vault = "https://vault.azure.net";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    internal static TokenRequest For(string resource, bool forceRefresh = false) =>
        new() { Resource = resource, ClientId = SimulatorControl.FirstClientId, ForceRefresh = forceRefresh };

    /// <summary>Gets a token, or throws what the request ends with.</summary>
    internal static AccessToken Get(this TollgateClient client, TokenRequest request)
    {
        using TokenOperation operation = client.StartToken(request);
        return operation.Wait(Long, out _) ? operation.TakeToken() : throw new TimeoutException();
    }

    /// <summary>Looks at the way to a token.</summary>
    internal static AccountCheck[] Diagnose(this TollgateClient client, TokenRequest request, IDictionary environment)
    {
        using DiagnosisOperation operation = client.StartDiagnosis(request, environment, null);
        return operation.Wait(Long, out _) ? operation.TakeChecks() : throw new TimeoutException();
    }

    /// <summary>Asks Azure.</summary>
    internal static RestResponse Ask(this TollgateClient client, RestRequest request)
    {
        using RestOperation operation = client.StartRest(request);
        return operation.Wait(Long, out _) ? operation.TakeResponse() : throw new TimeoutException();
    }

    /// <summary>Takes everything the request has to say.</summary>
    internal static IReadOnlyList<string> Events(this Operation operation)
    {
        var texts = new List<string>();
        while (operation.NextEvent(out OperationEvent next))
        {
            texts.Add(next.Text);
        }

        return texts;
    }
}
