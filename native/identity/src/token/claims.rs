//! Claims of a token: parsed, never verified, which is up to the service that receives the token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use zeroize::Zeroizing;

/// The claims in use. All are `None` for a token that is not a JWT.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Claims {
    #[serde(rename = "tid")]
    pub(crate) tenant_id: Option<String>,
    #[serde(rename = "appid")]
    pub(crate) client_id: Option<String>,
    #[serde(rename = "oid")]
    pub(crate) object_id: Option<String>,
    #[serde(rename = "xms_mirid")]
    pub(crate) resource_id: Option<String>,
    #[serde(rename = "aud")]
    pub(crate) audience: Option<Audience>,
}

/// One audience or several (RFC 7519, 4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    pub(crate) fn first(&self) -> Option<&str> {
        match self {
            Self::One(audience) => Some(audience),
            Self::Several(audiences) => audiences.first().map(String::as_str),
        }
    }
}

impl Claims {
    pub(crate) fn parse_unverified(token: &str) -> Self {
        let payload = token.split('.').nth(1).unwrap_or_default();
        let decoded = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).map(Zeroizing::new);
        decoded.ok().and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn the_claims_of_a_jwt_are_read() {
        let claims = Claims::parse_unverified(&token(
            r#"{"tid":"t","appid":"a","oid":"o","xms_mirid":"/r","aud":["x"],"exp":1}"#,
        ));
        assert_eq!(claims.audience.as_ref().and_then(Audience::first), Some("x"));
        assert_eq!(claims.tenant_id.as_deref(), Some("t"));
        assert_eq!(claims.client_id.as_deref(), Some("a"));
        assert_eq!(claims.object_id.as_deref(), Some("o"));
        assert_eq!(claims.resource_id.as_deref(), Some("/r"));
    }

    #[test]
    fn a_token_that_is_no_jwt_has_no_claims() {
        for text in ["", "opaque", "a.b.c", "a.!!.c", &token("[]"), &token(r#"{"tid":5}"#)] {
            assert_eq!(Claims::parse_unverified(text), Claims::default(), "{text}");
        }
    }
}
