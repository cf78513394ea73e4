//! Parses the token from a response body.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use tollgate_core::Clock;
use zeroize::Zeroizing;

use crate::json;
use crate::resource::Resource;
use crate::token::AccessToken;
use crate::token::expiry;

/// The fields in use; others are ignored.
#[derive(Deserialize)]
struct TokenResponse<'body> {
    #[serde(borrow, default)]
    access_token: Option<Cow<'body, str>>,
    #[serde(borrow, default)]
    token_type: Option<Cow<'body, str>>,
    #[serde(default)]
    expires_on: Option<Value>,
    #[serde(default)]
    expires_in: Option<Value>,
}

const OTHER_KIND: &str = "the answer's fields are not of the expected kind";

/// Parses the token. The error describes what is wrong without repeating any of the body.
pub(crate) fn parse(body: &[u8], resource: &Resource, clock: &dyn Clock) -> Result<AccessToken, String> {
    let response: TokenResponse<'_> =
        serde_json::from_slice(body).map_err(|error| parse_error(body, &error))?;
    // serde would also accept an array of the fields in order.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(OTHER_KIND.to_owned());
    }
    let secret = match response.access_token {
        Some(token) if !token.is_empty() => Zeroizing::new(token.into_owned()),
        _ => return Err("it holds no access_token".to_owned()),
    };
    let expiry = expiry::read(response.expires_on.as_ref(), response.expires_in.as_ref(), clock.unix_now())
        .map_err(|fault| fault.to_string())?;
    let token_type = response
        .token_type
        .filter(|kind| !kind.is_empty())
        .map_or_else(|| "Bearer".to_owned(), Cow::into_owned);
    Ok(AccessToken::new(secret, resource.clone(), token_type, expiry, clock.now()))
}

fn parse_error(body: &[u8], error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        _ if body.is_empty() => "the answer is empty".to_owned(),
        _ if is_html(body) => "a web page answered; a proxy may stand in between".to_owned(),
        _ if json::is_too_deep(error) => format!("the answer {}", json::describe_error(error)),
        Category::Data => OTHER_KIND.to_owned(),
        _ => "the answer is not JSON".to_owned(),
    }
}

/// Whether the body is a web page.
pub(crate) fn is_html(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'<')
}

#[cfg(test)]
mod tests {
    use tollgate_core::BootInstant;

    use super::*;

    struct Fixed;

    impl Clock for Fixed {
        fn now(&self) -> BootInstant {
            BootInstant::from_nanos(1)
        }

        fn unix_now(&self) -> i64 {
            1_643_226_000
        }
    }

    fn resource() -> Resource {
        Resource::parse("https://x").unwrap()
    }

    fn fault(body: &str) -> String {
        parse(body.as_bytes(), &resource(), &Fixed).unwrap_err()
    }

    #[test]
    fn the_recorded_answer_in_which_everything_is_text_is_read() {
        let body = r#"{"access_token":"abc","client_id":"c","expires_in":"86311","expires_on":"1643312761",
            "ext_expires_in":"86399","not_before":"1643226061","resource":"https://storage.azure.com","token_type":"Bearer"}"#;
        let token = parse(body.as_bytes(), &resource(), &Fixed).unwrap();
        assert_eq!(
            (token.secret(), token.token_type(), token.expires_on()),
            ("abc", "Bearer", 1_643_312_761)
        );
    }

    #[test]
    fn a_token_of_no_named_kind_is_a_bearer_token() {
        for (told, kind) in
            [("", "Bearer"), (r#","token_type":"""#, "Bearer"), (r#","token_type":"pop""#, "pop")]
        {
            let body = format!(r#"{{"access_token":"abc","expires_in":60{told}}}"#);
            assert_eq!(parse(body.as_bytes(), &resource(), &Fixed).unwrap().token_type(), kind, "{told}");
        }
    }

    #[test]
    fn escapes_in_the_token_are_resolved() {
        let token = parse(br#"{"access_token":"a\/b","expires_in":60}"#, &resource(), &Fixed).unwrap();
        assert_eq!(token.secret(), "a/b");
    }

    #[test]
    fn what_is_wrong_is_named_and_nothing_is_repeated() {
        assert_eq!(fault(""), "the answer is empty");
        assert_eq!(fault("secret"), "the answer is not JSON");
        let deep = format!(r#"{{"access_token":"secret","expires_in":{}"#, "[".repeat(200));
        assert_eq!(fault(&deep), "the answer is nested deeper than 127 levels");
        assert_eq!(fault("  <!DOCTYPE html>"), "a web page answered; a proxy may stand in between");
        assert_eq!(fault("{}"), "it holds no access_token");
        assert_eq!(fault(r#"{"access_token":"","expires_in":"60"}"#), "it holds no access_token");
        assert_eq!(fault(r#"{"access_token":"secret"}"#), "it does not say when the token expires");
        assert_eq!(
            fault(r#"{"access_token":"secret","expires_on":"soon"}"#),
            "the time at which the token expires cannot be read"
        );
        assert_eq!(fault(r#"{"access_token":"secret","expires_on":"5"#), "the answer is not JSON");
        assert_eq!(
            fault(r#"{"access_token":"secret","expires_on":"1565244611"}"#),
            "the token has expired already"
        );
        for other in [r#"{"access_token":["secret"]}"#, r#" ["secret","Bearer",null,60]"#, "7"] {
            assert_eq!(fault(other), "the answer's fields are not of the expected kind", "{other}");
        }
        // Less and more than an answer, which is neither.
        assert_eq!(fault("{"), "the answer is not JSON");
    }
}
