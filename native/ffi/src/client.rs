//! The client handle: one for a process.

use std::sync::Arc;

use tollgate_azure::{AzureClient, reach};
use tollgate_core::SystemClock;
use tollgate_http::MetadataClient;
use tollgate_identity::{Environment, TokenCall, TokenClient};

use crate::error::tollgate_error;
use crate::gate::tollgate_gate;
use crate::guard::guarded;
use crate::listing::tollgate_listing;
use crate::operation::tollgate_operation;
use crate::pointer::{self, Out, look, look_along};
use crate::report::Report;
use crate::request::tollgate_token_request;
use crate::runtime::Runtime;
use crate::status::tollgate_status;
use crate::text::tollgate_text;

/// Tokens for one process: the cache, the gate, the source.
pub struct tollgate_client {
    pub(crate) client: Arc<TokenClient>,
    pub(crate) azure: AzureClient,
    pub(crate) runtime: Arc<Runtime>,
}

/// A variable of the environment.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_variable {
    /// Its name.
    pub name: tollgate_text,
    /// Its value.
    pub value: tollgate_text,
}

/// # Safety
/// `variables` points to `count` variables whose texts are valid during the call, or `count` is 0.
unsafe fn environment(variables: *const tollgate_variable, count: usize) -> Result<Environment, Report> {
    if count == 0 {
        return Ok(Environment::default());
    }
    // SAFETY: the caller's promise.
    let variables = unsafe { look_along(variables, count, "variables") }?;
    let read = |variable: &tollgate_variable| {
        // A variable that is no valid text is none that is looked for.
        // SAFETY: the caller's promise.
        unsafe { Some((variable.name.read("name").ok()??, variable.value.read("value").ok()??)) }
    };
    Ok(Environment::from_pairs(variables.iter().filter_map(read)).with_local_agents())
}

/// Makes a client for what the environment points to. Nothing is opened, asked or started by it. The variables are
/// those of the calling process; which of them matter is known here.
///
/// # Safety
/// `variables` points to `count` variables with valid texts; `client` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_client_create(
    variables: *const tollgate_variable,
    count: usize,
    client: *mut *mut tollgate_client,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let out = Out::new(client, "client")?;
            let environment = environment(variables, count)?;
            let runtime = Arc::new(Runtime::default());
            let behind = Arc::clone(&runtime);
            // A refresh that cannot be started is tried again by a later caller.
            let spawn = Box::new(move |work| drop(behind.spawn(work)));
            let clock = Arc::new(SystemClock);
            let client =
                TokenClient::new(&environment, MetadataClient::default(), Arc::clone(&clock) as _, spawn)?;
            let client = Arc::new(client);
            let azure = AzureClient::new(Arc::clone(&client), &environment, clock);
            out.hand(tollgate_client { client, azure, runtime });
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Finds the source that a changed environment points to. The next requests that name none go there; those that name one stay
/// with theirs. `source` takes its number, which is good as long as the client: the same for the same source, and another for
/// one that differs in its address, its secret or the identity that it takes for its default. The gate stays where it was.
///
/// # Safety
/// As for tollgate_client_create; `client` is NULL or a client that was not freed; `source` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_client_set_environment(
    client: *const tollgate_client,
    variables: *const tollgate_variable,
    count: usize,
    source: *mut u32,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (handle, out) = (look(client, "client")?, Out::new(source, "source")?);
            let environment = environment(variables, count)?;
            let source = handle.client.set_environment(&environment)?;
            handle.azure.set_environment(&environment);
            out.give(source.number());
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Begins what a request asks for.
///
/// # Safety
/// As for tollgate_client_start_token.
pub(crate) unsafe fn start<T>(
    client: *const tollgate_client,
    request: *const T,
    operation: *mut *mut tollgate_operation,
    error: *mut *mut tollgate_error,
    begin: impl FnOnce(&tollgate_client, &T) -> Result<tollgate_operation, Report>,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (client, out) = (look(client, "client")?, Out::new(operation, "operation")?);
            out.hand(begin(client, look(request, "request")?)?);
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Asks for a token. A cached one is there at once; the operation is made all the same.
///
/// # Safety
/// `client` is NULL or a client that was not freed; `request` is NULL or valid with its texts during the call;
/// `operation` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_client_start_token(
    client: *const tollgate_client,
    request: *const tollgate_token_request,
    operation: *mut *mut tollgate_operation,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        start(client, request, operation, error, |handle, request| {
            Ok(match handle.client.get_token(&request.read(&handle.client)?) {
                TokenCall::Ready(grant) => tollgate_operation::ready(grant),
                TokenCall::Pending(pending) => tollgate_operation::token(pending, &handle.runtime)?,
            })
        })
    }
}

/// Asks for a token where these variables point to, and looks at everything that may be in the way of one. It does not fail:
/// what is in the way is in the diagnosis. Nothing that the client has in memory is used or changed; the source that the
/// request names is compared with the one that is asked. `resource_manager` is the address of Azure Resource Manager, which is
/// asked for anything without a token; absent, it is left out.
///
/// # Safety
/// As for tollgate_client_start_token, and for the variables as for tollgate_client_create; `resource_manager` is valid during
/// the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_client_start_diagnosis(
    client: *const tollgate_client,
    variables: *const tollgate_variable,
    count: usize,
    request: *const tollgate_token_request,
    resource_manager: tollgate_text,
    operation: *mut *mut tollgate_operation,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        start(client, request, operation, error, |handle, request| {
            let environment = environment(variables, count)?;
            let (looked_in, manager) = (environment.clone(), resource_manager.read("resource_manager")?);
            let reached = async move {
                match manager {
                    Some(address) => reach(&looked_in, &address).await,
                    None => Vec::new(),
                }
            };
            let request = request.read(&handle.client)?;
            let inquiry = handle.client.diagnose(&environment, &request, reached)?;
            tollgate_operation::diagnosis(inquiry, &handle.runtime)
        })
    }
}

/// A list of the tokens in memory, as of now.
///
/// # Safety
/// `client` is NULL or a client that was not freed; `listing` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_client_list_tokens(
    client: *const tollgate_client,
    listing: *mut *mut tollgate_listing,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (handle, out) = (look(client, "client")?, Out::new(listing, "listing")?);
            out.hand(tollgate_listing::new(&handle.client.list_tokens()));
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Forgets tokens: all with `only` NULL, else those of its identity at its source, and of its resource unless that is absent. A
/// token that is just being asked for goes to those who wait for it and is not kept. `removed` takes how many were in memory.
///
/// # Safety
/// `client` is NULL or a client that was not freed; `only` is NULL or valid with its texts during the call; `removed`
/// is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_client_clear_tokens(
    client: *const tollgate_client,
    only: *const tollgate_token_request,
    removed: *mut usize,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (handle, out) = (look(client, "client")?, Out::new(removed, "removed")?);
            let count = match only.as_ref() {
                None => handle.client.remove_tokens(None),
                Some(only) => {
                    let (identity, resource) = (only.read_identity(&handle.client)?, only.read_resource()?);
                    handle.client.remove_tokens(Some((&identity, resource.as_ref())))
                }
            };
            out.give(count);
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// A look at the machine's gate, as of now.
///
/// # Safety
/// `client` is NULL or a client that was not freed; `gate` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_client_look_at_gate(
    client: *const tollgate_client,
    gate: *mut *mut tollgate_gate,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (handle, out) = (look(client, "client")?, Out::new(gate, "gate")?);
            let state = handle.runtime.block_on(handle.client.gate_state())?;
            out.hand(tollgate_gate::new(&state));
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Frees a client. Operations under way go on.
///
/// # Safety
/// `client` is NULL or a client that was not freed and that no other call is using.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_client_free(client: *mut tollgate_client) {
    // SAFETY: the caller's promise.
    unsafe { pointer::free(client) };
}
