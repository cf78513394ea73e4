//! The test vectors to which Microsoft's own clients are held, gathered from the tests of MSAL and of the Azure SDKs, under the
//! numbers of that collection. A comment says where Tollgate differs on purpose. Left out are:
//! - v066, v067: claims and client capabilities, for which Tollgate has no parameter
//! - v068, v070: IMDSv2, whose tokens are bound to a certificate; Tollgate asks for bearer tokens
//! - v069, v071, v072: probes; Tollgate asks for the token itself, and that answer tells whether there is a service
//! - v082: a system on which Arc's agent does not run; the unit tests of the challenge have it, for these run where it does
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arc_and_fabric;
mod cache;
mod detection;
mod expiry;
mod hosts;
mod responses;
mod retry;
mod secure;
#[path = "../common/service.rs"]
mod service;

#[test]
fn each_vector_is_a_test_or_left_out_with_its_reason_and_never_both() {
    let texts = [
        include_str!("main.rs"),
        include_str!("responses.rs"),
        include_str!("arc_and_fabric.rs"),
        include_str!("cache.rs"),
        include_str!("detection.rs"),
        include_str!("expiry.rs"),
        include_str!("retry.rs"),
    ];
    let mut found: Vec<u32> = texts
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| line.starts_with("//! - v") || line.contains("fn v"))
        .flat_map(|line| line.split(|letter: char| !letter.is_ascii_alphanumeric()))
        .filter_map(|word| word.strip_prefix('v').filter(|number| number.len() == 3)?.parse().ok())
        .collect();
    found.sort_unstable();
    assert_eq!(found, (1..=100).collect::<Vec<_>>());
}
