//! What each cloud has, and what of it is known in a private one.

use super::customer_hosts::SHOWN;
use super::*;

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
        let permit = AudiencePolicy::resolve(&origin::parse("Uri", uri).unwrap(), None, realms);
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
        let error = AudiencePolicy::resolve(&origin::parse("Uri", uri).unwrap(), None, realms).unwrap_err();
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
        let permit = AudiencePolicy::resolve(&Url::parse(origin).unwrap(), None, &realms).unwrap();
        assert_eq!(permit.audience, audience);
        assert!(permit.check(&Url::parse("https://westus.management.azure.com/x").unwrap()).is_ok());
        assert!(permit.check(&Url::parse("https://elsewhere.test/x").unwrap()).is_err());
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
                assert!(matches!(error, Error::EndpointNotTrusted { .. }), "{uri} {named}: {error:?}");
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
        assert!(matches!(decide(uri, Some(named)), Err(Error::EndpointNotTrusted { .. })), "{uri} {named}");
    }
    // The id of an app is no address, whatever name it holds.
    assert!(decide("https://app.azurewebsites.net/x", Some("api://ns.servicebus.windows.net")).is_ok());
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
            assert!(matches!(decide(uri, Some(id)), Err(Error::EndpointNotTrusted { .. })), "{id} {uri}");
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
        assert!(matches!(error, Error::EndpointNotTrusted { .. }), "{named}: {error:?}");
    }
    assert!(of(&private, "https://a.vault.azure.net/x", VAULT).is_ok());
}

#[test]
fn an_environments_own_host_is_its_own_whoever_runs_it() {
    let realms = cloud("https://arm.test/", "arm.azurewebsites.net");
    let url = Url::parse("https://arm.azurewebsites.net/subscriptions").unwrap();
    assert_eq!(AudiencePolicy::resolve(&url, None, &realms).unwrap().audience, "https://arm.test/");
}
