//! A 401 that a new token may resolve: Azure sends a claims challenge (the token was revoked, or its claims are
//! outdated), or the token has expired.

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;
use tollgate_identity::ServiceError;

/// Whether to retry with a new token.
pub(crate) fn needs_new_token(headers: &HeaderMap, service_error: &ServiceError) -> bool {
    let expired = service_error
        .code
        .as_deref()
        .is_some_and(|code| code.eq_ignore_ascii_case("ExpiredAuthenticationToken"));
    let challenges = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
    expired
        || challenges.flat_map(auth_params).any(|(name, value)| {
            name.eq_ignore_ascii_case("claims") && !value.is_empty()
                || name.eq_ignore_ascii_case("error") && value.eq_ignore_ascii_case("invalid_token")
        })
}

/// The `name=value` pairs of a header, whatever schemes they belong to. A quoted string is one value.
fn auth_params(header: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = header;
    while let Some((before, after)) = rest.split_once('=') {
        let name = before.rsplit([',', ' ', '\t']).next().unwrap_or_default();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_at(after.find([',', ' ', '\t']).unwrap_or(after.len())),
        };
        found.push((name, value));
        rest = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn wants(line: &str, code: Option<&str>) -> bool {
        let lines = HeaderMap::from_iter([(WWW_AUTHENTICATE, HeaderValue::try_from(line).unwrap())]);
        needs_new_token(&lines, &ServiceError { code: code.map(str::to_owned), ..ServiceError::default() })
    }

    #[test]
    fn claims_an_invalid_token_and_an_expired_one_are_worth_a_new_one() {
        for line in [
            r#"Bearer realm="", authorization_uri="https://login/x", error="insufficient_claims", claims="eyJ9==""#,
            "Bearer claims=eyJ9",
            r#"Basic realm="a,b=c", Bearer error="invalid_token", error_description="it, ended=1""#,
            "Bearer ERROR=Invalid_Token",
        ] {
            assert!(wants(line, None), "{line}");
        }
        assert!(wants("Bearer", Some("ExpiredAuthenticationToken")));
    }

    #[test]
    fn nothing_else_is() {
        for line in [
            "Bearer",
            "",
            r#"Bearer claims="""#,
            r#"Bearer error="insufficient_scope""#,
            r#"Bearer realm="claims=x""#,
            r#"Bearer realm=" error=invalid_token""#,
            r#"Bearer error_description="claims=x"#,
            "Bearer notclaims=x",
        ] {
            assert!(!wants(line, Some("AuthenticationFailed")), "{line}");
        }
    }
}
