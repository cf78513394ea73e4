//! The identity for which a token is requested.

use std::fmt;

use uuid::Uuid;

use crate::error::Error;

/// A managed identity. Selectors of the same meaning are equal however they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Selector {
    /// None named: the system-assigned identity, or the machine's only user-assigned one.
    #[default]
    SystemAssigned,
    /// A user-assigned identity by its client id.
    ClientId(Uuid),
    /// A user-assigned identity by its object (principal) id.
    ObjectId(Uuid),
    /// A user-assigned identity by its resource id.
    ResourceId(String),
}

/// The four ways to name an identity, unparsed. At most one may be set.
#[derive(Clone, Copy, Debug, Default)]
pub struct SelectorInput<'text> {
    /// Az's `-AccountId`: a client id, a resource id, or `MSI@50342` for the system-assigned identity.
    pub account_id: Option<&'text str>,
    /// A client id.
    pub client_id: Option<&'text str>,
    /// An object id.
    pub object_id: Option<&'text str>,
    /// A resource id.
    pub resource_id: Option<&'text str>,
}

impl Selector {
    /// Parses the input.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when two are set, or one is empty or malformed.
    pub fn parse(input: SelectorInput<'_>) -> Result<Self, Error> {
        let given = [
            ("AccountId", input.account_id),
            ("ClientId", input.client_id),
            ("ObjectId", input.object_id),
            ("ResourceId", input.resource_id),
        ];
        let mut given = given.into_iter().filter_map(|(field, text)| Some((field, text?)));
        let Some((field, text)) = given.next() else {
            return Ok(Self::SystemAssigned);
        };
        if let Some((second, _)) = given.next() {
            return Err(Error::InvalidArgument {
                field: second,
                fault: format!("cannot be given together with {field}; name the identity once"),
            });
        }
        let text = text.trim();
        match field {
            "ClientId" => guid(field, text).map(Self::ClientId),
            "ObjectId" => guid(field, text).map(Self::ObjectId),
            "ResourceId" => resource_id(field, text),
            _ if is_msi_account(text) => Ok(Self::SystemAssigned),
            _ if text.starts_with('/') => resource_id(field, text),
            _ => guid(field, text).map(Self::ClientId),
        }
    }

    /// The id that names the identity; `None` for the system-assigned one.
    pub fn value(&self) -> Option<String> {
        match self {
            Self::SystemAssigned => None,
            Self::ClientId(id) | Self::ObjectId(id) => Some(id.to_string()),
            Self::ResourceId(id) => Some(id.clone()),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SystemAssigned => f.write_str("the system-assigned identity"),
            Self::ClientId(id) => write!(f, "the identity with client id {id}"),
            Self::ObjectId(id) => write!(f, "the identity with object id {id}"),
            Self::ResourceId(id) => write!(f, "the identity {id}"),
        }
    }
}

/// Az calls the system-assigned identity `MSI@` and a port.
fn is_msi_account(text: &str) -> bool {
    let port = text.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("MSI@")).and_then(|_| text.get(4..));
    port.is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Normalizes a client id that the platform set, as ids are cached and sent; a text that is no GUID is only trimmed.
pub(crate) fn client_id(text: &str) -> String {
    let text = text.trim();
    Uuid::try_parse(text).map_or_else(|_| text.to_owned(), |id| id.to_string())
}

fn guid(field: &'static str, text: &str) -> Result<Uuid, Error> {
    Uuid::try_parse(text).map_err(|_| {
        let fault = match text {
            "" => "is empty; leave it out for the system-assigned identity".to_owned(),
            _ => format!("'{text}' is no GUID such as 00000000-0000-0000-0000-000000000000"),
        };
        Error::InvalidArgument { field, fault }
    })
}

fn resource_id(field: &'static str, text: &str) -> Result<Selector, Error> {
    let lower = text.to_ascii_lowercase();
    let named = lower.split_once("/providers/microsoft.managedidentity/userassignedidentities/");
    let complete = named.is_some_and(|(scope, name)| {
        scope.starts_with("/subscriptions/") && !name.is_empty() && !name.contains('/')
    });
    if !complete || text.chars().any(|character| character.is_control() || character.is_whitespace()) {
        let fault = format!(
            "'{text}' is no resource id such as /subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.ManagedIdentity/userAssignedIdentities/<name>"
        );
        return Err(Error::InvalidArgument { field, fault });
    }
    // The service compares case-insensitively, and so must the cache.
    Ok(Selector::ResourceId(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "11111111-2222-3333-4444-55555555abcd";
    const RESOURCE: &str =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/Name";

    fn account(text: &str) -> Result<Selector, Error> {
        Selector::parse(SelectorInput { account_id: Some(text), ..Default::default() })
    }

    fn field(error: Result<Selector, Error>) -> &'static str {
        match error.unwrap_err() {
            Error::InvalidArgument { field, .. } => field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_account_id_is_a_client_id_a_resource_id_or_azs_name_for_the_system_assigned() {
        let id = Uuid::try_parse(ID).unwrap();
        assert_eq!(account(&ID.to_uppercase()), Ok(Selector::ClientId(id)));
        assert_eq!(account(RESOURCE), Ok(Selector::ResourceId(RESOURCE.to_ascii_lowercase())));
        assert_eq!(account("MSI@50342"), Ok(Selector::SystemAssigned));
        for bad in ["", "MSI@", "MSI@x", "me@example.org", "/subscriptions/s", "1234"] {
            assert_eq!(field(account(bad)), "AccountId", "{bad}");
        }
    }

    #[test]
    fn each_selector_is_read_from_its_own_text() {
        let id = Uuid::try_parse(ID).unwrap();
        let none = SelectorInput::default();
        let parse = Selector::parse;
        assert_eq!(parse(none), Ok(Selector::SystemAssigned));
        assert_eq!(parse(SelectorInput { client_id: Some(ID), ..none }), Ok(Selector::ClientId(id)));
        assert_eq!(parse(SelectorInput { object_id: Some(ID), ..none }), Ok(Selector::ObjectId(id)));
        assert_eq!(field(parse(SelectorInput { client_id: Some(RESOURCE), ..none })), "ClientId");
        assert_eq!(field(parse(SelectorInput { object_id: Some(""), ..none })), "ObjectId");
        assert_eq!(field(parse(SelectorInput { resource_id: Some(ID), ..none })), "ResourceId");
    }

    #[test]
    fn spaces_line_ends_and_capitals_make_no_second_identity() {
        let id = Selector::ClientId(Uuid::try_parse(ID).unwrap());
        let none = SelectorInput::default();
        let spelled = |id: &str| {
            [
                format!(" {id}"),
                format!("{id}\r\n"),
                format!("\t{id}\u{a0}"),
                id.to_uppercase(),
                id.to_lowercase(),
            ]
        };
        for text in spelled(ID) {
            assert_eq!(account(&text), Ok(id.clone()), "{text:?}");
            let client_id = Selector::parse(SelectorInput { client_id: Some(&text), ..none });
            assert_eq!(client_id, Ok(id.clone()), "{text:?}");
            let object_id = Selector::parse(SelectorInput { object_id: Some(&text), ..none });
            assert_eq!(object_id.unwrap().value().as_deref(), Some(ID), "{text:?}");
            assert_eq!(super::client_id(&text), ID, "{text:?}");
        }
        for text in spelled(RESOURCE) {
            let expected = Ok(Selector::ResourceId(RESOURCE.to_ascii_lowercase()));
            assert_eq!(account(&text), expected, "{text:?}");
            assert_eq!(
                Selector::parse(SelectorInput { resource_id: Some(&text), ..none }),
                expected,
                "{text:?}"
            );
        }
        for text in spelled("MSI@50342") {
            assert_eq!(account(&text), Ok(Selector::SystemAssigned), "{text:?}");
        }
        assert_eq!(super::client_id(" named otherwise "), "named otherwise");
    }

    #[test]
    fn two_selectors_are_refused_and_both_are_named() {
        let both = SelectorInput { client_id: Some(ID), object_id: Some(ID), ..Default::default() };
        let error = Selector::parse(both).unwrap_err().to_string();
        assert!(error.contains("ClientId") && error.contains("ObjectId"), "{error}");
    }
}
