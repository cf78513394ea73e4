//! The service's error response, parsed from any of the JSON formats in use.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::redact::redact;

/// An error response of the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceError {
    /// The HTTP status; 0 when there was no response.
    pub status: u16,
    /// The service's code, such as `invalid_request`.
    pub code: Option<String>,
    /// The service's message.
    pub message: Option<String>,
    /// The id by which Microsoft support finds the request.
    pub correlation_id: Option<String>,
    /// The response's `Retry-After`.
    pub retry_after: Option<Duration>,
}

/// Start of the message when there was no response.
pub(crate) const NO_RESPONSE: &str = "the service did not answer";

/// Longest message kept, in characters.
const MAX_MESSAGE_LENGTH: usize = 1000;

impl ServiceError {
    /// Parses flat `error`/`error_description`, flat `message`/`correlationId` in either spelling, nested
    /// `error.code`/`error.message`, and plain text. Pages and empty bodies leave only the status. Secrets that were
    /// sent and tokens are redacted.
    pub fn parse(status: u16, body: &[u8], retry_after: Option<Duration>, secrets: &[&str]) -> Self {
        let mut service_error = Self { status, retry_after, ..Self::default() };
        let Ok(json) = serde_json::from_slice::<Map<String, Value>>(body) else {
            service_error.message = plain_text(body, secrets);
            return service_error;
        };
        let nested = find(&json, "error").and_then(Value::as_object);
        let from =
            |map: Option<&Map<String, Value>>, name| map.and_then(|map| text(find(map, name)?, secrets));
        let flat = Some(&json);
        service_error.code =
            from(flat, "error").or_else(|| from(nested, "code")).or_else(|| from(flat, "code"));
        service_error.message = from(flat, "error_description")
            .or_else(|| from(nested, "message"))
            .or_else(|| from(flat, "message"));
        let id = |map| from(map, "correlationId").or_else(|| from(map, "correlation_id"));
        service_error.correlation_id = id(flat).or_else(|| id(nested));
        service_error
    }

    /// `Retry-After` as the end of a sentence, in seconds rounded up; empty if there is none or it is below 1 s.
    pub fn wait_text(&self) -> String {
        match self.retry_after {
            Some(wait) if wait >= Duration::from_secs(1) => {
                format!(
                    "; it asks to wait {} s",
                    wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0))
                )
            }
            _ => String::new(),
        }
    }

    /// Whether code or message contains `words`, which must be in lower case; case-insensitive.
    pub fn mentions(&self, words: &str) -> bool {
        let holds =
            |text: &Option<String>| text.as_ref().is_some_and(|text| text.to_lowercase().contains(words));
        holds(&self.code) || holds(&self.message)
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            0 => f.write_str(NO_RESPONSE)?,
            status => write!(f, "the service answered HTTP {status}")?,
        }
        if let Some(code) = &self.code {
            write!(f, " {code}")?;
        }
        if let Some(text) = &self.message {
            write!(f, ": {text}")?;
        }
        if let Some(id) = &self.correlation_id {
            write!(f, " (correlation id {id})")?;
        }
        Ok(())
    }
}

fn find<'map>(map: &'map Map<String, Value>, name: &str) -> Option<&'map Value> {
    map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn text(value: &Value, secrets: &[&str]) -> Option<String> {
    sanitize(value.as_str()?, secrets)
}

/// Plain text is kept; a web page is not.
fn plain_text(body: &[u8], secrets: &[&str]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim();
    if text.starts_with(['<', '{', '[']) { None } else { sanitize(text, secrets) }
}

/// Returns one line of bounded length, without secrets and control characters.
fn sanitize(text: &str, secrets: &[&str]) -> Option<String> {
    // First, because a truncated secret would not be found.
    let text = redact(text, secrets);
    let words: Vec<_> = text
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line: String = words.join(" ").chars().take(MAX_MESSAGE_LENGTH).collect();
    let line = line.trim_end_matches('.');
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (Option<String>, Option<String>, Option<String>) {
        let answer = ServiceError::parse(500, body.as_bytes(), None, &[]);
        (answer.code, answer.message, answer.correlation_id)
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn only_known_words_come_with_advice() {
        let advice = |text: &str| {
            crate::advice::for_service_error(&ServiceError { message: some(text), ..ServiceError::default() })
        };
        assert!(
            advice("Identity not found").is_some_and(|advice| advice.contains("is assigned to this machine"))
        );
        assert_eq!(advice("what nobody has said before"), None);
    }

    #[test]
    fn every_envelope_gives_code_text_and_correlation_id() {
        for (body, expected) in [
            (
                r#"{"error":"errorCode","error_description":"Error message"}"#,
                (some("errorCode"), some("Error message"), None),
            ),
            (
                r#"{"error":"e","error_description":"d","correlation_id":"id"}"#,
                (some("e"), some("d"), some("id")),
            ),
            (
                r#"{"statusCode":500,"message":"Error message","correlationId":"id"}"#,
                (None, some("Error message"), some("id")),
            ),
            (
                r#"{"StatusCode":400,"Message":"No MSI found","CorrelationId":"id"}"#,
                (None, some("No MSI found"), some("id")),
            ),
            (
                r#"{"error":{"correlationId":"id","code":"c","message":"m"}}"#,
                (some("c"), some("m"), some("id")),
            ),
            (
                r#"{"error":{"code":"c","message":"m","innererror":{"trace":"t"}}}"#,
                (some("c"), some("m"), None),
            ),
            (r#"{"error":{"code":"c"}}"#, (some("c"), None, None)),
            (r#"{"error":{"message":"m"}}"#, (None, some("m"), None)),
            (r#"{"error_description":"d"}"#, (None, some("d"), None)),
            (r#"{"message":"m"}"#, (None, some("m"), None)),
            (r#"{"notExpectedJson":"someValue"}"#, (None, None, None)),
            ("notExpectedJson", (None, some("notExpectedJson"), None)),
            ("", (None, None, None)),
            ("<html>proxy</html>", (None, None, None)),
            ("[1]", (None, None, None)),
        ] {
            assert_eq!(read(body), expected, "{body}");
        }
    }

    #[test]
    fn a_text_is_one_bounded_line_that_steers_no_terminal() {
        let (_, text, _) = read("a\u{1b}[31m b\r\n\tc.");
        assert_eq!(text, some("a [31m b c"));
        assert_eq!(read(&"x".repeat(5000)).1.unwrap().len(), MAX_MESSAGE_LENGTH);
    }

    #[test]
    fn a_secret_that_is_repeated_is_not_in_the_text_not_even_its_beginning() {
        let body = format!(
            r#"{{"error":"bad hush","error_description":"{} hush","correlationId":"hush"}}"#,
            "x".repeat(996)
        );
        let answer = ServiceError::parse(400, body.as_bytes(), None, &["hush"]);
        assert_eq!((answer.code, answer.correlation_id), (some("bad ***"), some("***")));
        assert_eq!(answer.message.unwrap(), format!("{} ***", "x".repeat(996)));
        assert_eq!(ServiceError::parse(400, b"no hush here", None, &["hush"]).message, some("no *** here"));
    }

    #[test]
    fn the_wait_that_is_asked_for_is_told_in_whole_seconds() {
        let text = |wait: Option<Duration>| {
            ServiceError { retry_after: wait, ..ServiceError::default() }.wait_text()
        };
        let after = |millis| text(Some(Duration::from_millis(millis)));
        assert_eq!((text(None), after(999)), (String::new(), String::new()));
        assert_eq!(
            (after(1_000), after(86_399_001)),
            ("; it asks to wait 1 s".into(), "; it asks to wait 86400 s".into())
        );
        assert_eq!(text(Some(Duration::MAX)), format!("; it asks to wait {} s", u64::MAX));
    }

    #[test]
    fn it_reads_as_a_sentence_with_all_that_was_said() {
        let answer = ServiceError {
            code: some("c"),
            message: some("t"),
            correlation_id: some("i"),
            status: 400,
            retry_after: None,
        };
        assert_eq!(answer.to_string(), "the service answered HTTP 400 c: t (correlation id i)");
        assert_eq!(
            ServiceError { status: 500, ..Default::default() }.to_string(),
            "the service answered HTTP 500"
        );
    }
}
