//! Tables: which token goes where, and what is refused.

use super::*;

const ARM: &str = "https://management.core.windows.net/";
const VAULT: &str = "https://vault.azure.net";
const LOCAL: &str = "https://arm.test/";

fn realms() -> Vec<Realm> {
    let realm = |audience: &str, hosts: &[&str]| Realm {
        audience: audience.to_owned(),
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
    };
    vec![
        realm(ARM, &["management.azure.com"]),
        realm(VAULT, &["*.vault.azure.net"]),
        realm(LOCAL, &["http://127.0.0.1:8080", "https://arm.local:8443", "http://arm.local:8080"]),
    ]
}

fn of(realms: &[Realm], uri: &str, named: &str) -> Result<Permit, Error> {
    Permit::decide(&origin::parse("Uri", uri).unwrap(), Some(named), realms)
}

fn decide(uri: &str, named: Option<&str>) -> Result<Permit, Error> {
    Permit::decide(&origin::parse("Uri", uri).unwrap(), named, &realms())
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
                matches!(permit.check(&Url::parse(other).unwrap()), Err(Error::NotTrusted { .. })),
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
        assert!(matches!(error, Error::NotTrusted { .. }), "{uri} {named}: {error:?}");
        assert!(error.to_string().contains("goes only to"), "{error}");
    }
}

/// An environment in which nothing is known but the Resource Manager of a cloud, as the table has it.
fn cloud(arm_audience: &str, arm_host: &str) -> Vec<Realm> {
    vec![Realm { audience: arm_audience.to_owned(), hosts: vec![arm_host.to_owned()] }]
}

#[test]
fn the_services_of_each_cloud_are_known_by_their_hosts() {
    let public = cloud(ARM, "management.azure.com");
    let government = cloud("https://management.core.usgovcloudapi.net/", "management.usgovcloudapi.net");
    let china = cloud("https://management.core.chinacloudapi.cn/", "management.chinacloudapi.cn");
    for (realms, uri, expected) in [
        (&public, "https://westus.management.azure.com/subscriptions", ARM),
        (&public, "https://a.search.windows.net/indexes", "https://search.azure.com"),
        (&public, "https://a.openai.azure.com/openai/x", "https://cognitiveservices.azure.com"),
        (&public, "https://a.cognitiveservices.azure.com/x", "https://cognitiveservices.azure.com"),
        (&public, "https://a.services.ai.azure.com/models/x", "https://cognitiveservices.azure.com"),
        (&public, "https://a.services.ai.azure.com/api/projects/p", "https://ai.azure.com"),
        (&public, "https://api.powerbi.com/v1.0/myorg/groups", "https://analysis.windows.net/powerbi/api"),
        (&public, "https://api.fabric.microsoft.com/v1/workspaces", "https://api.fabric.microsoft.com"),
        (&public, "https://reg.azurecr.io/oauth2/exchange", "https://containerregistry.azure.net"),
        (&public, "https://a.z12.blob.storage.azure.net/c", "https://storage.azure.com/"),
        (&public, "https://a.blob.core.windows.net/c", "https://storage.azure.com/"),
        (&public, "https://onelake.dfs.fabric.microsoft.com/w", "https://storage.azure.com/"),
        (&public, "https://dce.westeurope-1.ingest.monitor.azure.com/x", "https://monitor.azure.com/"),
        (
            &public,
            "https://w.westeurope.prometheus.monitor.azure.com/x",
            "https://prometheus.monitor.azure.com",
        ),
        (&public, "https://westeurope.metrics.monitor.azure.com/x", "https://metrics.monitor.azure.com"),
        (&public, "https://api.loganalytics.azure.com/v1/x", "https://api.loganalytics.io"),
        (&public, "https://api.monitor.azure.com/v1/x", "https://api.loganalytics.io"),
        (&public, "https://adx.monitor.azure.com/x", "https://kusto.kusto.windows.net"),
        (&public, "https://c.westeurope.kusto.windows.net/v2/rest/query", "https://kusto.kusto.windows.net"),
        (&public, "https://dev.azure.com/org/_apis/projects", "499b84ac-1321-427f-aa17-267ca6975798"),
        (&public, "https://org.visualstudio.com/_apis/projects", "499b84ac-1321-427f-aa17-267ca6975798"),
        (&public, "https://adb-1.2.azuredatabricks.net/api/2.0/x", "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"),
        (&public, "https://t.westeurope-1.eventgrid.azure.net/api/events", "https://eventgrid.azure.net"),
        (&public, "https://a.azconfig.io/kv", "https://appconfig.azure.com"),
        (&public, "https://acct.documents.azure.com/dbs", "https://cosmos.azure.com"),
        (&public, "https://ws.dicom.azurehealthcareapis.com/v1", "https://dicom.healthcareapis.azure.com"),
        (&government, "https://a.search.windows.us/x", "https://search.azure.us"),
        (&government, "https://a.blob.core.usgovcloudapi.net/c", "https://storage.azure.com/"),
        (&government, "https://api.powerbigov.us/v1.0", "https://analysis.usgovcloudapi.net/powerbi/api"),
        (&china, "https://a.vault.azure.cn/secrets", "https://vault.azure.cn"),
        (&china, "https://a.search.azure.cn/x", "https://search.azure.cn"),
    ] {
        let permit = Permit::decide(&origin::parse("Uri", uri).unwrap(), None, realms);
        assert_eq!(permit.unwrap_or_else(|error| panic!("{uri}: {error}")).audience, expected, "{uri}");
    }
    // One cloud's hosts are another's strangers, and a private cloud has what it tells of.
    for (realms, uri) in [
        (&government, "https://a.search.windows.net/x"),
        (&china, "https://management.azure.com/x"),
        (&cloud("https://arm.test/", "https://arm.local:8443"), "https://a.search.windows.net/x"),
        (&public, "https://ws-svc.fhir.azurehealthcareapis.com/Patient"),
        (&public, "https://x.grafana.azure.com/api"),
        (&public, "https://c-1.hcp.westeurope.azmk8s.io/api"),
    ] {
        let error = Permit::decide(&origin::parse("Uri", uri).unwrap(), None, realms).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { field: "Uri", .. }), "{uri}: {error:?}");
    }
}

#[test]
fn the_next_page_may_be_at_a_regional_resource_manager() {
    for named in [None, Some(ARM), Some("https://management.azure.com/")] {
        let permit = decide("https://management.azure.com/subscriptions", named).unwrap();
        assert!(permit.check(&Url::parse("https://westus.management.azure.com/x").unwrap()).is_ok());
        assert!(permit.check(&Url::parse("https://a.westus.management.azure.com/x").unwrap()).is_err());
    }
    let permit = decide("https://westus.management.azure.com/subscriptions", None).unwrap();
    assert!(permit.check(&Url::parse("https://management.azure.com/x").unwrap()).is_ok());
}

#[test]
fn a_lookup_knows_the_regional_resource_managers_as_well() {
    // The realm of a lookup has nothing but the origin.
    for (audience, origin) in [
        (ARM, "https://management.azure.com"),
        ("https://management.azure.com", "https://management.azure.com"),
    ] {
        let realms = cloud(audience, origin);
        let permit = Permit::decide(&Url::parse(origin).unwrap(), None, &realms).unwrap();
        assert_eq!(permit.audience, audience);
        assert!(permit.check(&Url::parse("https://westus.management.azure.com/x").unwrap()).is_ok());
        assert!(permit.check(&Url::parse("https://elsewhere.test/x").unwrap()).is_err());
    }
}

const SHOWN: [&str; 9] = [
    "https://app.azurewebsites.net/x",
    "https://app.scm.azurewebsites.net/api/settings",
    "https://gw.azure-api.net/x",
    "https://front.azurefd.net/x",
    "https://ns.servicebus.windows.net/hc",
    "https://vm.westeurope.cloudapp.azure.com/x",
    "https://flow.westeurope.logic.azure.com/x",
    "https://e.westeurope.inference.ml.azure.com/score",
    "https://a.z6.web.core.windows.net/",
];

#[test]
fn a_host_that_can_show_a_request_gets_no_token_unless_the_audience_is_named() {
    for uri in SHOWN {
        let error = decide(uri, None).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { field: "Uri", .. }), "{uri}: {error:?}");
        assert!(error.to_string().contains("whose owner can read"), "{error}");
        // The app's own audience.
        let permit = decide(uri, Some("api://0b1c")).unwrap();
        assert!(!permit.leaves_token_at_redirects);
        for known in [
            ARM,
            "https://management.azure.com",
            VAULT,
            "https://storage.azure.com/",
            "https://graph.microsoft.com",
        ] {
            let error = decide(uri, Some(known)).unwrap_err();
            assert!(matches!(error, Error::NotTrusted { .. }), "{uri} {known}: {error:?}");
            assert!(error.to_string().contains("can read what is sent there"), "{error}");
        }
    }
}

#[test]
fn a_row_that_has_such_a_host_counts_by_its_name_for_that_origin_alone() {
    for (uri, named) in [
        ("https://ns.servicebus.windows.net/q/messages", "https://servicebus.azure.net"),
        ("https://ns.servicebus.windows.net/q/messages", "https://servicebus.azure.net//.default"),
        ("https://ns.servicebus.windows.net/h/messages", "https://eventhubs.azure.net/"),
        ("https://ns.servicebus.windows.net/hc", "https://relay.azure.net"),
        ("https://app.scm.azurewebsites.net/api/settings", "https://appservice.azure.com"),
        ("https://app.scm.westeurope-01.azurewebsites.net/api", "abfa0a7c-a6b6-4736-8310-5855508787cd"),
        ("https://e.westeurope.inference.ml.azure.com/score", "https://ml.azure.com"),
        ("https://x.weu.grafana.azure.com/api", "ce34e7e5-485f-4d76-964f-b3d2b16d1e4f"),
    ] {
        let permit = decide(uri, Some(named)).unwrap_or_else(|error| panic!("{uri} {named}: {error}"));
        assert!(permit.leaves_token_at_redirects, "{uri}");
        let url = Url::parse(uri).unwrap();
        assert!(permit.check(&url.join("/next").unwrap()).is_ok());
        let mut other = url;
        other.set_host(Some(&format!("other-{}", other.host_str().unwrap()))).unwrap();
        assert!(permit.check(&other).is_err(), "{other}");
    }
    // Not the app itself, another audience of the same hosts, or another port.
    for (uri, named) in [
        ("https://app.azurewebsites.net/x", "https://appservice.azure.com"),
        ("https://scm.azurewebsites.net/x", "https://appservice.azure.com"),
        ("https://app.scm.azurewebsites.net/x", "https://servicebus.azure.net"),
        ("https://ns.servicebus.windows.net/x", "https://eventgrid.azure.net"),
        ("https://ns.servicebus.windows.net:8443/x", "https://servicebus.azure.net"),
    ] {
        assert!(matches!(decide(uri, Some(named)), Err(Error::NotTrusted { .. })), "{uri} {named}");
    }
}

#[test]
fn an_audience_that_is_one_host_of_a_service_stays_with_that_service() {
    let private = cloud("https://arm.test/", "https://arm.local:8443");
    for named in [
        "https://acct.blob.core.windows.net",
        "https://ACCT.blob.core.windows.net.:443//.default",
        "acct.blob.core.windows.net",
        "http://acct.blob.core.windows.net",
        "https://acct.blob.core.usgovcloudapi.net",
        "https://acct.z12.queue.storage.azure.net/",
        "https://c.westeurope.kusto.windows.net",
        "https://acct.documents.azure.com",
        "https://acct.documents.azure.cn",
        "https://other.servicebus.windows.net",
        "https://a.vault.azure.net/x",
    ] {
        for uri in [&SHOWN[..], &["https://example.com/x", "https://a.eventgrid.azure.net/x"]].concat() {
            for realms in [&realms(), &private] {
                let error = of(realms, uri, named).unwrap_err();
                assert!(matches!(error, Error::NotTrusted { .. }), "{uri} {named}: {error:?}");
                assert!(error.to_string().contains("a service of its own"), "{error}");
            }
        }
    }
    // It goes to the host that it names, and to another one of its service: to no more than the one that is asked.
    for (uri, named) in [
        ("https://acct.blob.core.windows.net/c", "https://acct.blob.core.windows.net"),
        ("https://acct.blob.core.windows.net/c", "acct.blob.core.windows.net"),
        ("https://acct-secondary.blob.core.windows.net/c", "https://acct.blob.core.windows.net"),
        ("https://acct-westeurope.documents.azure.com/dbs", "https://acct.documents.azure.com"),
        ("https://ingest-c.westeurope.kusto.windows.net/v1", "https://c.westeurope.kusto.windows.net"),
        ("https://ns.servicebus.windows.net/q", "https://ns.servicebus.windows.net"),
    ] {
        let permit = decide(uri, Some(named)).unwrap_or_else(|error| panic!("{uri} {named}: {error}"));
        assert_eq!(permit.audience, named);
        let third = Url::parse("https://third.blob.core.windows.net/c").unwrap();
        assert!(permit.check(&third).is_err(), "{uri} {named}");
    }
    // Where only a name counts, not even that.
    for (uri, named) in [
        ("https://x.weu.grafana.azure.com/api", "https://y.weu.grafana.azure.com"),
        ("https://c-1.hcp.westeurope.azmk8s.io/api", "https://c-2.hcp.westeurope.azmk8s.io"),
    ] {
        assert!(matches!(decide(uri, Some(named)), Err(Error::NotTrusted { .. })), "{uri} {named}");
    }
    // The id of an app is no address, whatever name it holds.
    assert!(decide("https://app.azurewebsites.net/x", Some("api://ns.servicebus.windows.net")).is_ok());
}

#[test]
fn a_path_to_a_customers_driver_node_counts_by_its_name_for_that_origin_alone() {
    let id = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";
    let workspace = decide("https://adb-1.2.azuredatabricks.net/api/2.0/x", None);
    for path in
        ["driver-proxy-api/o/0/c/1/x", "driver-proxy/o/0/c/1/x", "/Driver-Proxy/x", "%64river-proxy/x"]
    {
        let uri = format!("https://adb-1.2.azuredatabricks.net/{path}");
        let error = decide(&uri, None).unwrap_err();
        assert!(error.to_string().contains("whose owner can read"), "{uri}: {error}");
        assert!(decide(&uri, Some(ARM)).is_err(), "{uri}");
        if let Ok(permit) = &workspace {
            assert!(permit.check(&Url::parse(&uri).unwrap()).is_err(), "{uri}");
        }
    }
    for path in ["driver-proxy-api/o/0/c/1/x", "driver-proxy/o/0/c/1/x"] {
        let permit = decide(&format!("https://adb-1.2.azuredatabricks.net/{path}"), Some(id)).unwrap();
        assert!(permit.leaves_token_at_redirects);
    }
    assert!(workspace.is_ok());
    assert!(decide("https://adb-1.2.azuredatabricks.net/api/2.0/x", Some(id)).is_ok());
}

#[test]
fn a_service_is_known_by_the_id_of_its_application_too() {
    for id in [
        "022907d3-0f1b-48f7-badc-1ba6abab6d66",
        "123cd850-d9df-40bd-94d5-c9f07b7fa203",
        "a232010e-820c-4083-83bb-3ace5fc29d0b",
        "2746ea77-4702-4b45-80ca-3c97e680e8b7",
        "ddbf3205-c6bd-46ae-8127-60eb93363864",
        "7d312290-28c8-473c-a0ed-8e53749b6d6d",
        "880da380-985e-4198-81b9-e05b1cc53158",
        "80a10ef9-8168-493d-abf9-3297c4ef6e3c",
        "80369ed6-5f11-4dd9-bef3-692475845e77",
        "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5",
        "f5c26e74-f226-4ae8-85f0-b4af0080ac9e",
        "00000009-0000-0000-c000-000000000000",
        "c5393580-f805-4401-95e8-94b7a6ef2fc2",
        "6a0ec4d3-30cb-4a83-91c0-ae56bc0e3d26",
        "35ffadb3-7fc1-497e-b61b-381d28e744cc",
        "1341df96-0b28-43da-ba24-7a6ce39be816",
        "c61423b7-1d1f-430d-b444-0eee53298103",
        "fc780465-2017-40d4-a0c5-307022471b92",
        "ba1ea022-5807-41d5-bbeb-292c7e1cf5f6",
        "00000002-0000-0ff1-ce00-000000000000",
        "725d0e77-e1fd-48f1-a295-2115457f7609",
        "6a02c803-dafd-4136-b4c3-5a6f318b4714",
        "https://app.vssps.visualstudio.com",
        "https://datalake.azure.net",
        "https://pas.windows.net/CheckMyAccess/Linux",
    ] {
        for uri in ["https://app.azurewebsites.net/x", "https://example.com/x"] {
            assert!(matches!(decide(uri, Some(id)), Err(Error::NotTrusted { .. })), "{id} {uri}");
        }
    }
    let kusto = "https://c.westeurope.kustomfa.windows.net/x";
    assert_eq!(
        audience(kusto, Some("725d0e77-e1fd-48f1-a295-2115457f7609")),
        "725d0e77-e1fd-48f1-a295-2115457f7609"
    );
}

#[test]
fn what_is_known_in_a_cloud_is_known_in_a_private_one_too() {
    let private = cloud("https://arm.test/", "https://arm.local:8443");
    for named in [ARM, "https://management.azure.com", VAULT, "https://graph.microsoft.us"] {
        let error = of(&private, "https://example.com/x", named).unwrap_err();
        assert!(matches!(error, Error::NotTrusted { .. }), "{named}: {error:?}");
    }
    assert!(of(&private, "https://a.vault.azure.net/x", VAULT).is_ok());
}

#[test]
fn an_environments_own_host_is_its_own_whoever_runs_it() {
    let realms = cloud("https://arm.test/", "arm.azurewebsites.net");
    let url = Url::parse("https://arm.azurewebsites.net/subscriptions").unwrap();
    assert_eq!(Permit::decide(&url, None, &realms).unwrap().audience, "https://arm.test/");
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
        assert!(matches!(error, Error::NotTrusted { .. }), "{uri} {named:?}: {error:?}");
        assert!(!error.to_string().contains("word@"), "{error}");
    }
}

#[test]
fn realms_of_one_audience_share_their_hosts() {
    let other = Realm { audience: ARM.to_uppercase(), hosts: vec!["other.test".to_owned()] };
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
