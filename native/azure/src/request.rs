//! A REST request to Azure.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use tollgate_http::Bytes;
use tollgate_identity::Identity;
use zeroize::Zeroizing;

/// A request, and how to get its response.
#[derive(Clone, Debug)]
pub struct RestRequest {
    /// The identity whose token is sent.
    pub identity: Identity,
    /// The HTTP method.
    pub method: Method,
    /// The absolute URL.
    pub uri: String,
    /// The audience of the token, where the user named one; else the host determines it.
    pub audience: Option<String>,
    /// The audiences of the environment, and where their tokens may go.
    pub audiences: Vec<AudienceHosts>,
    /// The body.
    pub body: RestBody,
    /// The `Content-Type`; `application/json` for a text when neither this nor a header names one.
    pub content_type: Option<String>,
    /// Additional headers.
    pub headers: Vec<(String, String)>,
    /// The file that the body of a successful response is written to.
    pub out_file: Option<PathBuf>,
    /// How to wait for the end of a long-running operation; `None` does not wait.
    pub polling: Option<PollingOptions>,
    /// Whether to look for the URL of the next page.
    pub paginate: bool,
    /// Whether to retry after transient errors.
    pub retry: bool,
    /// Whether a response with an error status is returned as an error.
    pub fail_on_http_error: bool,
    /// The timeout of the whole request; `None` for no limit.
    pub timeout: Option<Duration>,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// HEAD
    Head,
    /// POST
    Post,
    /// PUT
    Put,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

/// The body of a request. It may hold a secret and is never printed.
#[derive(Clone, PartialEq, Eq)]
pub enum RestBody {
    /// No body.
    None,
    /// A string, as [`RestBody::text`] keeps it.
    Text(Bytes),
    /// The content of a file, read again for each attempt.
    File(PathBuf),
}

/// An audience, and the hosts its tokens may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudienceHosts {
    /// The audience.
    pub audience: String,
    /// `management.azure.com`; `*.vault.azure.net` for one or more labels before it; or a whole origin such as
    /// `https://arm.local:8443` or, on loopback only, `http://127.0.0.1:8080`.
    pub hosts: Vec<String>,
}

/// How a long-running operation is polled. `None` follows Azure's own rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PollingOptions {
    /// The URL to poll.
    pub poll_from: Option<OperationLink>,
    /// The URL to fetch the result from.
    pub final_result_from: Option<OperationLink>,
}

/// Which URL to poll, or to fetch the result from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationLink {
    /// The URL in `Azure-AsyncOperation`.
    AzureAsyncOperation,
    /// The URL in `Location`.
    Location,
    /// The URL of the first request.
    OriginalUri,
    /// The URL in `Operation-Location`.
    OperationLocation,
}

impl Method {
    /// The method's name in HTTP.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether sending it twice has the effect of sending it once.
    pub(crate) const fn is_idempotent(self) -> bool {
        !matches!(self, Self::Post | Self::Patch)
    }

    /// Whether it only reads.
    pub(crate) const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }
}

impl RestBody {
    /// A string; clones share it, and dropping the last one wipes it.
    pub fn text(text: String) -> Self {
        Self::Text(Bytes::from_owner(Zeroizing::new(text.into_bytes())))
    }
}

impl fmt::Debug for RestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::File(path) => write!(f, "File({})", path.display()),
        }
    }
}
