//! Advice on errors, in one sentence: by the service's message where that is known, otherwise by the kind of error.

use crate::error::Error;
use crate::selector::Selector;
use crate::service_error::ServiceError;
use crate::token::expiry::ExpiryError;

const NOT_ASSIGNED: &str =
    "check the id, and that the identity is assigned to this machine or app (in the portal: Identity)";
const NO_SYSTEM_IDENTITY: &str = "turn on the system-assigned identity (in the portal: Identity), or name a user-assigned one with -AccountId";
const MAYBE_OBJECT_ID: &str = "check the id: it must be the identity's client id, and an object id goes to -ObjectId; and check that the identity is assigned to this machine or app (in the portal: Identity)";
const NO_RESOURCE: &str = "check -ResourceUrl: the identity's tenant knows no such resource";

/// Phrases of the services' errors, in lower case, with the advice. The first match counts.
const RULES: [(&str, &str); 23] = [
    (
        "multiple user assigned identities exist",
        "name the identity with -AccountId: its client id or its resource id",
    ),
    (
        "no managed identity was found for automation account",
        "turn the identity of the Automation account on (Account Settings, Identity)",
    ),
    (
        "failed to get msi token for account",
        "name the user-assigned identity with -AccountId, or turn the Automation account's own on",
    ),
    (
        "no azure identity found",
        "bind an identity to this pod, or name the one that is bound with -AccountId",
    ),
    (
        "pod list is empty",
        "ask again when the node's identity service knows this pod, some seconds after its start",
    ),
    (
        "managedidentitynotfound",
        "give the Service Fabric application a managed identity in its manifest and deploy it again",
    ),
    ("secretheadernotfound", "start the process anew: its IDENTITY_HEADER is not the service's any more"),
    ("invalidapiversion", "set IDENTITY_API_VERSION to the version that the answer names"),
    (
        "throttled locally",
        "ask less often on this node, or keep the token: Get-MiAccessToken caches it by itself",
    ),
    ("audiencenotsupported", "ask for a resource that Cloud Shell gives tokens for; the answer lists them"),
    ("required metadata header", "ask without anything in between: something on the way removes a header"),
    ("aadsts500011", NO_RESOURCE),
    ("aadsts50001", NO_RESOURCE),
    ("invalid_resource", NO_RESOURCE),
    (
        "while fetching the aad token",
        "check -ResourceUrl first: App Service answers so when the tenant knows no such resource",
    ),
    ("a gateway answered", "keep 169.254.169.254 away from proxies, and look who answers there"),
    ("unknown source", "check AZURE_POD_IDENTITY_AUTHORITY_HOST: what listens there knows no such path"),
    ("identity not found", NOT_ASSIGNED),
    ("identity_not_found", NOT_ASSIGNED),
    ("no msi found", NOT_ASSIGNED),
    ("no managed identity found", NOT_ASSIGNED),
    ("no user assigned or delegated managed identity found", NOT_ASSIGNED),
    (
        "user-assigned identities answers",
        "update the agent (azcmagent), or leave -AccountId out for the machine's own identity",
    ),
];

/// Returns the advice on an error: by the service's message if known, otherwise by its kind.
pub(crate) fn for_error(error: &Error) -> &'static str {
    match error.service_error().and_then(for_service_error) {
        // Advice on the identity that was named is more specific than this.
        Some(NOT_ASSIGNED) | None => {}
        Some(advice) => return advice,
    }
    match error {
        Error::InvalidArgument { .. } => "leave the identity out, or name it in a way that the source takes",
        Error::Cancelled => "let it come to its end",
        Error::Internal => "report it, with what -Verbose says",
        Error::TimedOut { .. } => "allow more with -TimeoutSeconds, and look at what stood in the way last",
        Error::EndpointUnreachable { .. } => {
            "check that the variable is meant, and that the service it names runs"
        }
        Error::NoSource { .. } => "run this on an Azure machine with a managed identity",
        Error::Throttled { .. } => {
            "find out what else asks the service so often, and ask again when it rests"
        }
        Error::ServiceUnavailable { .. } => {
            "ask again in a minute: the service seems to be restarting or updated"
        }
        Error::IdentityNotFound { identity, .. } => not_assigned(identity),
        Error::Refused { .. } => "compare the resource and the identity with what the service says",
        Error::MalformedResponse { fault, .. } if *fault == ExpiryError::Expired.to_string() => {
            "set the machine's clock, or restart the service: it gives a token that has ended"
        }
        Error::MalformedResponse { .. } | Error::EndpointNotTrusted { .. } => {
            "find out what listens at that address"
        }
    }
}

/// Advice on an unassigned identity, given as [`Selector`] displays it.
fn not_assigned(identity: &str) -> &'static str {
    if identity == Selector::SystemAssigned.to_string() {
        NO_SYSTEM_IDENTITY
    } else if identity.contains("client id") {
        MAYBE_OBJECT_ID
    } else {
        NOT_ASSIGNED
    }
}

/// Whether the service refused the resource, which implies that the identity exists.
pub(crate) fn concerns_resource(service_error: &ServiceError) -> bool {
    for_service_error(service_error) == Some(NO_RESOURCE)
}

/// Returns the advice on a known service error: one sentence in lower case without a period.
pub fn for_service_error(service_error: &ServiceError) -> Option<&'static str> {
    RULES.iter().find(|(words, _)| service_error.mentions(words)).map(|(_, advice)| *advice)
}
