// The native client on the managed side: one for the process, made when it is first needed.
using System;
using System.Collections;
using System.Linq;
using System.Runtime.CompilerServices;
using Tollgate.Interop.Native;

namespace Tollgate.Interop;

/// <summary>Gets tokens, shows and clears those in memory, and asks Azure with them. Every member may be used from any thread.</summary>
public sealed class TollgateClient : IDisposable
{
    private static readonly object Making = new();
    private static volatile TollgateClient? shared;

    private readonly ClientHandle handle;

    private unsafe delegate TollgateStatus NativeCall<TResult>(ClientHandle client, NativeTokenRequest* request, out TResult result, out NativeError* error);

    /// <summary>Makes a client with its own token cache.</summary>
    /// <param name="environment">The environment variables it goes by.</param>
    /// <exception cref="TollgateException">The native library is missing, or of another version.</exception>
    public TollgateClient(IDictionary environment)
    {
        NativeLibraryLoader.EnsureLoaded();
        handle = Open(environment);
    }

    /// <summary>Gets the client of this process, whose token cache every runspace shares.</summary>
    public static TollgateClient Shared
    {
        get
        {
            if (shared is null)
            {
                lock (Making)
                {
                    shared ??= new TollgateClient(Environment.GetEnvironmentVariables());
                }
            }

            return shared;
        }
    }

    /// <summary>Makes the client of this process go by the environment variables as they are now.</summary>
    /// <returns>The source that they point to, as <see cref="UseEnvironment"/> gives it.</returns>
    public static int ShareEnvironment()
    {
        // The variables are read under the lock: who comes later does not put back what they were before.
        lock (Making)
        {
            IDictionary environment = Environment.GetEnvironmentVariables();
            shared ??= new TollgateClient(environment);
            return shared.UseEnvironment(environment);
        }
    }

    /// <summary>Goes by other environment variables from now on. Requests that name a source stay with it.</summary>
    /// <param name="environment">The whole environment.</param>
    /// <returns>
    /// The source that it points to, for <see cref="TokenRequest.Source"/>: the same number for the same source, and another for one that
    /// differs in its address, its secret or the identity it takes for its default.
    /// </returns>
    /// <exception cref="TollgateException">A variable names an impossible address. Nothing is changed then.</exception>
    public unsafe int UseEnvironment(IDictionary environment)
    {
        using var pinned = new NativeEnvironment(environment);
        fixed (NativeVariable* variables = pinned.Variables)
        {
            TollgateStatus status = NativeMethods.tollgate_client_set_environment(handle, variables, (nuint)pinned.Variables.Length, out uint source, out NativeError* error);
            NativeError.Check(status, error);
            return checked((int)source);
        }
    }

    /// <summary>Starts a request for a token.</summary>
    /// <param name="request">What to ask for.</param>
    public unsafe TokenOperation StartToken(TokenRequest request) =>
        new(Pass<OperationHandle>(request, NativeMethods.tollgate_client_start_token));

    /// <summary>
    /// Starts a diagnosis of the way to a token. What is in the way is no failure of it, and nothing that the client has in memory is used
    /// or changed.
    /// </summary>
    /// <param name="request">The token to ask for, where the environment points to. The source it names is only compared with that.</param>
    /// <param name="environment">The whole environment.</param>
    /// <param name="resourceManagerUrl">The address of Azure Resource Manager, which is asked for anything without a token; null leaves it out.</param>
    /// <exception cref="TollgateException">A variable names an impossible address, or the request cannot be meant so.</exception>
    public unsafe DiagnosisOperation StartDiagnosis(TokenRequest request, IDictionary environment, string? resourceManagerUrl)
    {
        using var variables = new NativeEnvironment(environment);
        using var pinned = new PinnedTexts();
        NativeTokenRequest native = Native(request, pinned);
        fixed (NativeVariable* first = variables.Variables)
        {
            TollgateStatus status = NativeMethods.tollgate_client_start_diagnosis(
                handle, first, (nuint)variables.Variables.Length, &native, pinned.Text(resourceManagerUrl), out OperationHandle operation, out NativeError* error);
            NativeError.Check(status, error);
            return new DiagnosisOperation(operation);
        }
    }

    /// <summary>Starts a request to Azure with a token of the identity.</summary>
    /// <param name="request">What to ask.</param>
    public unsafe RestOperation StartRest(RestRequest request)
    {
        using var pinned = new PinnedTexts(32);
        NativeRestRequest native = Native(request, pinned);
        NativeError.Check(NativeMethods.tollgate_client_start_rest(handle, &native, out OperationHandle operation, out NativeError* error), error);
        return new RestOperation(operation);
    }

    /// <summary>Starts a question about tenants and subscriptions.</summary>
    /// <param name="request">What to find out.</param>
    public unsafe LookupOperation StartLookup(LookupRequest request)
    {
        using var pinned = new PinnedTexts();
        var native = new NativeLookupRequest
        {
            Token = Native(request.Token, pinned),
            Account = pinned.Text(request.Account),
            ArmUrl = pinned.Text(request.ResourceManagerUrl),
            Tenant = pinned.Text(request.Tenant),
            Subscription = pinned.Text(request.Subscription),
            Kind = (uint)request.Kind,
            Population = unchecked((uint)request.Population),
        };
        NativeError.Check(NativeMethods.tollgate_client_start_lookup(handle, &native, out OperationHandle operation, out NativeError* error), error);
        return new LookupOperation(operation);
    }

    /// <summary>Describes the tokens in memory.</summary>
    public unsafe TokenCacheEntry[] ListTokens()
    {
        NativeError.Check(NativeMethods.tollgate_client_list_tokens(handle, out ListingHandle listing, out NativeError* error), error);
        using (listing)
        {
            NativeError.Check(NativeMethods.tollgate_listing_read(listing, out NativeListingView view, out error), error);
            var entries = new TokenCacheEntry[checked((int)view.Length)];
            for (int index = 0; index < entries.Length; index++)
            {
                entries[index] = Entry(view.Pointer[index]);
            }

            return entries;
        }
    }

    /// <summary>Forgets every token in memory.</summary>
    /// <returns>How many there were.</returns>
    public unsafe int ClearTokens()
    {
        NativeError.Check(NativeMethods.tollgate_client_clear_tokens(handle, null, out nuint removed, out NativeError* error), error);
        return checked((int)removed);
    }

    /// <summary>Forgets the tokens of one identity.</summary>
    /// <param name="only">The identity, and the resource when only its tokens are meant.</param>
    /// <returns>How many there were.</returns>
    public unsafe int ClearTokens(TokenRequest only) =>
        checked((int)Pass<nuint>(only, NativeMethods.tollgate_client_clear_tokens));

    /// <summary>Looks at the machine's gate.</summary>
    public unsafe GateState LookAtGate()
    {
        NativeError.Check(NativeMethods.tollgate_client_look_at_gate(handle, out GateHandle gate, out NativeError* error), error);
        using (gate)
        {
            NativeError.Check(NativeMethods.tollgate_gate_read(gate, out NativeGateView view, out error), error);
            return State(view);
        }
    }

    /// <summary>Frees the client and its token cache; operations under way end by themselves.</summary>
    public void Dispose() => handle.Dispose();

    // On its own, because Mono looks for the native function when it compiles the caller, which is before the library is loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe ClientHandle Open(IDictionary environment)
    {
        using var pinned = new NativeEnvironment(environment);
        fixed (NativeVariable* variables = pinned.Variables)
        {
            TollgateStatus status = NativeMethods.tollgate_client_create(variables, (nuint)pinned.Variables.Length, out ClientHandle client, out NativeError* error);
            NativeError.Check(status, error);
            return client;
        }
    }

    // Pins without handles, because this is the way of every cached token.
    private unsafe TResult Pass<TResult>(TokenRequest request, NativeCall<TResult> call)
    {
        fixed (char* resource = request.Resource, accountId = request.AccountId, clientId = request.ClientId, objectId = request.ObjectId, resourceId = request.ResourceId)
        {
            NativeTokenRequest native = Native(
                request,
                new NativeText(resource, request.Resource),
                new NativeText(accountId, request.AccountId),
                new NativeText(clientId, request.ClientId),
                new NativeText(objectId, request.ObjectId),
                new NativeText(resourceId, request.ResourceId));
            NativeError.Check(call(handle, &native, out TResult result, out NativeError* error), error);
            return result;
        }
    }

    private static NativeTokenRequest Native(TokenRequest request, PinnedTexts pinned) => Native(
        request,
        pinned.Text(request.Resource),
        pinned.Text(request.AccountId),
        pinned.Text(request.ClientId),
        pinned.Text(request.ObjectId),
        pinned.Text(request.ResourceId));

    private static NativeTokenRequest Native(TokenRequest request, NativeText resource, NativeText accountId, NativeText clientId, NativeText objectId, NativeText resourceId) => new()
    {
        Resource = resource,
        AccountId = accountId,
        ClientId = clientId,
        ObjectId = objectId,
        ResourceId = resourceId,
        ForceRefresh = request.ForceRefresh ? 1u : 0u,
        TimeoutMs = Units.Milliseconds(request.Timeout),
        Source = unchecked((uint)request.Source),
    };

    private static unsafe NativeRestRequest Native(RestRequest request, PinnedTexts pinned)
    {
        NativeHeader[] headers = [.. request.Headers.Select(header => new NativeHeader { Name = pinned.Text(header.Key), Value = pinned.Text(header.Value) })];
        NativeRealm[] realms = [.. request.Realms.Select(realm => Native(realm, pinned))];
        return new()
        {
            Token = Native(request.Token, pinned),
            Method = pinned.Text(request.Method),
            Uri = pinned.Text(request.Uri),
            Body = pinned.Text(request.Body),
            BodyFile = pinned.Text(request.BodyFile),
            ContentType = pinned.Text(request.ContentType),
            OutFile = pinned.Text(request.OutFile),
            Headers = pinned.Array(headers),
            HeaderCount = (nuint)headers.Length,
            Realms = pinned.Array(realms),
            RealmCount = (nuint)realms.Length,
            Wait = request.Wait ? 1u : 0u,
            PollFrom = (uint)request.PollFrom,
            FinalFrom = (uint)request.FinalFrom,
            NoRetry = request.Retry ? 0u : 1u,
            Strict = request.Strict ? 1u : 0u,
            Paginate = request.Paginate ? 1u : 0u,
        };
    }

    private static unsafe NativeRealm Native(TokenRealm realm, PinnedTexts pinned) => new()
    {
        Audience = pinned.Text(realm.Audience),
        Hosts = pinned.Array<NativeText>([.. realm.Hosts.Select(pinned.Text)]),
        HostCount = (nuint)realm.Hosts.Count,
    };

    private static TokenCacheEntry Entry(in NativeEntry entry) => new()
    {
        Resource = entry.Resource.ToText() ?? string.Empty,
        Identity = entry.Identity.ToText(),
        Selector = (TokenSelector)entry.Selector,
        Endpoint = entry.Endpoint.ToText(),
        TenantId = entry.TenantId.ToText(),
        ExpiresOn = Units.Time(entry.ExpiresOn),
        RefreshOn = Units.Time(entry.RefreshOn),
        Served = (long)entry.Served,
    };

    private static GateState State(in NativeGateView view) => new()
    {
        Directory = view.Directory.ToText(),
        AloneBecause = view.AloneBecause.ToText(),
        Mode = view.Even == 0 ? GateMode.Burst : GateMode.Even,
        SlotsBusy = (int)view.SlotsBusy,
        SlotsTotal = (int)view.SlotsTotal,
        Waiting = (int)view.Waiting,
        PausedFor = Units.Span(view.PausedMs),
        WaitFor = Units.Span(view.WaitMs),
        Sent = (long)view.Sent,
        Throttled = (long)view.Throttled,
        Rebuilt = view.Rebuilt != 0,
        SentLastSecond = (int)view.SentLastSecond,
    };
}
