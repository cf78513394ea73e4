//! Hosts whose owner can read what is sent there.

use super::*;

pub(super) const SHOWN: [&str; 9] = [
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
        assert!(!permit.strips_token_at_redirects);
        for known in [
            ARM,
            "https://management.azure.com",
            VAULT,
            "https://storage.azure.com/",
            "https://graph.microsoft.com",
        ] {
            let error = decide(uri, Some(known)).unwrap_err();
            assert!(matches!(error, Error::EndpointNotTrusted { .. }), "{uri} {known}: {error:?}");
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
        assert!(permit.strips_token_at_redirects, "{uri}");
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
        assert!(matches!(decide(uri, Some(named)), Err(Error::EndpointNotTrusted { .. })), "{uri} {named}");
    }
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
        assert!(permit.strips_token_at_redirects);
    }
    assert!(workspace.is_ok());
    assert!(decide("https://adb-1.2.azuredatabricks.net/api/2.0/x", Some(id)).is_ok());
}
