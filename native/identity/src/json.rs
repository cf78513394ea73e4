//! What is wrong with a text that should be JSON, without repeating any of it.

/// What is wrong, as the end of a sentence whose subject is the text. The parser's own words may tell the text.
pub fn describe_error(error: &serde_json::Error) -> String {
    if is_too_deep(error) {
        // The parser's own limit, which it does not tell.
        return "is nested deeper than 127 levels".to_owned();
    }
    format!("is no JSON (line {}, column {})", error.line(), error.column())
}

/// Whether the text may well be JSON, and is only too deep to be read. The parser counts this as an error of syntax, and only its
/// words say so.
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
