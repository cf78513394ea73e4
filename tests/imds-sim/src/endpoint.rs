//! What sets the token endpoint of one kind of host apart from the others'. What they have in common, limits, faults,
//! tokens and counts, is in `oauth`.

use std::path::Path;
use std::time::Duration;

use crate::answers::{self, Plain, Refused};
use crate::ask::Ask;
use crate::call::Call;
use crate::options::Options;
use crate::tls::Tls;
use crate::token::Token;

pub(crate) trait Endpoint: Send + Sync {
    /// The path of its URL, without a slash at the end.
    fn path(&self) -> &'static str;

    /// What a program on the host finds in its environment when the endpoint is below this URL.
    fn environment(&self, url: &str) -> Vec<(&'static str, String)>;

    /// What the request asks for, or the answer to one that deserves no token.
    fn ask<'a>(&'a self, call: &Call, options: &'a Options) -> Result<Ask<'a>, Refused>;

    fn success(&self, ask: &Ask<'_>, token: &Token) -> Plain;

    /// The answer to one request too many; there is room for another after `wait`.
    fn throttled(&self, _wait: Duration) -> Plain {
        answers::throttled()
    }

    fn unknown_resource(&self, resource: &str, tenant_id: &str, now: i64) -> Plain {
        answers::unknown_resource(resource, tenant_id, now)
    }

    /// The header by which a client proves that it is on the host.
    fn secret_header(&self) -> Option<&'static str> {
        None
    }

    /// What every answer says of the server.
    fn server(&self) -> Option<&'static str> {
        None
    }

    /// If it is served over TLS.
    fn tls(&self) -> Option<&Tls> {
        None
    }

    /// Where its key files are.
    fn key_folder(&self) -> Option<&Path> {
        None
    }
}
