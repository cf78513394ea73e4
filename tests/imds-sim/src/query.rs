//! The query of a request, decoded. The service refuses a parameter that is given twice.

use percent_encoding::percent_decode_str;

/// Name of the parameter that was given twice.
#[derive(Debug, PartialEq, Eq)]
pub struct Duplicate(pub String);

/// Names and values in the order in which they were given.
#[derive(Debug, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what follows the question mark.
    pub fn parse(text: Option<&str>) -> Result<Self, Duplicate> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in text.unwrap_or_default().split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = decode(name);
            if pairs.iter().any(|(seen, _)| *seen == name) {
                return Err(Duplicate(name));
            }
            pairs.push((name, decode(value)));
        }
        Ok(Self(pairs))
    }

    /// The value of the parameter with exactly this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(seen, _)| seen == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that is there and not empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded() {
        let query = Query::parse(Some("resource=https%3A%2F%2Fa.b%2F&x=a+b%2Bc&flag&empty=")).unwrap();
        assert_eq!(query.get("resource"), Some("https://a.b/"));
        assert_eq!(query.get("x"), Some("a b+c"));
        assert_eq!(query.get("flag"), Some(""));
        assert_eq!(query.get("empty"), Some(""));
        assert_eq!(query.get("Resource"), None);
        assert_eq!((query.filled("x"), query.filled("empty")), (Some("a b+c"), None));
    }

    #[test]
    fn a_value_may_hold_an_equals_sign() {
        assert_eq!(Query::parse(Some("a=b=c")).unwrap().get("a"), Some("b=c"));
    }

    #[test]
    fn a_parameter_given_twice_is_refused_even_when_spelled_differently() {
        assert_eq!(Query::parse(Some("a=1&b=2&%61=1")), Err(Duplicate("a".into())));
    }

    #[test]
    fn no_query_has_no_parameters() {
        assert_eq!(Query::parse(None).unwrap().get("a"), None);
        assert_eq!(Query::parse(Some("")), Query::parse(None));
    }
}
