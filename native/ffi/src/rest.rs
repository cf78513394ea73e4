//! A request to Azure as it comes from C.

use tollgate_azure::{AudienceHosts, Method, OperationLink, PollingOptions, RestBody, RestRequest};
use tollgate_identity::TokenClient;

use crate::client::{start, tollgate_client};
use crate::error::tollgate_error;
use crate::operation::{Outcome, tollgate_operation};
use crate::pointer::look_along;
use crate::report::Report;
use crate::request::tollgate_token_request;
use crate::response::tollgate_header;
use crate::status::tollgate_status;
use crate::text::tollgate_text;

/// Where tokens of one audience may go.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_realm {
    /// What the tokens are for.
    pub audience: tollgate_text,
    /// The first host: a name, `*.` and the end of names, or a whole origin such as `http://127.0.0.1:8080`. Plain http is
    /// for loopback only.
    pub hosts: *const tollgate_text,
    /// The number of hosts.
    pub host_count: usize,
}

/// Where the state of a long-running operation, or its result, is read from.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tollgate_link {
    /// Where the answer itself points.
    TOLLGATE_LINK_DEFAULT = 0,
    /// The header line Azure-AsyncOperation.
    TOLLGATE_LINK_AZURE_ASYNC_OPERATION = 1,
    /// The header line Location.
    TOLLGATE_LINK_LOCATION = 2,
    /// The address of the request itself.
    TOLLGATE_LINK_ORIGINAL_URI = 3,
    /// The header line Operation-Location.
    TOLLGATE_LINK_OPERATION_LOCATION = 4,
}

/// A request to Azure.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_rest_request {
    /// Who asks. Its resource is what the token is for; absent, it is found from the address. Its time is for the whole
    /// request; 0 means no end.
    pub token: tollgate_token_request,
    /// The HTTP method.
    pub method: tollgate_text,
    /// The whole address.
    pub uri: tollgate_text,
    /// The content; absent for none.
    pub body: tollgate_text,
    /// A file whose content is sent instead.
    pub body_file: tollgate_text,
    /// The content's type; absent for JSON.
    pub content_type: tollgate_text,
    /// A file that takes the answer's content.
    pub out_file: tollgate_text,
    /// The first of further header lines.
    pub headers: *const tollgate_header,
    /// The number of further header lines.
    pub header_count: usize,
    /// The first of the realms in which tokens may be sent.
    pub realms: *const tollgate_realm,
    /// The number of realms.
    pub realm_count: usize,
    /// 1: a long-running operation is waited for.
    pub wait: u32,
    /// Where its state is read from: a tollgate_link.
    pub poll_from: u32,
    /// Where its result is read from: a tollgate_link.
    pub final_from: u32,
    /// 1: refusals and failures are not asked again.
    pub no_retry: u32,
    /// 1: an HTTP status that tells of an error is a failure of the operation.
    pub strict: u32,
    /// 1: the address of the next page is looked for.
    pub paginate: u32,
}

impl tollgate_realm {
    /// # Safety
    /// The texts and hosts are valid during the call.
    unsafe fn read(&self) -> Result<AudienceHosts, Report> {
        // SAFETY: the caller's promise.
        unsafe {
            let audience = self.audience.read("audience")?.unwrap_or_default();
            let hosts =
                look_along(self.hosts, self.host_count, "hosts")?.iter().map(|host| host.read("hosts"));
            let hosts: Vec<_> = hosts.collect::<Result<_, _>>()?;
            Ok(AudienceHosts { audience, hosts: hosts.into_iter().flatten().collect() })
        }
    }
}

impl tollgate_rest_request {
    /// # Safety
    /// The texts and arrays are valid during the call.
    unsafe fn read(&self, client: &TokenClient) -> Result<RestRequest, Report> {
        // SAFETY: the caller's promise, here and below.
        unsafe {
            let body = match (self.body_file.read("InFile")?, self.body.read("Payload")?) {
                (Some(_), Some(_)) => return Err(Report::argument("InFile", "excludes Payload")),
                (Some(file), None) => RestBody::File(file.into()),
                (None, Some(text)) => RestBody::text(text),
                (None, None) => RestBody::None,
            };
            let header = |header: &tollgate_header| {
                let (name, value) = (header.name.read("Headers")?, header.value.read("Headers")?);
                Ok((name.unwrap_or_default(), value.unwrap_or_default()))
            };
            let headers = look_along(self.headers, self.header_count, "headers")?.iter().map(header);
            let realms =
                look_along(self.realms, self.realm_count, "realms")?.iter().map(|realm| realm.read());
            Ok(RestRequest {
                identity: self.token.read_identity(client)?,
                method: method(self.method.read("Method")?.as_deref())?,
                uri: self.uri.read("Uri")?.unwrap_or_default(),
                audience: self.token.resource.read("ResourceId")?,
                audiences: realms.collect::<Result<_, Report>>()?,
                body,
                content_type: self.content_type.read("ContentType")?,
                headers: headers.collect::<Result<_, Report>>()?,
                out_file: self.out_file.read("OutFile")?.map(Into::into),
                polling: match self.wait {
                    0 => None,
                    _ => Some(PollingOptions {
                        poll_from: link(self.poll_from, "PollFrom")?,
                        final_result_from: link(self.final_from, "FinalResultFrom")?,
                    }),
                },
                paginate: self.paginate != 0,
                retry: self.no_retry == 0,
                fail_on_http_error: self.strict != 0,
                timeout: self.token.budget(),
            })
        }
    }
}

fn method(name: Option<&str>) -> Result<Method, Report> {
    const METHODS: [Method; 6] =
        [Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch, Method::Delete];
    let name = name.unwrap_or("GET");
    let fits = |method: &Method| method.as_str().eq_ignore_ascii_case(name);
    METHODS.into_iter().find(fits).ok_or_else(|| Report::argument("Method", "is none that Azure knows"))
}

/// What comes from C may be any number, so it comes as one.
fn link(number: u32, field: &'static str) -> Result<Option<OperationLink>, Report> {
    const LINKS: [(tollgate_link, Option<OperationLink>); 5] = [
        (tollgate_link::TOLLGATE_LINK_DEFAULT, None),
        (tollgate_link::TOLLGATE_LINK_AZURE_ASYNC_OPERATION, Some(OperationLink::AzureAsyncOperation)),
        (tollgate_link::TOLLGATE_LINK_LOCATION, Some(OperationLink::Location)),
        (tollgate_link::TOLLGATE_LINK_ORIGINAL_URI, Some(OperationLink::OriginalUri)),
        (tollgate_link::TOLLGATE_LINK_OPERATION_LOCATION, Some(OperationLink::OperationLocation)),
    ];
    let found = LINKS.into_iter().find(|(link, _)| *link as u32 == number);
    found.map(|(_, from)| from).ok_or_else(|| Report::argument(field, "is no tollgate_link"))
}

/// Asks Azure with a token of the identity. Whatever the HTTP status, the operation ends with the response, unless the
/// request is strict.
///
/// # Safety
/// `client` is NULL or a client that was not freed; `request` is NULL or valid with its texts and arrays during the call;
/// `operation` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_client_start_rest(
    client: *const tollgate_client,
    request: *const tollgate_rest_request,
    operation: *mut *mut tollgate_operation,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        start(client, request, operation, error, |handle, request| {
            let outcome = |response| Outcome::Response(Box::new(response));
            tollgate_operation::undertaking(
                handle.azure.rest(request.read(&handle.client)?),
                outcome,
                &handle.runtime,
            )
        })
    }
}
