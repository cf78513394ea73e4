//! Refusals of a token request: the recorded bodies, to the byte.

use imds_sim::{Identity, Options, Simulator, TENANT_ID};

use crate::client::{Reply, TOKEN, get, receive, send};

fn start() -> Simulator {
    Simulator::start(Options::default()).unwrap()
}

fn assert_refusal(reply: &Reply, length: usize, body: &str) {
    assert_eq!(reply.status, 400);
    assert_eq!(reply.header("Content-Type"), Some("application/json; charset=utf-8"));
    assert_eq!(reply.header("Server"), Some("IMDS/150.870.65.528"));
    assert_eq!(reply.header("Content-Length"), Some(length.to_string().as_str()));
    assert_eq!(reply.body, body);
}

#[test]
fn a_request_without_the_metadata_header_gets_the_recorded_88_bytes() {
    let sim = start();
    let reply = receive(send(&sim, "GET", TOKEN, &[], "")).unwrap();
    assert_refusal(
        &reply,
        88,
        r#"{"error":"invalid_request","error_description":"Required metadata header not specified"}"#,
    );
    let counts = sim.counts();
    assert_eq!((counts.without_metadata_header, counts.served, counts.tokens), (1, 0, 0));
}

#[test]
fn an_unknown_identity_gets_the_recorded_68_bytes() {
    let sim = start();
    let body = r#"{"error":"invalid_request","error_description":"Identity not found"}"#;
    for selector in ["client_id=00000000-0000-0000-0000-000000000000", "object_id=", "msi_res_id=/nobody"] {
        assert_refusal(&get(&sim, &format!("{TOKEN}&{selector}")), 68, body);
    }
    assert_eq!(sim.counts().served, 0);
}

#[test]
fn a_machine_without_identities_has_none_to_find() {
    let sim = Simulator::start(Options { system: None, user: vec![], ..Options::default() }).unwrap();
    let body = r#"{"error":"invalid_request","error_description":"Identity not found"}"#;
    assert_refusal(&get(&sim, TOKEN), 68, body);
}

#[test]
fn several_identities_and_no_selector_get_the_recorded_168_bytes() {
    let options =
        Options { system: None, user: vec![Identity::first(), Identity::second()], ..Options::default() };
    assert_refusal(
        &get(&Simulator::start(options).unwrap(), TOKEN),
        168,
        r#"{"error":"invalid_request","error_description":"Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request"}"#,
    );
}

#[test]
fn a_request_without_a_resource_is_told_what_is_missing() {
    let sim = start();
    let body =
        r#"{"error":"invalid_request","error_description":"Required query variable 'resource' is missing"}"#;
    for query in ["api-version=2018-02-01", "api-version=2018-02-01&resource="] {
        assert_refusal(&get(&sim, &format!("/metadata/identity/oauth2/token?{query}")), body.len(), body);
    }
}

#[test]
fn a_version_that_is_missing_unknown_or_too_old_is_told_the_newest() {
    let sim = start();
    let body = r#"{"error":"Bad request. api-version is invalid or was not specified in the request. For more information refer to aka.ms/azureimds","newest-versions":["2025-04-07","2024-07-17","2024-03-15"]}"#;
    for query in ["resource=r", "resource=r&api-version=2018-02-02", "resource=r&api-version=2017-12-01"] {
        assert_refusal(&get(&sim, &format!("/metadata/identity/oauth2/token?{query}")), body.len(), body);
    }
}

#[test]
fn two_selectors_and_a_parameter_given_twice_are_refused() {
    let sim = start();
    for query in ["client_id=a&object_id=b", "msi_res_id=a&mi_res_id=a", "resource=again"] {
        let reply = get(&sim, &format!("{TOKEN}&{query}"));
        assert_eq!((reply.status, reply.json()["error"].as_str()), (400, Some("invalid_request")), "{query}");
    }
}

#[test]
fn a_resource_unknown_to_the_tenant_gets_what_entra_says() {
    let resource = "https://nobody.example/";
    let options = Options { unknown_resources: vec![resource.into()], ..Options::default() };
    let sim = Simulator::start(options).unwrap();
    let target = format!("/metadata/identity/oauth2/token?api-version=2018-02-01&resource={resource}");
    let reply = get(&sim, &target);
    assert_eq!(reply.status, 400);
    let answer = reply.json();
    assert_eq!(answer["error"], "invalid_resource");
    assert_eq!(answer["error_codes"], serde_json::json!([500_011]));
    let text = answer["error_description"].as_str().unwrap();
    assert!(text.starts_with("AADSTS500011: ") && text.contains(resource) && text.contains(TENANT_ID));
    assert_eq!(answer["correlation_id"].as_str().unwrap().len(), 36);
    assert_eq!(answer["timestamp"].as_str().unwrap().len(), "2026-01-01 00:00:00Z".len());
    let counts = sim.counts();
    assert_eq!((counts.served, counts.tokens), (1, 0));
}

#[test]
fn a_forwarded_request_is_refused_before_anything_else() {
    let sim = start();
    let reply = receive(send(&sim, "GET", "/metadata/versions", &["X-Forwarded-For: 10.0.0.1"], "")).unwrap();
    assert_eq!(reply.status, 403);
    let sim = Simulator::start(Options { forwarded_status: 400, ..Options::default() }).unwrap();
    let headers = ["Metadata: true", "X-Forwarded-For: 10.0.0.1"];
    assert_eq!(receive(send(&sim, "GET", TOKEN, &headers, "")).unwrap().status, 400);
    let counts = sim.counts();
    assert_eq!((counts.with_forwarded_for, counts.without_metadata_header, counts.served), (1, 0, 0));
}

#[test]
fn another_method_or_path_is_not_served() {
    let sim = start();
    for method in ["POST", "PUT", "DELETE"] {
        assert_eq!(receive(send(&sim, method, TOKEN, &["Metadata: true"], "")).unwrap().status, 405);
    }
    for path in ["/", "/metadata", "/metadata/identity/oauth2", "/metadata/identity/oauth2/tokens"] {
        assert_eq!(get(&sim, path).status, 404, "{path}");
    }
    let counts = sim.counts();
    assert_eq!((counts.status(405), counts.status(404), counts.requests), (3, 4, 7));
}
