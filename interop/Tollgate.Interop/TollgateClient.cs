// The native client on the managed side: one for the process, made when it is first needed.
using System;
using System.Collections;
using System.Runtime.CompilerServices;
using Tollgate.Interop.Native;

namespace Tollgate.Interop;

/// <summary>Gets tokens, and shows and clears those in memory. Every member may be used from any thread.</summary>
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
    public static void ShareEnvironment()
    {
        IDictionary environment = Environment.GetEnvironmentVariables();
        lock (Making)
        {
            if (shared is null)
            {
                shared = new TollgateClient(environment);
            }
            else
            {
                shared.UseEnvironment(environment);
            }
        }
    }

    /// <summary>Goes by other environment variables from now on.</summary>
    /// <param name="environment">The whole environment.</param>
    public unsafe void UseEnvironment(IDictionary environment)
    {
        using var pinned = new NativeEnvironment(environment);
        fixed (NativeVariable* variables = pinned.Variables)
        {
            TollgateStatus status = NativeMethods.tollgate_client_set_environment(handle, variables, (nuint)pinned.Variables.Length, out NativeError* error);
            NativeError.Check(status, error);
        }
    }

    /// <summary>Starts a request for a token.</summary>
    /// <param name="request">What to ask for.</param>
    public unsafe TokenOperation StartToken(TokenRequest request) =>
        new(Pass<OperationHandle>(request, NativeMethods.tollgate_client_start_token));

    /// <summary>Starts a diagnosis of the way to a token. What is in the way is no failure of it.</summary>
    /// <param name="request">The token to ask for, past those in memory.</param>
    public unsafe DiagnosisOperation StartDiagnosis(TokenRequest request) =>
        new(Pass<OperationHandle>(request, NativeMethods.tollgate_client_start_diagnosis));

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

    // The one place that pins what a request names.
    private unsafe TResult Pass<TResult>(TokenRequest request, NativeCall<TResult> call)
    {
        fixed (char* resource = request.Resource)
        fixed (char* accountId = request.AccountId)
        fixed (char* clientId = request.ClientId)
        fixed (char* objectId = request.ObjectId)
        fixed (char* resourceId = request.ResourceId)
        {
            var native = new NativeTokenRequest
            {
                Resource = new NativeText(resource, request.Resource),
                AccountId = new NativeText(accountId, request.AccountId),
                ClientId = new NativeText(clientId, request.ClientId),
                ObjectId = new NativeText(objectId, request.ObjectId),
                ResourceId = new NativeText(resourceId, request.ResourceId),
                ForceRefresh = request.ForceRefresh ? 1u : 0u,
                TimeoutMs = Units.Milliseconds(request.Timeout),
            };
            NativeError.Check(call(handle, &native, out TResult result, out NativeError* error), error);
            return result;
        }
    }

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
        Rebuilt = (long)view.Rebuilt,
        SentLastSecond = (int)view.SentLastSecond,
    };
}
