//! The places other than a virtual machine, each with the variables it sets.

use std::sync::Arc;

use tollgate_identity::{Error, Selector, TokenClient, TokenRequest};
use uuid::Uuid;

use crate::secure::{OWN, Secure};
use crate::service::{Service, request};

/// The secret that a host gives its programs.
pub(crate) const SECRET: &str = "hush";

pub(crate) const APP_SERVICE: &[(&str, &str)] =
    &[("IDENTITY_ENDPOINT", "http://app/msi/token/"), ("IDENTITY_HEADER", SECRET)];
pub(crate) const MACHINE_LEARNING: &[(&str, &str)] = &[
    ("MSI_ENDPOINT", "http://ml/msi/token"),
    ("MSI_SECRET", SECRET),
    ("DEFAULT_IDENTITY_CLIENT_ID", "c0000000-0000-0000-0000-000000000009"),
];
pub(crate) const CLOUD_SHELL: &[(&str, &str)] = &[("MSI_ENDPOINT", "http://shell/oauth2/token")];
pub(crate) const ARC: &[(&str, &str)] =
    &[("IDENTITY_ENDPOINT", "http://arc/metadata/identity/oauth2/token"), ("IMDS_ENDPOINT", "http://arc")];

/// Service Fabric's variables, of the service that has [`OWN`] for a certificate.
pub(crate) fn fabric() -> [(&'static str, &'static str); 3] {
    [
        ("IDENTITY_ENDPOINT", "https://fabric/metadata/identity/oauth2/token"),
        ("IDENTITY_HEADER", SECRET),
        ("IDENTITY_SERVER_THUMBPRINT", &OWN.thumbprint),
    ]
}

/// All of them.
pub(crate) fn all() -> [Vec<(&'static str, &'static str)>; 5] {
    [APP_SERVICE.to_vec(), MACHINE_LEARNING.to_vec(), CLOUD_SHELL.to_vec(), ARC.to_vec(), fabric().to_vec()]
}

/// A client on a host with these variables.
pub(crate) fn client(service: &Arc<Service>, variables: &[(&str, &str)]) -> TokenClient {
    try_client(service, variables).unwrap()
}

/// The same where the variables may be refused.
pub(crate) fn try_client(service: &Arc<Service>, variables: &[(&str, &str)]) -> Result<TokenClient, Error> {
    service.build(&service.environment(variables), Secure::new(service, &OWN))
}

/// A request for a token of this identity.
pub(crate) fn wish(selector: Selector) -> TokenRequest {
    TokenRequest { selector, ..request("https://x") }
}

pub(crate) fn id() -> Uuid {
    Uuid::from_u128(7)
}
