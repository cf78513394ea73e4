//! The tables hold together, and tell of each cloud what is known of it.

use std::collections::HashSet;

use super::*;
use crate::trust::{can_show_requests, customer_hosts};

const CLOUDS: [(Cloud, &[Service]); 3] = [
    (Cloud::Public, public::SERVICES),
    (Cloud::UsGovernment, government::SERVICES),
    (Cloud::China, china::SERVICES),
];

#[test]
fn every_host_is_read_and_every_row_has_an_audience() {
    for (cloud, services) in CLOUDS {
        assert_eq!(cloud.entries().len(), services.len());
        for (entry, service) in cloud.entries().iter().zip(services) {
            assert_eq!(entry.hosts.len(), service.hosts.len(), "{:?}", service.hosts);
            assert!(!entry.audience().is_empty());
        }
    }
}

#[test]
fn no_audience_has_two_rows_that_count_without_a_name() {
    for (cloud, _) in CLOUDS {
        let mut seen = HashSet::new();
        for entry in cloud.entries().iter().filter(|entry| !entry.named_only) {
            for audience in &entry.audiences {
                assert!(
                    seen.insert(audience.trim_end_matches('/').to_ascii_lowercase()),
                    "{cloud:?} {audience}"
                );
            }
        }
    }
}

/// A host of a pattern.
fn sample(host: &str) -> Url {
    let name = host.replace(['*', '?'], "sample");
    Url::parse(&format!("https://{name}/")).unwrap()
}

#[test]
fn what_counts_without_a_name_is_no_host_of_a_customer_and_no_short_suffix() {
    for (_, services) in CLOUDS {
        for service in services {
            for host in service.hosts {
                let words = host.split('.').filter(|label| !matches!(*label, "*" | "?")).count();
                assert!(words >= 2, "{host}");
                for parent in
                    ["azure.com", "windows.net", "core.windows.net", "microsoft.com", "usgovcloudapi.net"]
                {
                    assert_ne!(host.trim_start_matches(['*', '?', '.']), parent);
                }
                assert!(service.named_only || !can_show_requests(&sample(host)), "{host}");
            }
        }
    }
}

/// The other way round: a customer's pattern may be the deeper one.
#[test]
fn no_host_of_a_customer_is_one_that_counts_without_a_name() {
    for host in customer_hosts::HOSTS {
        for (cloud, _) in CLOUDS {
            for entry in cloud.entries().iter().filter(|entry| !entry.named_only) {
                assert!(!entry.has_name_of(&sample(host)), "{host} {:?}", entry.audience());
            }
        }
    }
}

#[test]
fn an_environment_is_of_the_cloud_whose_resource_manager_it_has() {
    let cloud =
        |host: &str| Cloud::of(&[AudienceHosts { audience: "a".to_owned(), hosts: vec![host.to_owned()] }]);
    assert_eq!(cloud("management.azure.com"), Some(Cloud::Public));
    assert_eq!(cloud("management.usgovcloudapi.net"), Some(Cloud::UsGovernment));
    assert_eq!(cloud("management.chinacloudapi.cn"), Some(Cloud::China));
    // As a sign-in names it, and as people write it.
    for same in ["https://management.azure.com", "https://Management.Azure.com./", "management.azure.com:443"]
    {
        assert_eq!(cloud(same), Some(Cloud::Public), "{same}");
    }
    for other in [
        "http://127.0.0.1:8080",
        "management.contoso.example",
        "*.management.azure.com",
        "http://management.azure.com:443",
        "https://management.azure.com:8443",
        "https://management.azure.com/x",
    ] {
        assert_eq!(cloud(other), None, "{other}");
    }
}

#[test]
fn storage_is_known_by_its_audience_whichever_account_it_is() {
    for audience in [
        "https://storage.azure.com/",
        "https://a.blob.core.windows.net",
        "https://a.dfs.core.chinacloudapi.cn",
        "https://a.z12.blob.storage.azure.net",
        "https://a.z1.queue.storage.azure.net/",
    ] {
        assert!(is_storage(audience), "{audience}");
    }
    for audience in [
        "https://management.azure.com/",
        "https://blob.core.example",
        "https://a.web.core.windows.net",
        "https://a.z12.web.storage.azure.net",
        "https://a.z12.blob.storage.azure.net.example",
        "api://x",
        "storage.azure.com",
    ] {
        assert!(!is_storage(audience), "{audience}");
    }
}
