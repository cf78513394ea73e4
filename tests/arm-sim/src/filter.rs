//! `$filter` of a listing: the comparisons that Azure Resource Manager takes, joined by `and` and `or`, with parentheses.

use imds_sim::Query;
use imds_sim::answers::Refused;
use serde_json::Value;

use crate::errors::bad_request;
use crate::object::group_of;

/// Ways to fit, of which one is enough; no way named is any way.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter(Vec<Terms>);

/// Terms that must all hold.
type Terms = Vec<Term>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    test: Test,
    field: Field,
    value: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Equals,
    Contains,
    StartsWith,
}

#[derive(Clone, Debug, PartialEq, Eq)]
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
        let (ways, rest) = alternatives(text)?;
        rest.is_empty().then_some(Self(ways))
    }

    pub(crate) fn fits(&self, object: &Value) -> bool {
        self.0.is_empty() || self.0.iter().any(|terms| Self::all_hold(terms, object))
    }

    fn all_hold(terms: &[Term], object: &Value) -> bool {
        let tag_is_named = |name: &str| {
            let named = |term: &Term| term.field != Field::TagName || term.test.holds(name, &term.value);
            terms.iter().all(named)
        };
        terms.iter().all(|term| match term.field {
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

/// What is joined by `or`, and what follows it.
fn alternatives(text: &str) -> Option<(Vec<Terms>, &str)> {
    let (mut ways, mut rest) = conjunction(text)?;
    while let Some(after) = keyword(rest, "or ") {
        let (more, after) = conjunction(after)?;
        ways.extend(more);
        rest = after;
    }
    Some((ways, rest))
}

/// What is joined by `and`, which binds closer, and what follows it: each way of one part with each of the others.
fn conjunction(text: &str) -> Option<(Vec<Terms>, &str)> {
    let (mut ways, mut rest) = part(text)?;
    while let Some(after) = keyword(rest, "and ") {
        let (more, after) = part(after)?;
        ways = ways.iter().flat_map(|way| more.iter().map(|other| [&way[..], other].concat())).collect();
        rest = after;
    }
    Some((ways, rest))
}

/// A term, or what stands in parentheses, and what follows it.
fn part(text: &str) -> Option<(Vec<Terms>, &str)> {
    let text = text.trim_start();
    let (ways, rest) = match text.strip_prefix('(') {
        Some(inner) => {
            let (ways, rest) = alternatives(inner)?;
            (ways, rest.strip_prefix(')')?)
        }
        None => {
            let (term, rest) = term(text)?;
            (vec![vec![term]], rest)
        }
    };
    Some((ways, rest.trim_start()))
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
            "name eq 'other' or name eq 'It''s'",
            "name eq 'other' and location eq 'x' or name eq 'It''s'",
            "(name eq 'other' or name eq 'It''s') and (location eq 'westeurope')",
            "location eq 'westeurope' and (name eq 'It''s' OR ( name eq 'other' ))",
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
            "name eq 'other' or location eq 'other'",
            "(name eq 'It''s' or name eq 'other') and location eq 'other'",
            "location eq 'other' and (name eq 'It''s' or name eq 'other')",
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
            "name eq 'a' or",
            "(name eq 'a'",
            "name eq 'a')",
            "()",
            "name eq 'a' and",
            "substringof(name,'a')",
            "startswith(name,'a'",
        ] {
            assert_eq!(Filter::parse(filter), None, "{filter}");
        }
    }
}
