//! Describes why a text is not valid JSON, without repeating any of it.

/// Describes the error as the end of a sentence about the text. The message of `serde_json` may quote the text.
pub fn describe_error(error: &serde_json::Error) -> String {
    if is_too_deep(error) {
        // serde_json's own limit, which its message does not contain.
        return "is nested deeper than 127 levels".to_owned();
    }
    format!("is no JSON (line {}, column {})", error.line(), error.column())
}

/// Whether the text is only nested too deeply to be parsed, and may be JSON. `serde_json` reports this as a syntax
/// error that only the message distinguishes.
pub(crate) fn is_too_deep(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("recursion limit exceeded")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn read(text: &str) -> Result<Value, String> {
        serde_json::from_str(text).map_err(|error| describe_error(&error))
    }

    #[test]
    fn what_is_too_deep_is_not_called_no_json() {
        let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
        assert!(read(&nested(127)).is_ok());
        assert_eq!(read(&nested(128)).unwrap_err(), "is nested deeper than 127 levels");
        assert_eq!(read("{\n5}").unwrap_err(), "is no JSON (line 2, column 1)");
    }
}
