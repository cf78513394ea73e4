//! What a token request asks for. And why it deserves no token of a virtual machine: the checks in the service's
//! order. Pure.

use hyper::Method;
use hyper::http::request::Parts;

use crate::answers::{self, Plain};
use crate::identities::{Identity, NoIdentity, find};
use crate::options::Options;
use crate::query::{Duplicate, Query};
use crate::selectors::{Selector, Spelling, TwoSelectors};
use crate::versions;

const SELECTORS: [Spelling; 4] = [
    ("client_id", Selector::ClientId),
    ("object_id", Selector::ObjectId),
    ("msi_res_id", Selector::ResourceId),
    ("mi_res_id", Selector::ResourceId),
];

/// A request that deserves a token.
#[derive(Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) identity: &'a Identity,
    pub(crate) selector: Selector,
    pub(crate) resource: String,
}

/// The first check that failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Forwarded,
    Method,
    NoMetadataHeader,
    GivenTwice(String),
    ApiVersion,
    NoResource,
    TwoSelectors,
    NoIdentity(NoIdentity),
}

impl<'a> Ask<'a> {
    pub(crate) fn of(head: &Parts, options: &'a Options) -> Result<Self, Refusal> {
        if is_forwarded(head) {
            return Err(Refusal::Forwarded);
        }
        if head.method != Method::GET {
            return Err(Refusal::Method);
        }
        if !has_metadata_header(head) {
            return Err(Refusal::NoMetadataHeader);
        }
        let query = Query::parse(head.uri.query()).map_err(|Duplicate(name)| Refusal::GivenTwice(name))?;
        if !versions::know_identities(&query) {
            return Err(Refusal::ApiVersion);
        }
        let resource = query.filled("resource").ok_or(Refusal::NoResource)?;
        let selector = Selector::of(&query, &SELECTORS).map_err(|TwoSelectors| Refusal::TwoSelectors)?;
        let identity =
            find(options.system.as_ref(), &options.user, &selector).map_err(Refusal::NoIdentity)?;
        Ok(Self { identity, selector, resource: resource.to_owned() })
    }
}

impl Refusal {
    pub(crate) fn answer(&self, options: &Options) -> Plain {
        match self {
            Self::Forwarded => answers::forwarded(options.forwarded_status),
            Self::Method => answers::wrong_method(),
            Self::NoMetadataHeader => answers::invalid_request("Required metadata header not specified"),
            Self::GivenTwice(name) => {
                answers::invalid_request(&format!("Query variable '{name}' is given more than once"))
            }
            Self::ApiVersion => answers::wrong_api_version(),
            Self::NoResource => answers::invalid_request("Required query variable 'resource' is missing"),
            Self::TwoSelectors => answers::invalid_request(
                "Only one of client_id, object_id and msi_res_id may be specified in the token request",
            ),
            Self::NoIdentity(NoIdentity::NotFound) => answers::invalid_request("Identity not found"),
            Self::NoIdentity(NoIdentity::Multiple) => answers::invalid_request(answers::MULTIPLE),
        }
    }
}

pub(crate) fn is_forwarded(head: &Parts) -> bool {
    head.headers.contains_key("x-forwarded-for")
}

pub(crate) fn has_metadata_header(head: &Parts) -> bool {
    head.headers.get("metadata").is_some_and(|value| value == "true")
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    const URL: &str = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=r";

    fn head(method: &str, url: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn refusal(head: &Parts) -> Refusal {
        Ask::of(head, &Options { system: None, ..Options::default() }).unwrap_err()
    }

    fn with_query(query: &str) -> Refusal {
        refusal(&head("GET", &format!("{URL}{query}"), &[("Metadata", "true")]))
    }

    #[test]
    fn the_first_fault_in_the_order_of_the_service_is_told() {
        let forwarded = [("X-Forwarded-For", "10.0.0.1")];
        assert_eq!(refusal(&head("POST", "/?a=1&a=2", &forwarded)), Refusal::Forwarded);
        assert_eq!(refusal(&head("POST", "/?a=1&a=2", &[])), Refusal::Method);
        assert_eq!(refusal(&head("GET", "/?a=1&a=2", &[])), Refusal::NoMetadataHeader);
        let metadata = [("Metadata", "true")];
        assert_eq!(refusal(&head("GET", "/?a=1&a=2", &metadata)), Refusal::GivenTwice("a".into()));
        assert_eq!(refusal(&head("GET", "/", &metadata)), Refusal::ApiVersion);
        let both = "&client_id=a&object_id=b";
        let no_resource = format!("/?api-version=2018-02-01{both}");
        assert_eq!(refusal(&head("GET", &no_resource, &metadata)), Refusal::NoResource);
        assert_eq!(with_query(both), Refusal::TwoSelectors);
        assert_eq!(with_query("&client_id=a"), Refusal::NoIdentity(NoIdentity::NotFound));
        assert_eq!(with_query(""), Refusal::NoIdentity(NoIdentity::Multiple));
    }

    #[test]
    fn the_metadata_header_must_say_true() {
        for value in ["True", "1", "false", ""] {
            assert_eq!(refusal(&head("GET", URL, &[("Metadata", value)])), Refusal::NoMetadataHeader);
        }
    }

    #[test]
    fn an_empty_resource_is_none() {
        let url = "/?api-version=2018-02-01&resource=";
        assert_eq!(refusal(&head("GET", url, &[("Metadata", "true")])), Refusal::NoResource);
    }

    #[test]
    fn both_spellings_of_the_resource_id_together_are_two_selectors() {
        assert_eq!(with_query("&msi_res_id=/a&mi_res_id=/a"), Refusal::TwoSelectors);
    }

    #[test]
    fn each_selector_is_read_by_its_name() {
        for (query, expected) in [
            ("client_id=x", Selector::ClientId("x".into())),
            ("object_id=x", Selector::ObjectId("x".into())),
            ("msi_res_id=x", Selector::ResourceId("x".into())),
            ("mi_res_id=x", Selector::ResourceId("x".into())),
            ("principal_id=x", Selector::None),
        ] {
            assert_eq!(
                Selector::of(&Query::parse(Some(query)).unwrap(), &SELECTORS),
                Ok(expected),
                "{query}"
            );
        }
    }
}
