//! Whether the token of a request is good here, and the challenge that says why not, in each service's own words.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::StatusCode;
use hyper::header::WWW_AUTHENTICATE;
use imds_sim::TENANT_ID;
use imds_sim::answers::{self, Plain, Refused};
use jiff::Timestamp;

use crate::bearer::{Bearer, Presented};
use crate::blob;
use crate::call::Origin;
use crate::errors::envelope;
use crate::hosts::Kind;

/// The first thing that is wrong with it.
#[derive(Debug, PartialEq)]
enum Flaw {
    Missing,
    Unreadable,
    Audience(String),
    Expired(i64),
    Revoked,
}

/// `revoked` tells a token that met a claims challenge.
pub(crate) fn check(
    presented: &Presented,
    origin: &Origin,
    revoked: impl FnOnce(&Bearer) -> bool,
    now: Timestamp,
) -> Result<(), Refused> {
    match flaw(presented, origin, revoked, now.as_second()) {
        None => Ok(()),
        Some(flaw) => Err(Box::new(challenge(&flaw, origin.kind, now))),
    }
}

fn flaw(
    presented: &Presented,
    origin: &Origin,
    revoked: impl FnOnce(&Bearer) -> bool,
    now: i64,
) -> Option<Flaw> {
    if origin.kind == Kind::Open {
        return None;
    }
    let bearer = match presented {
        Presented::Nothing => return Some(Flaw::Missing),
        Presented::Unreadable => return Some(Flaw::Unreadable),
        Presented::Token(bearer) => bearer,
    };
    let claims = &bearer.claims;
    if !origin.kind.takes(&origin.host, &claims.audience) {
        Some(Flaw::Audience(claims.audience.clone()))
    } else if claims.expires_on <= now {
        Some(Flaw::Expired(claims.expires_on))
    } else if revoked(bearer) {
        Some(Flaw::Revoked)
    } else {
        None
    }
}

fn challenge(flaw: &Flaw, kind: Kind, now: Timestamp) -> Plain {
    let (code, message) = words(flaw, kind, now);
    let mut answer = match kind {
        Kind::Blob => blob::xml(StatusCode::UNAUTHORIZED, code, &message),
        _ => envelope(StatusCode::UNAUTHORIZED, code, &message),
    };
    let header = match (flaw, kind) {
        (Flaw::Revoked, _) => format!(
            r#"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="{}""#,
            STANDARD.encode(format!(
                r#"{{"access_token":{{"nbf":{{"essential":true,"value":"{}"}}}}}}"#,
                now.as_second()
            ))
        ),
        (_, Kind::Vault) => format!(
            r#"Bearer authorization="https://login.microsoftonline.com/{TENANT_ID}", resource="https://vault.azure.net""#
        ),
        (_, Kind::Blob) => format!(
            "Bearer authorization_uri=https://login.microsoftonline.com/{TENANT_ID}/oauth2/authorize resource_id=https://storage.azure.com"
        ),
        _ => format!(
            r#"Bearer authorization_uri="https://login.windows.net/", error="invalid_token", error_description="{message}""#
        ),
    };
    answers::set(&mut answer, WWW_AUTHENTICATE, &header);
    answer
}

fn words(flaw: &Flaw, kind: Kind, now: Timestamp) -> (&'static str, String) {
    let time = |seconds| Timestamp::from_second(seconds).unwrap_or_default().strftime("%m/%d/%Y %H:%M:%S");
    match (flaw, kind) {
        (Flaw::Missing, Kind::Vault) => {
            ("Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.".into())
        }
        (Flaw::Missing, Kind::Graph) => ("InvalidAuthenticationToken", "Access token is empty.".into()),
        (Flaw::Missing, Kind::Blob) => {
            ("NoAuthenticationInformation", "Server failed to authenticate the request.".into())
        }
        (Flaw::Missing, _) => {
            ("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.".into())
        }
        (Flaw::Unreadable, _) => ("InvalidAuthenticationToken", "The access token is invalid.".into()),
        (Flaw::Audience(audience), _) => (
            "InvalidAuthenticationTokenAudience",
            format!(
                "The access token has been obtained for wrong audience or resource '{audience}'. It should exactly match with one of the allowed audiences '{}'.",
                kind.audiences().join("','")
            ),
        ),
        (Flaw::Expired(seconds), _) => (
            "ExpiredAuthenticationToken",
            format!(
                "The access token expiry UTC time '{}' is earlier than current UTC time '{}'.",
                time(*seconds),
                time(now.as_second())
            ),
        ),
        (Flaw::Revoked, _) => (
            "InvalidAuthenticationToken",
            "Continuous access evaluation resulted in challenge: the token has been revoked.".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;
    use hyper::header::AUTHORIZATION;
    use imds_sim::{Identity, Mint};

    use super::*;

    fn token(audience: &str, lifetime: i64) -> Presented {
        let token = Mint::new(TENANT_ID, 0).issue(&Identity::first(), audience, 1_000, lifetime).text;
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        Presented::of(&headers)
    }

    fn of(host: &str, presented: &Presented, revoked: bool) -> Option<Flaw> {
        let kind = Kind::of(host, &["evil.example".into()]).unwrap();
        flaw(presented, &Origin { scheme: "https", host: host.into(), kind }, |_| revoked, 1_050)
    }

    #[test]
    fn the_first_flaw_is_told() {
        let vault = "https://vault.azure.net";
        let host = "a.vault.azure.net";
        assert_eq!(of(host, &Presented::Nothing, true), Some(Flaw::Missing));
        assert_eq!(of(host, &Presented::Unreadable, true), Some(Flaw::Unreadable));
        assert_eq!(of(host, &token("x", 0), true), Some(Flaw::Audience("x".into())));
        assert_eq!(of(host, &token(vault, 50), true), Some(Flaw::Expired(1_050)));
        assert_eq!(of(host, &token(vault, 51), true), Some(Flaw::Revoked));
        assert_eq!(of(host, &token(vault, 51), false), None);
    }

    #[test]
    fn a_stranger_takes_anything() {
        assert_eq!(of("evil.example", &Presented::Nothing, true), None);
        assert_eq!(of("evil.example", &token("x", 0), true), None);
    }
}
