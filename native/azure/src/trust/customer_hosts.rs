//! Hosts where a customer's own code, or a backend of the customer's choosing, reads the request with its headers. Any
//! customer can have such a host, some of them below names that look like Microsoft's own.
//!
//! <https://learn.microsoft.com/azure/private-link/private-endpoint-dns>,
//! <https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure>

use std::sync::LazyLock;

use url::Url;

use crate::trust::host_pattern::HostPattern;

pub(super) const HOSTS: &[&str] = &[
    // App Service, Functions, and their consoles, in which the owner's extensions run.
    "*.azurewebsites.net",
    "*.azurewebsites.us",
    "*.chinacloudsites.cn",
    "*.appserviceenvironment.net",
    "*.appserviceenvironment.us",
    "*.appserviceenvironment.cn",
    "*.azurestaticapps.net",
    // Containers and virtual machines.
    "*.azurecontainerapps.io",
    "*.azurecontainerapps.us",
    "*.azurecontainerapps.cn",
    "*.azurecontainer.io",
    "*.cloudapp.net",
    "*.cloudapp.azure.com",
    "*.cloudapp.usgovcloudapi.net",
    "*.usgovcloudapp.net",
    "*.chinacloudapp.cn",
    // Front ends of a customer's backend.
    "*.trafficmanager.net",
    "*.usgovtrafficmanager.net",
    "*.trafficmanager.cn",
    "*.azurefd.net",
    "*.azurefd.us",
    "*.azurefd.cn",
    "*.azureedge.net",
    "*.azureedge.us",
    "*.azureedge.cn",
    "*.azure-api.net",
    "*.azure-api.us",
    "*.azure-api.cn",
    // A workflow can be configured to show the headers of its trigger:
    // <https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app>
    "*.logic.azure.com",
    "*.logic.azure.us",
    "*.logic.azure.cn",
    "*.environment.api.powerplatform.com",
    // Clusters, notebooks and models that customers run.
    "*.azurehdinsight.net",
    "*.azurehdinsight.us",
    "*.azurehdinsight.cn",
    "*.inference.ml.azure.com",
    "*.inference.ml.azure.us",
    "*.inference.ml.azure.cn",
    "*.instances.azureml.ms",
    "*.instances.azureml.us",
    "*.instances.azureml.cn",
    "*.databricksapps.com",
    // A hybrid connection that accepts anonymous senders passes the token's header on unchanged:
    // <https://learn.microsoft.com/azure/azure-relay/relay-hybrid-connections-protocol>
    "*.servicebus.windows.net",
    "*.servicebus.usgovcloudapi.net",
    "*.servicebus.chinacloudapi.cn",
    // Static websites accept no token, and need none.
    "*.web.core.windows.net",
    "*.web.core.usgovcloudapi.net",
    "*.web.core.chinacloudapi.cn",
    "*.web.storage.azure.net",
];

/// Hosts of a service where one path leads to a customer's own code: for Databricks, the driver node of a cluster.
const DRIVERS: &[&str] = &["*.azuredatabricks.net", "*.databricks.azure.us", "*.databricks.azure.cn"];

static DRIVER_PATTERNS: LazyLock<Vec<HostPattern>> =
    LazyLock::new(|| DRIVERS.iter().filter_map(|host| HostPattern::parse(host)).collect());

static PATTERNS: LazyLock<Vec<HostPattern>> =
    LazyLock::new(|| HOSTS.iter().filter_map(|host| HostPattern::parse(host)).collect());

/// Whether the owner of a host can read what is sent there. The port does not matter: it is the owner's as well.
pub(crate) fn can_show_requests(url: &Url) -> bool {
    PATTERNS.iter().any(|pattern| pattern.is_host_of(url)) || leads_to_customer(url)
}

/// Whether the path of a URL at a service's host leads to a customer's own code.
pub(crate) fn leads_to_customer(url: &Url) -> bool {
    let first = url.path().split('/').find(|part| !part.is_empty()).unwrap_or_default().to_ascii_lowercase();
    // No first segment of the service's own paths is percent-encoded.
    (first.starts_with("driver-proxy") || first.contains('%'))
        && DRIVER_PATTERNS.iter().any(|pattern| pattern.is_host_of(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_pattern() {
        assert_eq!(PATTERNS.len(), HOSTS.len());
    }

    #[test]
    fn hosts_of_customers_are_known_and_microsofts_own_are_not_taken_for_them() {
        for (host, expected) in [
            ("app.azurewebsites.net", true),
            ("APP.SCM.azurewebsites.net", true),
            ("app.scm.westeurope-01.azurewebsites.net:8443", true),
            ("vm.westeurope.cloudapp.azure.com", true),
            ("ns.servicebus.windows.net", true),
            ("a.z6.web.core.windows.net", true),
            ("azurewebsites.net", false),
            ("management.azure.com", false),
            ("a.blob.core.windows.net", false),
            ("notazurewebsites.net", false),
        ] {
            assert_eq!(
                can_show_requests(&Url::parse(&format!("https://{host}/")).unwrap()),
                expected,
                "{host}"
            );
        }
    }
}
