//! Resource providers: the types they have, and the versions of each, previews among them.

use imds_sim::answers::Refused;
use serde_json::{Value, json};

use crate::call::Call;
use crate::errors::{Outcome, bad_request, not_found, ok, wrong_method};
use crate::model::Subscription;
use crate::pages::{NEXT_LINK, page};
use crate::shared::Azure;

struct Provider {
    namespace: &'static str,
    types: &'static [(&'static str, &'static [&'static str])],
}

const COMPUTE: &[&str] =
    &["2024-11-01", "2024-07-01", "2024-03-01", "2023-03-01", "2022-03-01", "2021-03-01"];
const DISKS: &[&str] = &["2024-03-02", "2023-10-02", "2022-07-02"];
const NETWORK: &[&str] = &["2024-05-01", "2024-01-01", "2023-09-01", "2022-07-01"];
const STORAGE: &[&str] = &["2024-01-01", "2023-05-01", "2023-01-01", "2022-09-01"];
const RESOURCES: &[&str] = &["2024-03-01", "2022-09-01", "2021-04-01", "2019-10-01"];
const WEB: &[&str] = &["2024-04-01", "2023-12-01", "2022-03-01"];
const SQL: &[&str] =
    &["2024-05-01-preview", "2023-08-01-preview", "2021-11-01", "2021-11-01-preview", "2014-04-01"];
const IDENTITY: &[&str] = &["2025-01-31-preview", "2024-11-30", "2023-01-31"];

const PROVIDERS: &[Provider] = &[
    Provider {
        namespace: "Microsoft.Compute",
        types: &[
            ("virtualMachines", COMPUTE),
            ("virtualMachines/extensions", COMPUTE),
            ("locations/virtualMachines", COMPUTE),
            ("disks", DISKS),
        ],
    },
    Provider {
        namespace: "Microsoft.ManagedIdentity",
        types: &[
            ("userAssignedIdentities", IDENTITY),
            // One of which only a preview is known.
            ("userAssignedIdentities/assignments", &["2025-01-31-preview"]),
        ],
    },
    Provider {
        namespace: "Microsoft.Network",
        types: &[("networkInterfaces", NETWORK), ("virtualNetworks", NETWORK)],
    },
    Provider {
        namespace: "Microsoft.Resources",
        types: &[
            ("tenants", RESOURCES),
            ("subscriptions", RESOURCES),
            ("resourceGroups", RESOURCES),
            ("deployments", RESOURCES),
        ],
    },
    Provider { namespace: "Microsoft.Sql", types: &[("servers", SQL), ("servers/databases", SQL)] },
    Provider { namespace: "Microsoft.Storage", types: &[("storageAccounts", STORAGE)] },
    Provider { namespace: "Microsoft.Web", types: &[("serverFarms", WEB), ("sites", WEB)] },
];

/// All, of a subscription or of the tenant.
pub(crate) fn list(azure: &mut Azure, call: &Call, index: Option<usize>) -> Outcome {
    only_get(call)?;
    let subscription = index.map(|index| &azure.store.subscriptions[index]);
    page(&mut azure.settings, call, NEXT_LINK, PROVIDERS.len(), |range| {
        PROVIDERS[range].iter().map(|provider| told(provider, subscription)).collect()
    })
}

pub(crate) fn one(call: &Call, subscription: Option<&Subscription>, namespace: &str) -> Outcome {
    only_get(call)?;
    let provider = find(namespace).ok_or_else(|| {
        let text = format!("The resource namespace '{namespace}' is invalid.");
        not_found("InvalidResourceNamespace", &text)
    })?;
    Ok(ok(&told(provider, subscription)))
}

/// Whether the version that is asked for is one of this type's, if that is checked at all.
pub(crate) fn check(azure: &Azure, call: &Call, namespace: &str, kind: &str) -> Result<(), Refused> {
    if !azure.settings.check_resource_versions {
        return Ok(());
    }
    let version = call.query.get("api-version").unwrap_or_default();
    let name = kind.get(namespace.len() + 1..).unwrap_or_default();
    let types = find(namespace).map(|provider| provider.types).unwrap_or_default();
    let known =
        types.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, versions)| *versions);
    match known {
        Some(versions) if versions.contains(&version) => Ok(()),
        versions => {
            let text = format!(
                "No registered resource provider found for location 'westeurope' and API version '{version}' for type '{name}'. The supported api-versions are '{}'.",
                versions.unwrap_or_default().join(", ")
            );
            Err(bad_request("NoRegisteredProviderFound", &text))
        }
    }
}

fn only_get(call: &Call) -> Result<(), Refused> {
    if call.wants("GET") { Ok(()) } else { Err(wrong_method(&call.head.method)) }
}

fn find(namespace: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|known| known.namespace.eq_ignore_ascii_case(namespace))
}

fn told(provider: &Provider, subscription: Option<&Subscription>) -> Value {
    let Provider { namespace, types } = provider;
    let types: Vec<Value> = types
        .iter()
        .map(|(name, versions)| {
            json!({
                "resourceType": name,
                "locations": ["West Europe", "North Europe"],
                "apiVersions": versions,
                "capabilities": "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove",
            })
        })
        .collect();
    let mut told = json!({ "namespace": namespace, "resourceTypes": types });
    if let Some(subscription) = subscription {
        told["id"] = json!(format!("/subscriptions/{}/providers/{namespace}", subscription.id));
        told["registrationPolicy"] = json!("RegistrationRequired");
        told["registrationState"] = json!("Registered");
    } else {
        told["id"] = json!(format!("/providers/{namespace}"));
    }
    told
}
