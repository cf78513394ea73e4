//! Entry points of the fuzz targets: every parser of external bytes, with the assertions that hold for any input.

use std::path::Path;

use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue};
use serde_json::Value;
use tollgate_core::{BootInstant, Clock};

use crate::asset_tag;
use crate::resource::Resource;
use crate::service_error::ServiceError;
use crate::source::challenge;
use crate::token::claims::Claims;
use crate::token::expiry;
use crate::token::token_response;

const NOW: i64 = 1_800_000_000;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> BootInstant {
        BootInstant::from_nanos(1_000_000_000_000)
    }

    fn unix_now(&self) -> i64 {
        NOW
    }
}

/// A token response body.
pub fn token(body: &[u8]) {
    let Ok(resource) = Resource::parse("https://x") else { return };
    match token_response::parse(body, &resource, &Fixed) {
        Ok(token) => {
            assert!(!token.secret().is_empty() && token.is_valid(Fixed.now()), "a token is there and good");
            let _ = (token.refresh_on(), token.is_fresh(Fixed.now()), token.audience(), token.tenant_id());
        }
        // The messages are our own, and never as long as a body may be.
        Err(fault) => assert!(fault.len() < 200, "{fault}"),
    }
}

/// An error response body.
pub fn refusal(body: &[u8]) {
    let service_error = ServiceError::parse(400, body, None, &[]);
    let shown = service_error.to_string();
    assert!(!shown.chars().any(char::is_control), "nothing that steers a terminal is shown");
    let _ = (crate::advice::for_service_error(&service_error), service_error.mentions("identity"));
}

/// An expiry value.
pub fn expiry(text: &str) {
    let value = Value::from(text);
    for (on, within) in [(Some(&value), None), (None, Some(&value)), (Some(&value), Some(&value))] {
        if let Ok(expiry) = expiry::read(on, within, NOW) {
            assert!(expiry.expires_in > 0, "a time that is over is none");
        }
    }
}

/// SMBIOS tables: parsing terminates on any input.
pub fn firmware(table: &[u8]) {
    let tag = asset_tag::parse_smbios(table);
    assert!(tag.is_none_or(|tag| tag.len() <= table.len() * 3), "no tag is longer than the table");
}

/// A challenge; whatever it names, nothing outside a directory that does not exist is read.
pub fn challenge(line: &[u8]) {
    let Ok(line) = HeaderValue::from_bytes(line) else { return };
    let headers = HeaderMap::from_iter([(WWW_AUTHENTICATE, line)]);
    assert!(challenge::read_key(&headers, Some(Path::new("/nowhere/tokens"))).is_err());
}

/// The claims of a token.
pub fn claims(token: &str) {
    let _ = Claims::parse_unverified(token);
}
