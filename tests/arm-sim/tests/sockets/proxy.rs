//! The proxy: Azure's own names, over TLS, and nothing beyond.

use std::io::{Read, Write};

use serde_json::json;

use crate::client::{ARM, FIRST, VERSION, follow, token};
use crate::secure::Proxied;

const TENANTS: &str = "/tenants?api-version=2021-01-01";

#[test]
fn every_host_is_found_at_its_own_name() {
    let proxied = Proxied::start();
    for (host, audience, target) in [
        ("management.azure.com", ARM, TENANTS),
        ("management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn/", TENANTS),
        ("management.usgovcloudapi.net", "https://management.usgovcloudapi.net", TENANTS),
        ("graph.microsoft.com", "https://graph.microsoft.com/", "/v1.0/me"),
        ("kv.vault.azure.net", "https://vault.azure.net", "/secrets/a?api-version=7.4"),
        ("store.blob.core.windows.net", "https://storage.azure.com/", "/container/blob"),
    ] {
        let headers = [token(audience), "x-ms-version: 2023-11-03".into()];
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        assert_eq!(proxied.get(host, target, &headers).status, 200, "{host}");
        assert_eq!(proxied.get(host, target, &[]).status, 401, "{host}");
        let last = proxied.sim.requests().pop().unwrap();
        assert_eq!((last.host.as_str(), last.scheme, last.authorized), (host, "https", false));
        assert_eq!(proxied.sim.counts().tunnels[host], 2);
    }
}

#[test]
fn a_host_beside_azure_s_takes_anything_and_is_found_out_by_the_log() {
    let proxied = Proxied::start();
    assert_eq!(proxied.get("evil.example", TENANTS, &[]).status, 200);
    assert_eq!(proxied.get("evil.example", TENANTS, &[&token("any")]).status, 200);
    let seen: Vec<bool> = proxied.sim.requests().iter().map(|one| one.authorized).collect();
    assert_eq!(seen, [false, true]);
    assert_eq!(proxied.sim.counts().by_host["evil.example"], 2);
}

#[test]
fn a_host_that_is_not_played_is_refused_and_counted() {
    let proxied = Proxied::start();
    for target in ["example.org:443", "management.azure.com:8443", "management.azure.com.evil.example:443"] {
        let reply =
            proxied.say(&format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n"));
        assert_eq!(reply.refusal(), (403, "HostNotSimulated".into()), "{target}");
    }
    let plain = "GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n";
    assert_eq!(proxied.say(plain).status, 403);
    let counts = proxied.sim.counts();
    assert_eq!((counts.refused_hosts["example.org"], counts.refused_hosts["management.azure.com"]), (2, 1));
    assert_eq!((counts.requests, counts.tunnels.len()), (0, 0));
}

#[test]
fn what_comes_without_tls_is_answered_and_told_apart() {
    let proxied = Proxied::start();
    let plain = format!(
        "GET http://management.azure.com{TENANTS} HTTP/1.1\r\nHost: management.azure.com\r\n{}\r\nConnection: close\r\n\r\n",
        token(ARM)
    );
    assert_eq!(proxied.say(&plain).status, 200);
    let seen = proxied.sim.requests().pop().unwrap();
    assert_eq!(
        (seen.scheme, seen.host.as_str(), seen.path.as_str()),
        ("http", "management.azure.com", "/tenants")
    );
}

#[test]
fn links_stay_on_the_host_that_was_asked() {
    let proxied = Proxied::start();
    proxied.sim.control("content", &json!({"pageSize": 1})).unwrap();
    let target = format!("{FIRST}/resourceGroups?{VERSION}");
    let page = proxied.get("management.azure.com", &target, &[&token(ARM)]).json();
    let link = page["nextLink"].as_str().unwrap();
    assert!(link.starts_with(&format!("https://management.azure.com{FIRST}/resourceGroups?")), "{link}");
}

#[test]
fn control_is_not_to_be_had_through_the_proxy() {
    let proxied = Proxied::start();
    assert_eq!(proxied.get("management.azure.com", "/sim/counts?api-version=1", &[&token(ARM)]).status, 404);
    assert_eq!(proxied.sim.counts().requests, 1);
}

#[test]
fn the_state_is_the_same_on_every_listener() {
    let proxied = Proxied::start();
    proxied.sim.control("content", &json!({"subscriptions": 1})).unwrap();
    let through = proxied.get("management.azure.com", &format!("/subscriptions?{VERSION}"), &[&token(ARM)]);
    let direct = follow(&proxied.sim, &format!("{}/subscriptions?{VERSION}", proxied.sim.url()));
    assert_eq!(through.json(), direct.json());
    assert_eq!(through.each("subscriptionId").len(), 2);
}

#[test]
fn a_client_that_does_not_speak_tls_is_counted() {
    let proxied = Proxied::start();
    let mut tunnel = proxied.tunnel("management.azure.com");
    tunnel.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut rest = Vec::new();
    // The end comes as one or as a reset; what counts is that it comes.
    let _ = tunnel.read_to_end(&mut rest);
    assert!(!rest.starts_with(b"HTTP"));
    let counts = proxied.sim.counts();
    assert_eq!((counts.failed_handshakes, counts.requests), (1, 0));
}
