//! Tables: which token goes where, and what is refused.

use super::*;

mod clouds;
mod customer_hosts;

const ARM: &str = "https://management.core.windows.net/";
const VAULT: &str = "https://vault.azure.net";
const LOCAL: &str = "https://arm.test/";

fn realms() -> Vec<AudienceHosts> {
    let realm = |audience: &str, hosts: &[&str]| AudienceHosts {
        audience: audience.to_owned(),
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
    };
    vec![
        realm(ARM, &["management.azure.com"]),
        realm(VAULT, &["*.vault.azure.net"]),
        realm(LOCAL, &["http://127.0.0.1:8080", "https://arm.local:8443", "http://arm.local:8080"]),
    ]
}

fn of(realms: &[AudienceHosts], uri: &str, named: &str) -> Result<AudiencePolicy, Error> {
    AudiencePolicy::resolve(&origin::parse("Uri", uri).unwrap(), Some(named), realms)
}

fn decide(uri: &str, named: Option<&str>) -> Result<AudiencePolicy, Error> {
    AudiencePolicy::resolve(&origin::parse("Uri", uri).unwrap(), named, &realms())
}

fn audience(uri: &str, named: Option<&str>) -> String {
    decide(uri, named).unwrap_or_else(|error| panic!("{uri} {named:?}: {error}")).audience
}

#[test]
fn without_a_name_the_realm_of_the_host_decides() {
    for (uri, expected) in [
        ("https://management.azure.com/subscriptions", ARM),
        ("https://MANAGEMENT.azure.com./x", ARM),
        ("https://management.azure.com:443/x", ARM),
        ("https://a.vault.azure.net/secrets", VAULT),
        ("https://a.b.vault.azure.net/secrets", VAULT),
        ("http://127.0.0.1:8080/x", LOCAL),
        ("http://127.1:8080/x", LOCAL),
        ("https://arm.local:8443/x", LOCAL),
    ] {
        for none in [None, Some(""), Some(" ")] {
            assert_eq!(audience(uri, none), expected, "{uri} {none:?}");
        }
    }
}

#[test]
fn without_a_name_a_host_of_nobodys_is_an_argument_to_correct() {
    for uri in [
        "https://example.com/",
        "https://vault.azure.net/",
        "https://.vault.azure.net/",
        "https://management.azure.com.example.com/",
        "https://evilmanagement.azure.com/",
        "https://management.azure.com:8443/",
        "https://xvault.azure.net/",
        "https://a.vault.azure.net:8443/",
        "https://arm.local/",
        "https://m\u{430}nagement.azure.com/",
        r"https://example.com\.vault.azure.net/",
    ] {
        let error = decide(uri, None).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { field: "Uri", .. }), "{uri}: {error:?}");
        let text = error.to_string();
        assert!(
            text.to_lowercase().contains("cannot find resource id(audience) for authentication"),
            "{text}"
        );
        assert!(text.contains("-ResourceId"), "{text}");
    }
}

#[test]
fn a_name_that_is_known_means_its_realm() {
    for (uri, named, expected) in [
        ("https://management.azure.com/x", "https://management.core.windows.net", ARM),
        ("https://management.azure.com/x", "HTTPS://Management.Core.Windows.Net//", ARM),
        ("https://management.azure.com/x", "https://management.core.windows.net//.default", ARM),
        ("https://management.azure.com/x", "https://management.azure.com", ARM),
        ("https://management.azure.com/x", "https://management.azure.com/.default", ARM),
        ("https://a.vault.azure.net/x", "https://vault.azure.net/", VAULT),
        ("http://127.0.0.1:8080/x", "https://arm.test", LOCAL),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/", LOCAL),
    ] {
        assert_eq!(audience(uri, Some(named)), expected, "{uri} {named}");
    }
}

#[test]
fn a_name_nobody_knows_goes_to_the_one_origin_that_the_user_names_with_it() {
    for (uri, named) in [
        ("https://api.example.com/x", "https://example.com"),
        ("https://example.com/x", "https://api.example.com"),
        ("https://example.com:8443/x", "https://example.com"),
        ("https://example.com/x", "example.net"),
        ("https://contoso.sharepoint.com/x", "https://contoso.sharepoint.com"),
        ("https://org.crm4.dynamics.com/x", "https://org.crm4.dynamics.com/"),
        ("https://ws-svc.fhir.azurehealthcareapis.com/x", "https://ws-svc.fhir.azurehealthcareapis.com"),
        ("https://example.com/x", "api://0b1c"),
        ("https://example.com/x", "00000000-0000-0000-0000-000000000001"),
        ("https://example.com/x", "urn:x:y"),
        // More than the address of a host, and one of many hosts, are audiences of their own.
        ("https://management.azure.com/x", "https://management.azure.com/app"),
        ("https://a.vault.azure.net/x", "https://a.vault.azure.net"),
        ("https://10.1.2.3/x", "https://10.1.2.3"),
        ("http://127.0.0.1:8080/x", "api://0b1c"),
    ] {
        let permit = decide(uri, Some(named)).unwrap();
        assert_eq!(permit.audience, named, "{uri} {named}");
        let url = Url::parse(uri).unwrap();
        // Further addresses stay there.
        assert!(permit.check(&url.join("/y?z").unwrap()).is_ok(), "{uri} {named}");
        for other in ["https://elsewhere.test/y", "https://a.example.com/y", "https://example.com:9/y"] {
            assert!(
                matches!(permit.check(&Url::parse(other).unwrap()), Err(Error::EndpointNotTrusted { .. })),
                "{other}"
            );
        }
    }
}

#[test]
fn a_token_that_is_known_does_not_leave_its_hosts() {
    for (uri, named) in [
        ("https://example.com/x", ARM),
        ("https://example.com/x", "https://management.azure.com"),
        ("https://example.com/x", "797F4846-ba00-4fd7-ba43-dac1f8f63013"),
        ("https://example.com/x", "https://management.usgovcloudapi.net"),
        ("https://example.com/x", "https://management.core.chinacloudapi.cn/"),
        ("https://a.vault.azure.net/x", ARM),
        ("https://reg.azurecr.io/x", ARM),
        ("https://management.azure.com:444/x", ARM),
        ("https://a.west.management.azure.com/x", ARM),
        ("https://a.vault.usgovcloudapi.net/x", VAULT),
        ("https://a.blob.core.chinacloudapi.cn/x", "https://storage.azure.com"),
        ("https://example.com/x", "https://servicebus.azure.net"),
        ("https://example.com/x", "https://redis.azure.com"),
        ("https://example.com/x", "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"),
        ("https://data.west.data.azurecr.io/x", "https://containerregistry.azure.net"),
    ] {
        let error = decide(uri, Some(named)).unwrap_err();
        assert!(matches!(error, Error::EndpointNotTrusted { .. }), "{uri} {named}: {error:?}");
        assert!(error.to_string().contains("goes only to"), "{error}");
    }
}

/// An environment in which nothing is known but the Resource Manager of a cloud, as the table has it.
fn cloud(arm_audience: &str, arm_host: &str) -> Vec<AudienceHosts> {
    vec![AudienceHosts { audience: arm_audience.to_owned(), hosts: vec![arm_host.to_owned()] }]
}

#[test]
fn a_token_does_not_go_in_the_clear_or_beside_a_password() {
    for (uri, named) in [
        ("http://management.azure.com/x", None),
        ("http://management.azure.com/x", Some(ARM)),
        ("http://management.azure.com:443/x", None),
        ("http://a.vault.azure.net:443/x", None),
        ("http://example.com/x", Some("http://example.com")),
        ("http://example.com/x", Some("api://0b1c")),
        ("http://127.0.0.1:9999/x", Some("api://0b1c")),
        ("http://127.0.0.1:9999/x", None),
        ("http://arm.local:8080/x", Some(LOCAL)),
        ("https://me@management.azure.com/x", None),
        ("https://me:word@management.azure.com/x", Some(ARM)),
        ("https://:word@example.com/x", None),
        ("ftp://management.azure.com/x", None),
    ] {
        let error = decide(uri, named).unwrap_err();
        assert!(matches!(error, Error::EndpointNotTrusted { .. }), "{uri} {named:?}: {error:?}");
        assert!(!error.to_string().contains("word@"), "{error}");
    }
}

#[test]
fn realms_of_one_audience_share_their_hosts() {
    let other = AudienceHosts { audience: ARM.to_uppercase(), hosts: vec!["other.test".to_owned()] };
    let realms = [realms(), vec![other]].concat();
    for (uri, named) in [
        ("https://other.test/x", ARM),
        ("https://management.azure.com/x", ARM),
        ("https://other.test/x", "https://management.azure.com"),
    ] {
        assert_eq!(of(&realms, uri, named).unwrap().audience, ARM, "{uri} {named}");
    }
}

#[test]
fn whoever_is_refused_is_told_the_hosts_that_are_meant_each_once() {
    let twice = [realms(), realms()].concat();
    let permit = of(&twice, "https://arm.local:8443/x", LOCAL).unwrap();
    let text = permit.check(&Url::parse("https://example.com/").unwrap()).unwrap_err().to_string();
    let hosts = "goes only to http://127.0.0.1:8080, https://arm.local:8443;";
    assert!(text.contains(hosts), "{text}");
}
