//! The token that a request carries, as far as it can be read: nobody signed it, so nobody checks a signature.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use ring::digest::{SHA256, digest};
use serde::Deserialize;

/// What came in `Authorization`.
#[derive(Debug)]
pub(crate) enum Presented {
    Nothing,
    /// Something else than a bearer's token.
    Unreadable,
    Token(Bearer),
}

#[derive(Debug)]
pub(crate) struct Bearer {
    /// Tells tokens apart without telling them.
    pub(crate) id: String,
    pub(crate) claims: Claims,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    #[serde(rename = "aud")]
    pub(crate) audience: String,
    #[serde(rename = "exp")]
    pub(crate) expires_on: i64,
    #[serde(rename = "appid", default)]
    pub(crate) app_id: String,
    #[serde(rename = "oid", default)]
    pub(crate) object_id: String,
}

impl Presented {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(AUTHORIZATION) else { return Self::Nothing };
        let token = value.to_str().ok().and_then(|text| text.split_once(' '));
        match token {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                read(token).map_or(Self::Unreadable, |claims| Self::Token(Bearer { id: id(token), claims }))
            }
            _ => Self::Unreadable,
        }
    }

    pub(crate) fn token(&self) -> Option<&Bearer> {
        match self {
            Self::Token(bearer) => Some(bearer),
            Self::Nothing | Self::Unreadable => None,
        }
    }
}

fn read(token: &str) -> Option<Claims> {
    let claims = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

fn id(token: &str) -> String {
    hex(&digest(&SHA256, token.as_bytes()).as_ref()[..6])
}

/// Two digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a text takes what is written");
    }
    text
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;
    use imds_sim::{FIRST_CLIENT_ID, Identity, Mint, TENANT_ID};

    use super::*;

    fn presented(value: &str) -> Presented {
        Presented::of(&[(AUTHORIZATION, HeaderValue::from_str(value).unwrap())].into_iter().collect())
    }

    #[test]
    fn a_token_of_the_metadata_service_is_read() {
        let mint = Mint::new(TENANT_ID, 0);
        let issue = || mint.issue(&Identity::first(), "https://vault.azure.net", 1_000, 60).text;
        let (one, other) = (issue(), issue());
        let Presented::Token(bearer) = presented(&format!("bearer {one}")) else { panic!("no token") };
        assert_eq!(bearer.claims.audience, "https://vault.azure.net");
        assert_eq!((bearer.claims.expires_on, bearer.claims.app_id.as_str()), (1_060, FIRST_CLIENT_ID));
        assert_eq!((bearer.id.len(), one.contains(&bearer.id)), (12, false));
        assert_ne!(id(&other), bearer.id);
    }

    #[test]
    fn anything_else_is_not() {
        for value in ["Bearer", "Basic YTpi", "Bearer a.b.c", "Bearer a", "Bearer "] {
            assert!(matches!(presented(value), Presented::Unreadable), "{value}");
        }
        assert!(matches!(Presented::of(&HeaderMap::new()), Presented::Nothing));
    }
}
