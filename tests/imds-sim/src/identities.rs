//! The identities of the simulated machine and the rule that picks one for a request: the selector's, else the
//! system-assigned one, else the only user-assigned one.

use std::str::FromStr;

use crate::selectors::Selector;

/// Tenant of every identity.
pub const TENANT_ID: &str = "a0000000-7e4a-4000-8000-000000000001";
/// Subscription of the machine and of its identities.
pub const SUBSCRIPTION_ID: &str = "b0000000-5b5c-4000-8000-000000000001";
/// Client id of the system-assigned identity.
pub const SYSTEM_CLIENT_ID: &str = "10000000-c11e-4000-8000-000000000001";
/// Object id of the system-assigned identity.
pub const SYSTEM_OBJECT_ID: &str = "10000000-0b1e-4000-8000-000000000001";
/// Client id of the first user-assigned identity.
pub const FIRST_CLIENT_ID: &str = "20000000-c11e-4000-8000-000000000001";
/// Object id of the first user-assigned identity.
pub const FIRST_OBJECT_ID: &str = "20000000-0b1e-4000-8000-000000000001";
/// Resource id of the first user-assigned identity.
pub const FIRST_RESOURCE_ID: &str = "/subscriptions/b0000000-5b5c-4000-8000-000000000001/resourcegroups/simulated/providers/Microsoft.ManagedIdentity/userAssignedIdentities/first";
/// Client id of the second user-assigned identity.
pub const SECOND_CLIENT_ID: &str = "30000000-c11e-4000-8000-000000000001";
/// Object id of the second user-assigned identity.
pub const SECOND_OBJECT_ID: &str = "30000000-0b1e-4000-8000-000000000001";
/// Resource id of the second user-assigned identity.
pub const SECOND_RESOURCE_ID: &str = "/subscriptions/b0000000-5b5c-4000-8000-000000000001/resourcegroups/simulated/providers/Microsoft.ManagedIdentity/userAssignedIdentities/second";
/// Resource id of the machine, which is also the system-assigned identity's.
pub const MACHINE_RESOURCE_ID: &str = "/subscriptions/b0000000-5b5c-4000-8000-000000000001/resourceGroups/simulated/providers/Microsoft.Compute/virtualMachines/sim-vm";

/// Client id of the program by which a person is signed in to Cloud Shell.
pub const PERSON_CLIENT_ID: &str = "40000000-c11e-4000-8000-000000000001";
/// Object id of the person signed in to Cloud Shell.
pub const PERSON_OBJECT_ID: &str = "40000000-0b1e-4000-8000-000000000001";

/// One managed identity, or the person signed in to Cloud Shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Application (client) id.
    pub client_id: String,
    /// Object (principal) id.
    pub object_id: String,
    /// Azure resource id; a person has none.
    pub resource_id: String,
}

impl Identity {
    /// An identity with these three ids.
    pub fn new(
        client_id: impl Into<String>,
        object_id: impl Into<String>,
        resource_id: impl Into<String>,
    ) -> Self {
        Self { client_id: client_id.into(), object_id: object_id.into(), resource_id: resource_id.into() }
    }

    /// The machine's own identity.
    pub fn system() -> Self {
        Self::new(SYSTEM_CLIENT_ID, SYSTEM_OBJECT_ID, MACHINE_RESOURCE_ID)
    }

    /// The user-assigned identity with the `FIRST_` ids.
    pub fn first() -> Self {
        Self::new(FIRST_CLIENT_ID, FIRST_OBJECT_ID, FIRST_RESOURCE_ID)
    }

    /// The user-assigned identity with the `SECOND_` ids.
    pub fn second() -> Self {
        Self::new(SECOND_CLIENT_ID, SECOND_OBJECT_ID, SECOND_RESOURCE_ID)
    }

    /// The person signed in to Cloud Shell.
    pub fn person() -> Self {
        Self::new(PERSON_CLIENT_ID, PERSON_OBJECT_ID, "")
    }

    pub(crate) fn is_person(&self) -> bool {
        self.resource_id.is_empty()
    }
}

/// Why a text is no identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityFault {
    /// The client or the object id is no GUID.
    #[error("'{0}' is not a GUID")]
    NotGuid(String),
    /// Neither one part nor three.
    #[error("expected CLIENT_ID or CLIENT_ID,OBJECT_ID,RESOURCE_ID")]
    WrongParts,
}

/// `CLIENT_ID`, whose other ids are then derived from it, or `CLIENT_ID,OBJECT_ID,RESOURCE_ID`.
impl FromStr for Identity {
    type Err = IdentityFault;

    fn from_str(text: &str) -> Result<Self, IdentityFault> {
        let parts: Vec<&str> = text.split(',').collect();
        match parts[..] {
            [client_id] => {
                let client_id = guid(client_id)?;
                let object_id = format!("0b1ec700{}", &client_id[8..]);
                let resource_id = format!(
                    "/subscriptions/{SUBSCRIPTION_ID}/resourcegroups/simulated/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{client_id}"
                );
                Ok(Self::new(client_id, object_id, resource_id))
            }
            [client_id, object_id, resource_id] if !resource_id.is_empty() => {
                Ok(Self::new(guid(client_id)?, guid(object_id)?, resource_id))
            }
            _ => Err(IdentityFault::WrongParts),
        }
    }
}

fn guid(text: &str) -> Result<&str, IdentityFault> {
    let shaped = text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    if shaped { Ok(text) } else { Err(IdentityFault::NotGuid(text.to_owned())) }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoIdentity {
    NotFound,
    Multiple,
}

/// The rule of most hosts but the virtual machine: without a selector the system-assigned identity or none.
pub(crate) fn find_own<'a>(
    system: Option<&'a Identity>,
    user: &'a [Identity],
    selector: &Selector,
) -> Option<&'a Identity> {
    match selector {
        Selector::None => system,
        named => find(system, user, named).ok(),
    }
}

/// Ids compare without regard to case, as in Azure.
pub(crate) fn find<'a>(
    system: Option<&'a Identity>,
    user: &'a [Identity],
    selector: &Selector,
) -> Result<&'a Identity, NoIdentity> {
    let found = match selector {
        Selector::None => match (system, user) {
            (Some(system), _) => Some(system),
            (None, [only]) => Some(only),
            (None, []) => None,
            (None, _) => return Err(NoIdentity::Multiple),
        },
        Selector::ClientId(id) => {
            system.into_iter().chain(user).find(|identity| identity.client_id.eq_ignore_ascii_case(id))
        }
        Selector::ObjectId(id) => {
            system.into_iter().chain(user).find(|identity| identity.object_id.eq_ignore_ascii_case(id))
        }
        Selector::ResourceId(id) => {
            user.iter().find(|identity| identity.resource_id.eq_ignore_ascii_case(id))
        }
    };
    found.ok_or(NoIdentity::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Identity {
        Identity::new(format!("{name}-client"), format!("{name}-object"), format!("/{name}"))
    }

    #[test]
    fn without_a_selector_the_system_assigned_identity_wins() {
        let (system, user) = (named("system"), [named("a"), named("b")]);
        assert_eq!(find(Some(&system), &user, &Selector::None), Ok(&system));
    }

    #[test]
    fn without_a_selector_and_a_system_identity_the_only_user_assigned_one_is_taken() {
        let user = [named("a")];
        assert_eq!(find(None, &user, &Selector::None), Ok(&user[0]));
    }

    #[test]
    fn without_a_selector_several_user_assigned_identities_are_ambiguous() {
        assert_eq!(find(None, &[named("a"), named("b")], &Selector::None), Err(NoIdentity::Multiple));
    }

    #[test]
    fn a_machine_without_identities_has_none_to_give() {
        assert_eq!(find(None, &[], &Selector::None), Err(NoIdentity::NotFound));
    }

    #[test]
    fn elsewhere_a_user_assigned_identity_is_taken_only_by_name() {
        let (system, user) = (named("system"), [named("a")]);
        assert_eq!(find_own(Some(&system), &user, &Selector::None), Some(&system));
        assert_eq!(find_own(None, &user, &Selector::None), None);
        assert_eq!(find_own(None, &user, &Selector::ClientId("a-client".into())), Some(&user[0]));
        assert_eq!(find_own(None, &user, &Selector::ClientId("b-client".into())), None);
    }

    #[test]
    fn each_id_selects_its_identity_in_any_case() {
        let (system, user) = (named("system"), [named("a"), named("b")]);
        let with = |selector| find(Some(&system), &user, &selector);
        assert_eq!(with(Selector::ClientId("B-CLIENT".into())), Ok(&user[1]));
        assert_eq!(with(Selector::ObjectId("a-OBJECT".into())), Ok(&user[0]));
        assert_eq!(with(Selector::ResourceId("/B".into())), Ok(&user[1]));
        assert_eq!(with(Selector::ClientId("system-client".into())), Ok(&system));
    }

    #[test]
    fn an_id_of_another_kind_or_an_empty_one_selects_nothing() {
        let (system, user) = (named("system"), [named("a")]);
        let with = |selector| find(Some(&system), &user, &selector);
        assert_eq!(with(Selector::ClientId("a-object".into())), Err(NoIdentity::NotFound));
        assert_eq!(with(Selector::ObjectId("a-client".into())), Err(NoIdentity::NotFound));
        assert_eq!(with(Selector::ResourceId("/system".into())), Err(NoIdentity::NotFound));
        assert_eq!(with(Selector::ClientId(String::new())), Err(NoIdentity::NotFound));
    }

    #[test]
    fn an_identity_is_read_from_its_client_id_alone_or_from_all_three_ids() {
        let alone: Identity = FIRST_CLIENT_ID.parse().unwrap();
        assert_eq!(alone.client_id, FIRST_CLIENT_ID);
        assert_eq!(alone.object_id, "0b1ec700-c11e-4000-8000-000000000001");
        assert!(alone.resource_id.ends_with(FIRST_CLIENT_ID));
        let all = format!("{FIRST_CLIENT_ID},{FIRST_OBJECT_ID},{FIRST_RESOURCE_ID}");
        assert_eq!(all.parse(), Ok(Identity::first()));
    }

    #[test]
    fn a_text_that_is_no_identity_is_refused() {
        let two = format!("{FIRST_CLIENT_ID},{FIRST_OBJECT_ID}");
        assert_eq!(two.parse::<Identity>(), Err(IdentityFault::WrongParts));
        assert_eq!(format!("{two},").parse::<Identity>(), Err(IdentityFault::WrongParts));
        assert_eq!("web".parse::<Identity>(), Err(IdentityFault::NotGuid("web".into())));
        assert_eq!("".parse::<Identity>(), Err(IdentityFault::NotGuid(String::new())));
        let wide = "2000000é-c11e-4000-8000-00000000000";
        assert_eq!(wide.parse::<Identity>(), Err(IdentityFault::NotGuid(wide.into())));
    }
}
