//! A 401 that another token may overcome: Azure wants claims (the token was revoked, or what it says is out of date), or the
//! token is over.

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;
use tollgate_identity::ServiceError;

/// Whether a new token is worth a try.
pub(crate) fn needs_new_token(headers: &HeaderMap, said: &ServiceError) -> bool {
    let expired =
        said.code.as_deref().is_some_and(|code| code.eq_ignore_ascii_case("ExpiredAuthenticationToken"));
    let lines = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|line| line.to_str().ok());
    expired
        || lines.flat_map(auth_params).any(|(name, value)| {
            name.eq_ignore_ascii_case("claims") && !value.is_empty()
                || name.eq_ignore_ascii_case("error") && value.eq_ignore_ascii_case("invalid_token")
        })
}

/// The `name=value` pairs of a line, whatever schemes they belong to. What stands in quotes is one value.
fn auth_params(line: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = line;
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
