//! Who is let in, and what the others are told.

use imds_sim::Identity;
use serde_json::json;

use crate::client::{ARM, ask, receive, send, simulator, token, token_of};

const TENANTS: &str = "/tenants?api-version=2021-01-01";

#[test]
fn without_a_token_the_challenge_says_where_to_get_one() {
    let sim = simulator();
    let reply = ask(&sim, "GET", TENANTS, &[], "");
    assert_eq!(reply.status, 401);
    assert_eq!(
        reply.json(),
        json!({"error": {
            "code": "AuthenticationFailed",
            "message": "Authentication failed. The 'Authorization' header is missing.",
        }})
    );
    let challenge = reply.header("WWW-Authenticate").unwrap();
    assert!(
        challenge.starts_with(
            r#"Bearer authorization_uri="https://login.windows.net/", error="invalid_token", error_description=""#
        ),
        "{challenge}"
    );
    assert_eq!(reply.header("Content-Type"), Some("application/json; charset=utf-8"));
}

#[test]
fn a_token_for_elsewhere_or_of_yesterday_or_no_token_at_all_is_refused() {
    let sim = simulator();
    for (header, code) in [
        (token("https://vault.azure.net"), "InvalidAuthenticationTokenAudience"),
        (token("https://graph.microsoft.com/"), "InvalidAuthenticationTokenAudience"),
        (token_of(&Identity::first(), ARM, -1), "ExpiredAuthenticationToken"),
        ("Authorization: Bearer nonsense".into(), "InvalidAuthenticationToken"),
        ("Authorization: Basic YTpi".into(), "InvalidAuthenticationToken"),
    ] {
        let reply = ask(&sim, "GET", TENANTS, &[&header], "");
        assert_eq!(reply.refusal(), (401, code.into()));
        assert!(reply.header("WWW-Authenticate").is_some());
    }
}

#[test]
fn on_loopback_the_audience_of_every_cloud_will_do() {
    let sim = simulator();
    for audience in [
        "https://management.azure.com",
        "https://management.azure.com/",
        "https://management.core.windows.net/",
        "https://management.core.chinacloudapi.cn/",
        "https://management.core.usgovcloudapi.net/",
    ] {
        assert_eq!(ask(&sim, "GET", TENANTS, &[&token(audience)], "").status, 200, "{audience}");
    }
}

#[test]
fn the_data_planes_challenge_in_their_own_words() {
    let sim = simulator();
    let challenge = |host: &str, target: &str| {
        let reply = receive(send(&sim, "POST", host, target, &[], b"")).unwrap();
        assert_eq!(reply.status, 401, "{host}");
        (reply.header("WWW-Authenticate").unwrap().to_owned(), reply.text())
    };
    let (vault, body) = challenge("kv.vault.azure.net", "/secrets/a?api-version=7.4");
    assert!(vault.starts_with(r#"Bearer authorization="https://login.microsoftonline.com/"#), "{vault}");
    assert!(
        vault.ends_with(r#"resource="https://vault.azure.net""#) && body.contains("AKV10000"),
        "{vault} {body}"
    );
    let (blob, body) = challenge("a.blob.core.windows.net", "/c/b");
    assert!(blob.ends_with("resource_id=https://storage.azure.com"), "{blob}");
    assert!(body.starts_with("<?xml"), "{body}");
    assert!(challenge("graph.microsoft.com", "/v1.0/me").1.contains("InvalidAuthenticationToken"));
}

#[test]
fn a_token_is_told_apart_and_never_told() {
    let sim = simulator();
    let (one, other) = (token(ARM), token(ARM));
    for header in [&one, &one, &other] {
        ask(&sim, "GET", TENANTS, &[header], "");
    }
    let ids: Vec<String> = sim.requests().into_iter().map(|request| request.token_id.unwrap()).collect();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    let log = ask(&sim, "GET", "/sim/requests", &[], "").text();
    assert!(!log.contains(&one["Authorization: Bearer ".len()..][..20]), "{log}");
}
