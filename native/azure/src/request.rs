//! One wish for an answer of Azure's.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use tollgate_http::Bytes;
use tollgate_identity::Identity;
use zeroize::Zeroizing;

/// A request and how its answer is to be had.
#[derive(Clone, Debug)]
pub struct RestRequest {
    /// Whose token goes with it.
    pub identity: Identity,
    /// How it is asked.
    pub method: Method,
    /// The whole address.
    pub uri: String,
    /// The audience of the token, where the user named one.
    pub audience: Option<String>,
    /// The audiences known, and where their tokens may go.
    pub audiences: Vec<AudienceHosts>,
    /// The body.
    pub body: RestBody,
    /// The kind of the body; `application/json` for a text when none is named.
    pub content_type: Option<String>,
    /// Further header lines.
    pub headers: Vec<(String, String)>,
    /// The file the answer's body goes to.
    pub out_file: Option<PathBuf>,
    /// Whether, and how, the end of a long-running operation is waited for.
    pub polling: Option<PollingOptions>,
    /// Whether the address of the next page is looked for.
    pub paginate: bool,
    /// Whether passing trouble is waited out.
    pub retry: bool,
    /// Whether an answer with the status of an error is an error.
    pub fail_on_http_error: bool,
    /// The time there is in all; nothing for no end.
    pub timeout: Option<Duration>,
}

/// How something is asked.
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
    /// None.
    None,
    /// A text, as [`RestBody::text`] keeps it.
    Text(Bytes),
    /// What a file holds, read anew for each try.
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

/// How the end of a long-running operation is found. Nothing named: as Azure's own rules have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PollingOptions {
    /// Where the operation's state is asked for.
    pub poll_from: Option<OperationLink>,
    /// Where its result is had from.
    pub final_result_from: Option<OperationLink>,
}

/// Where the state of an operation is asked for, or its result is had from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationLink {
    /// The address in `Azure-AsyncOperation`.
    AzureAsyncOperation,
    /// The address in `Location`.
    Location,
    /// The address that was asked first.
    OriginalUri,
    /// The address in `Operation-Location`.
    OperationLocation,
}

impl Method {
    /// The method as it is sent.
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

    /// Whether asking twice does what asking once does.
    pub(crate) const fn is_idempotent(self) -> bool {
        !matches!(self, Self::Post | Self::Patch)
    }

    /// Whether it only looks.
    pub(crate) const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }
}

impl RestBody {
    /// A text; copies share it, and the last one to go wipes it.
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
