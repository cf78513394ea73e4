//! Vectors 48 to 65: which service is asked, and how.

use std::path::PathBuf;
use std::sync::Arc;

use tollgate_identity::{Error, Resource, Selector, SelectorInput, TokenCall, TokenClient};

use crate::hosts::{self, APP_SERVICE, ARC, CLOUD_SHELL, MACHINE_LEARNING, SECRET, fabric, id, wish};
use crate::secure::{OWN, Secure};
use crate::service::{Service, ask, request, secret, token};

const IMDS: &str = "the virtual machine's metadata service at http://169.254.169.254";

/// Who is asked for a token, and where, by the line that says so.
async fn asked(client: &TokenClient) -> String {
    let TokenCall::Pending(pending) = client.get_token(&request("https://x")) else {
        panic!("it was not asked yet")
    };
    let journal = Arc::clone(pending.progress());
    let _ = pending.wait().await;
    let mut lines = (0..).map_while(|number| journal.event(number)).map(|event| event.text);
    let line = lines.find_map(|line| Some(line.strip_prefix("asking ")?.to_owned())).unwrap();
    line.split(" for a token").next().unwrap().to_owned()
}

async fn asked_with(variables: &[(&str, &str)]) -> String {
    asked(&hosts::client(&Service::new([], token("t")), variables)).await
}

/// Asks with these variables; gives the request line, the other lines that matter, and the form.
async fn question(variables: &[(&str, &str)], selector: Selector) -> (String, Vec<String>, String) {
    let service = Service::new([token("t")], token("t"));
    // Arc's agent would have to repeat the identity; how it is asked does not depend on that.
    let _ = ask(&hosts::client(&service, variables), &wish(selector)).await;
    let question = service.questions().pop().unwrap();
    let (head, form) = question.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines().map(str::to_owned);
    let first = lines.next().unwrap();
    let other = |line: &String| !line.starts_with("host:") && !line.starts_with("content-");
    (first, lines.filter(other).collect(), form.to_owned())
}

#[tokio::test(start_paused = true)]
async fn v048_each_set_of_variables_points_to_its_service_and_none_to_the_virtual_machines() {
    let (endpoint, header) = (("IDENTITY_ENDPOINT", "http://app/msi/token"), ("IDENTITY_HEADER", SECRET));
    let (msi, msi_secret) = (("MSI_ENDPOINT", "http://msi/token"), ("MSI_SECRET", SECRET));
    let arc = ("IMDS_ENDPOINT", "http://arc");
    for (variables, expected) in [
        (fabric().to_vec(), "Service Fabric's token service at https://fabric"),
        (vec![endpoint, header], "App Service's token service at http://app"),
        (vec![msi, msi_secret, MACHINE_LEARNING[2]], "Azure Machine Learning's token service at http://msi"),
        (vec![msi], "Cloud Shell's token service at http://msi"),
        (vec![endpoint, arc], "the agent of Azure Arc at http://app"),
        (vec![], IMDS),
        // Of all that is set, the first in this order counts.
        (
            [&fabric()[..], &[msi, msi_secret, arc]].concat(),
            "Service Fabric's token service at https://fabric",
        ),
        (vec![endpoint, header, arc], "App Service's token service at http://app"),
        (
            vec![endpoint, arc, msi, msi_secret, MACHINE_LEARNING[2]],
            "Azure Machine Learning's token service at http://msi",
        ),
        (vec![endpoint, arc, msi], "Cloud Shell's token service at http://msi"),
        // Half a set is none, and what is empty is not set.
        (vec![endpoint], IMDS),
        (vec![header, msi_secret, arc], IMDS),
        (vec![endpoint, ("IDENTITY_HEADER", " "), ("MSI_ENDPOINT", "")], IMDS),
        (vec![msi, ("MSI_SECRET", "")], "Cloud Shell's token service at http://msi"),
    ] {
        assert_eq!(asked_with(&variables).await, expected, "{variables:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn v049_arcs_agent_is_asked_at_its_usual_address_where_only_its_program_is_found() {
    let service = Service::new([], token("t"));
    let environment = service.environment(&[]).with_arc_agent(PathBuf::new());
    let client = service.build(&environment, Secure::new(&service, &OWN)).unwrap();
    assert_eq!(asked(&client).await, "the agent of Azure Arc at http://127.0.0.1:40342");
    assert!(service.lines()[0].starts_with("GET /metadata/identity/oauth2/token?"), "{:?}", service.lines());
}

#[tokio::test(start_paused = true)]
async fn v050_the_newer_pair_of_app_service_goes_before_the_older_one() {
    let both = [APP_SERVICE, MACHINE_LEARNING].concat();
    assert_eq!(asked_with(&both).await, "App Service's token service at http://app");
    let (first, ..) = question(&both, Selector::SystemAssigned).await;
    assert!(first.contains("api-version=2019-08-01"), "{first}");
}

#[tokio::test(start_paused = true)]
async fn v051_an_address_without_scheme_is_refused_by_the_name_of_its_variable() {
    for host in hosts::all() {
        for address in ["127.0.0.1:41564/msi/token", "localhost/token"] {
            let variable = host[0].0;
            let mut variables = host.clone();
            variables[0].1 = address;
            let service = Service::new([], token("t"));
            let error = hosts::try_client(&service, &variables).err().unwrap();
            let Error::InvalidArgument { field, fault } = error else { panic!("{error:?}") };
            assert_eq!(field, variable);
            assert!(fault.starts_with(&format!("'{address}' is not an absolute address")), "{fault}");
            assert!(service.questions().is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn v052_the_slash_at_the_end_of_an_address_stays() {
    let (first, ..) = question(APP_SERVICE, Selector::SystemAssigned).await;
    assert!(first.starts_with("GET /msi/token/?api-version"), "{first}");
}

#[tokio::test(start_paused = true)]
async fn v053_the_pod_identity_host_keeps_the_services_own_path() {
    for host in ["http://pods:8080", "http://pods:8080/"] {
        let service = Service::new([], token("t"));
        let client = hosts::client(&service, &[("AZURE_POD_IDENTITY_AUTHORITY_HOST", host)]);
        assert_eq!(asked(&client).await, "the virtual machine's metadata service at http://pods:8080");
        assert!(
            service.lines()[0].starts_with("GET /metadata/identity/oauth2/token?api"),
            "{:?}",
            service.lines()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn v054_a_scope_is_asked_for_as_the_resource_it_is_of() {
    let service = Service::new([], token("t"));
    secret(&service.client(), "https://x/.default").await;
    assert!(service.lines()[0].contains("&resource=https%3A%2F%2Fx HTTP"), "{:?}", service.lines());
}

#[test]
fn v055_v056_no_resource_and_two_resources_are_refused() {
    for text in ["", " ", "/.default", "https://a https://b", "https://a/.default https://b/.default"] {
        let result = Resource::parse(text);
        assert!(
            matches!(result, Err(Error::InvalidArgument { field: "ResourceUrl", .. })),
            "{text:?} {result:?}"
        );
    }
}

#[test]
fn v057_an_empty_identity_is_refused() {
    for texts in [
        SelectorInput { account_id: Some(""), ..Default::default() },
        SelectorInput { client_id: Some(""), ..Default::default() },
        SelectorInput { object_id: Some(" "), ..Default::default() },
        SelectorInput { resource_id: Some(""), ..Default::default() },
    ] {
        let result = Selector::parse(texts);
        assert!(matches!(result, Err(Error::InvalidArgument { .. })), "{texts:?} {result:?}");
    }
}

/// The four ways to ask, with what each adds to the question.
fn selectors(client_id: &str, object_id: &str, resource_id: &str) -> [(Selector, String); 4] {
    [
        (Selector::SystemAssigned, String::new()),
        (Selector::ClientId(id()), format!("&{client_id}={}", id())),
        (Selector::ObjectId(id()), format!("&{object_id}={}", id())),
        (Selector::ResourceId("/a".into()), format!("&{resource_id}=%2Fa")),
    ]
}

#[tokio::test(start_paused = true)]
async fn v058_the_virtual_machines_service_has_its_names_for_identities_and_its_header() {
    for (selector, named) in selectors("client_id", "object_id", "msi_res_id") {
        let (first, lines, _) = question(&[], selector).await;
        let base = "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fx";
        assert_eq!(first, format!("{base}{named} HTTP/1.1"));
        assert_eq!(lines, ["metadata: true"]);
    }
}

#[tokio::test(start_paused = true)]
async fn v059_app_service_has_its_own_names_for_identities_and_its_header() {
    for (selector, named) in selectors("client_id", "principal_id", "mi_res_id") {
        let (first, lines, _) = question(APP_SERVICE, selector).await;
        let base = "GET /msi/token/?api-version=2019-08-01&resource=https%3A%2F%2Fx";
        assert_eq!(first, format!("{base}{named} HTTP/1.1"));
        assert_eq!(lines, ["metadata: true", "x-identity-header: hush"]);
    }
}

#[tokio::test(start_paused = true)]
async fn v060_machine_learning_is_told_its_computes_client_id_where_none_is_named() {
    let base = "GET /msi/token?api-version=2017-09-01&resource=https%3A%2F%2Fx&clientid=";
    let (first, lines, _) = question(MACHINE_LEARNING, Selector::SystemAssigned).await;
    assert_eq!(first, format!("{base}c0000000-0000-0000-0000-000000000009 HTTP/1.1"));
    assert_eq!(lines, ["metadata: true", "secret: hush"]);
    let (first, ..) = question(MACHINE_LEARNING, Selector::ClientId(id())).await;
    assert_eq!(first, format!("{base}{} HTTP/1.1", id()));
}

#[tokio::test(start_paused = true)]
async fn v061_v062_v064_what_a_service_cannot_do_is_refused_before_it_is_asked() {
    let fabric = fabric();
    let cases = [
        (MACHINE_LEARNING, Selector::ObjectId(id())),
        (MACHINE_LEARNING, Selector::ResourceId("/a".into())),
        // Without the variable that names the compute's identity there is none to ask for.
        (&MACHINE_LEARNING[..2], Selector::SystemAssigned),
        (CLOUD_SHELL, Selector::ClientId(id())),
        (CLOUD_SHELL, Selector::ObjectId(id())),
        (CLOUD_SHELL, Selector::ResourceId("/a".into())),
        (&fabric[..], Selector::ClientId(id())),
        (&fabric[..], Selector::ResourceId("/a".into())),
    ];
    for (variables, selector) in cases {
        let service = Service::new([], token("t"));
        let shown = format!("{variables:?} {selector:?}");
        let error = ask(&hosts::client(&service, variables), &wish(selector)).await.unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { field: "AccountId", .. }), "{shown} {error:?}");
        assert!(service.questions().is_empty(), "{shown}");
        assert!(!error.to_string().contains(SECRET), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn v063_cloud_shell_gets_a_form() {
    let (first, lines, form) = question(CLOUD_SHELL, Selector::SystemAssigned).await;
    assert_eq!(first, "POST /oauth2/token HTTP/1.1");
    assert_eq!((lines, form.as_str()), (vec!["metadata: true".to_owned()], "resource=https%3A%2F%2Fx"));
}

#[tokio::test(start_paused = true)]
async fn v065_service_fabric_is_told_an_object_id_as_principal_id_and_asked_in_the_version_it_names() {
    let base = "GET /metadata/identity/oauth2/token?api-version=";
    let rest = format!("&resource=https%3A%2F%2Fx&principalId={} HTTP/1.1", id());
    let (first, lines, _) = question(&fabric(), Selector::ObjectId(id())).await;
    assert_eq!(first, format!("{base}2019-07-01-preview{rest}"));
    assert_eq!(lines, ["secret: hush"]);
    let newer = [&fabric()[..], &[("IDENTITY_API_VERSION", "2020-05-01")]].concat();
    assert_eq!(question(&newer, Selector::ObjectId(id())).await.0, format!("{base}2020-05-01{rest}"));
}

#[tokio::test(start_paused = true)]
async fn arcs_agent_has_the_names_of_the_virtual_machines_service() {
    for (selector, named) in selectors("client_id", "object_id", "msi_res_id") {
        let (first, lines, _) = question(ARC, selector).await;
        let base = "GET /metadata/identity/oauth2/token?api-version=2020-06-01&resource=https%3A%2F%2Fx";
        assert_eq!(first, format!("{base}{named} HTTP/1.1"));
        assert_eq!(lines, ["metadata: true"]);
    }
}
