//! `$filter` of a listing: the comparisons that Azure Resource Manager takes, joined by `and`.

use imds_sim::Query;
use imds_sim::answers::Refused;
use serde_json::Value;

use crate::errors::bad_request;
use crate::resources::group_of;

/// Terms that must all hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter(Vec<Term>);

#[derive(Debug, PartialEq, Eq)]
struct Term {
    test: Test,
    field: Field,
    value: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Test {
    Equals,
    Contains,
    StartsWith,
}

#[derive(Debug, PartialEq, Eq)]
enum Field {
    Name,
    ResourceType,
    ResourceGroup,
    Location,
    TagName,
    TagValue,
}

impl Filter {
    pub(crate) fn of(query: &Query) -> Result<Self, Refused> {
        let Some(text) = query.filled("$filter") else { return Ok(Self::default()) };
        Self::parse(text).ok_or_else(|| {
            let text = format!("Invalid $filter '{text}' specified in the query string.");
            bad_request("InvalidFilterInQueryString", &text)
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        let mut terms = Vec::new();
        loop {
            let (term, after) = term(rest)?;
            terms.push(term);
            rest = after.trim_start();
            if rest.is_empty() {
                return Some(Self(terms));
            }
            rest = keyword(rest, "and ")?;
        }
    }

    pub(crate) fn fits(&self, object: &Value) -> bool {
        let tag_is_named = |name: &str| {
            let named = |term: &Term| term.field != Field::TagName || term.test.holds(name, &term.value);
            self.0.iter().all(named)
        };
        self.0.iter().all(|term| match term.field {
            Field::TagName => tags(object).any(|(name, _)| term.test.holds(name, &term.value)),
            Field::TagValue => {
                tags(object).any(|(name, value)| tag_is_named(name) && term.test.holds(value, &term.value))
            }
            _ => term.test.holds(term.field.of(object), &term.value),
        })
    }
}

impl Test {
    /// Without regard to case.
    fn holds(&self, seen: &str, wanted: &str) -> bool {
        let (seen, wanted) = (seen.to_lowercase(), wanted.to_lowercase());
        match self {
            Self::Equals => seen == wanted,
            Self::Contains => seen.contains(&wanted),
            Self::StartsWith => seen.starts_with(&wanted),
        }
    }
}

impl Field {
    fn parse(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "name" => Self::Name,
            "resourcetype" => Self::ResourceType,
            "resourcegroup" => Self::ResourceGroup,
            "location" => Self::Location,
            "tagname" => Self::TagName,
            "tagvalue" => Self::TagValue,
            _ => return None,
        })
    }

    fn of<'a>(&self, object: &'a Value) -> &'a str {
        let field = match self {
            Self::ResourceGroup => return group_of(object),
            Self::ResourceType => "type",
            Self::Location => "location",
            Self::Name | Self::TagName | Self::TagValue => "name",
        };
        object[field].as_str().unwrap_or_default()
    }
}

fn tags(object: &Value) -> impl Iterator<Item = (&str, &str)> {
    let tags = object["tags"].as_object().into_iter().flatten();
    tags.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
}

/// One term, and what follows it.
fn term(text: &str) -> Option<(Term, &str)> {
    if let Some(rest) = keyword(text, "substringof(") {
        let (value, rest) = literal(rest.trim_start())?;
        let (field, rest) = rest.trim_start().strip_prefix(',')?.split_once(')')?;
        return Some((Term { test: Test::Contains, field: Field::parse(field)?, value }, rest));
    }
    if let Some(rest) = keyword(text, "startswith(") {
        let (field, rest) = rest.split_once(',')?;
        let (value, rest) = literal(rest.trim_start())?;
        let rest = rest.trim_start().strip_prefix(')')?;
        return Some((Term { test: Test::StartsWith, field: Field::parse(field)?, value }, rest));
    }
    let (field, rest) = text.split_once(' ')?;
    let (value, rest) = literal(keyword(rest.trim_start(), "eq ")?.trim_start())?;
    Some((Term { test: Test::Equals, field: Field::parse(field)?, value }, rest))
}

fn keyword<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word)).map(|_| &text[word.len()..])
}

/// A text in quotes, in which two quotes are one, and what follows it.
fn literal(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('\'')?;
    let mut value = String::new();
    loop {
        let (part, after) = rest.split_once('\'')?;
        value.push_str(part);
        match after.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((value, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fits(filter: &str) -> bool {
        Filter::parse(filter).unwrap_or_else(|| panic!("{filter}")).fits(&json!({
            "id": "/subscriptions/s/resourceGroups/RG-One/providers/N.S/t/It's",
            "name": "It's",
            "type": "N.S/t",
            "location": "westeurope",
            "tags": { "Team": "Blue", "Stage": "Test" },
        }))
    }

    #[test]
    fn each_comparison_is_made_without_regard_to_case() {
        for filter in [
            "resourceType eq 'n.s/T'",
            "ResourceGroup EQ 'rg-one'",
            "name eq 'it''s'",
            "location eq 'WestEurope'",
            "substringof('t''', name)",
            "substringof('g-o',resourceGroup)",
            "startswith(name,'it')",
            "startsWith( name , 'I' )",
            "tagName eq 'team'",
            "tagName eq 'Team' and tagValue eq 'blue'",
            "name eq 'It''s' and resourceType eq 'N.S/t' AND resourceGroup eq 'RG-ONE'",
        ] {
            assert!(fits(filter), "{filter}");
        }
    }

    #[test]
    fn one_comparison_that_fails_is_enough() {
        for filter in [
            "resourceType eq 'N.S'",
            "startswith(name,'t')",
            "tagName eq 'Team' and tagValue eq 'Test'",
            "name eq 'It''s' and resourceGroup eq 'other'",
        ] {
            assert!(!fits(filter), "{filter}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for filter in [
            "name",
            "name eq It",
            "name eq 'a",
            "name ne 'a'",
            "colour eq 'red'",
            "name eq 'a' or name eq 'b'",
            "name eq 'a' and",
            "substringof(name,'a')",
            "startswith(name,'a'",
        ] {
            assert_eq!(Filter::parse(filter), None, "{filter}");
        }
    }
}
