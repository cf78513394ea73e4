//! How a request names the identity it wants: by one parameter, whose spelling depends on the host.

use crate::query::Query;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selector {
    None,
    ClientId(String),
    ObjectId(String),
    ResourceId(String),
}

/// A parameter's name, and what makes a selector of its value.
pub(crate) type Spelling = (&'static str, fn(String) -> Selector);

/// Selectors exclude each other.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TwoSelectors;

impl Selector {
    /// The name of its parameter, as documented for virtual machines.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientId(_) => "client_id",
            Self::ObjectId(_) => "object_id",
            Self::ResourceId(_) => "msi_res_id",
        }
    }

    /// The one that the query has in any of these spellings.
    pub(crate) fn of(query: &Query, spellings: &[Spelling]) -> Result<Self, TwoSelectors> {
        let mut given =
            spellings.iter().filter_map(|(name, selector)| Some(selector(query.get(name)?.to_owned())));
        let selector = given.next().unwrap_or(Self::None);
        if given.next().is_some() { Err(TwoSelectors) } else { Ok(selector) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPELLINGS: [Spelling; 3] =
        [("client_id", Selector::ClientId), ("res", Selector::ResourceId), ("res_id", Selector::ResourceId)];

    fn of(query: &str) -> Result<Selector, TwoSelectors> {
        Selector::of(&Query::parse(Some(query)).unwrap(), &SPELLINGS)
    }

    #[test]
    fn a_selector_is_read_by_any_of_its_names_and_by_no_other() {
        assert_eq!(of("client_id=x"), Ok(Selector::ClientId("x".into())));
        assert_eq!(of("res=x&resource=y"), Ok(Selector::ResourceId("x".into())));
        assert_eq!(of("res_id="), Ok(Selector::ResourceId(String::new())));
        assert_eq!(of("object_id=x"), Ok(Selector::None));
    }

    #[test]
    fn two_spellings_of_one_selector_are_two_selectors() {
        assert_eq!(of("res=a&res_id=a"), Err(TwoSelectors));
    }
}
