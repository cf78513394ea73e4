//! What a diagnosis finds, for each place at which a request can end.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::future::ready;
use std::sync::Arc;

use tollgate_identity::{Check, CheckResult, Selector, SelectorInput, TokenCall};

use crate::service::{NOW, Reply, Service, ask, request, status, token_for};

const EVERY_CHECK: [&str; 11] = [
    "Source",
    "Endpoint",
    "Service",
    "Identity",
    "Token",
    "Claims",
    "Audience",
    "Clock",
    "Proxy",
    "Gate",
    "OtherLogins",
];

async fn diagnose(replies: Vec<Reply>, variables: &[(&str, &str)]) -> Vec<Check> {
    let service = Service::new(replies, status(400));
    checks_of(&service, variables).await
}

async fn checks_of(service: &Arc<Service>, variables: &[(&str, &str)]) -> Vec<Check> {
    let environment = service.environment(variables);
    service.client().diagnose(&environment, &request("https://x"), ready(Vec::new())).unwrap().checks.await
}

fn check<'all>(checks: &'all [Check], name: &str) -> &'all Check {
    checks.iter().find(|check| check.name == name).unwrap_or_else(|| panic!("{name} {checks:?}"))
}

/// Names and results, in their order.
fn results(checks: &[Check]) -> Vec<(&str, CheckResult)> {
    checks.iter().map(|check| (check.name, check.result)).collect()
}

fn token(claims: &str, headers: &'static str) -> Reply {
    let token = format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(claims));
    Reply::Answer(200, headers, format!(r#"{{"access_token":"{token}","expires_in":"7200"}}"#))
}

#[tokio::test(start_paused = true)]
async fn where_all_is_well_every_check_passes_and_says_what_the_token_says() {
    let claims = r#"{"aud":"https://X/","tid":"t-1","appid":"a-1","oid":"o-1","xms_mirid":"/m-1"}"#;
    let date = "date: Fri, 15 Jan 2027 08:00:00 GMT\r\n";
    let checks = diagnose(vec![token(claims, date)], &[]).await;
    assert_eq!(results(&checks), EVERY_CHECK.map(|name| (name, CheckResult::Passed)));
    let claims = &check(&checks, "Claims").detail;
    for part in ["tenant t-1", "client id a-1", "object id o-1", "issued on /m-1", "2 h 0 min left"] {
        assert!(claims.contains(part), "{claims}");
    }
    assert!(checks.iter().all(|check| check.advice.is_none() && !check.detail.contains("e30.")));
    assert_eq!(NOW, 1_800_000_000);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_ends_leaves_every_later_check_not_reached() {
    use CheckResult::{Failed, Passed, Skipped};
    let not_found = r#"{"error":"invalid_request","error_description":"Identity not found"}"#;
    let refused = r#"{"error":"invalid_resource","error_description":"AADSTS500011: none"}"#;
    for (reply, expected) in [
        (Reply::Answer(400, "", refused.to_owned()), [Passed, Passed, Passed, Failed]),
        (Reply::Answer(403, "", "no".to_owned()), [Passed, Passed, Skipped, Failed]),
        (Reply::Answer(401, "", "no".to_owned()), [Passed, Failed, Skipped, Skipped]),
        (token_for("t", 0), [Passed, Passed, Passed, Failed]),
        (Reply::Answer(400, "", not_found.to_owned()), [Passed, Passed, Failed, Skipped]),
        (Reply::Answer(200, "", "<html>".to_owned()), [Passed, Failed, Skipped, Skipped]),
        (Reply::Answer(401, "server: EC2ws\r\n", String::new()), [Passed, Failed, Skipped, Skipped]),
    ] {
        let shown = format!("{reply:?}");
        let checks = diagnose(vec![reply], &[]).await;
        assert_eq!(results(&checks)[..1], [("Source", Passed)]);
        let stations = ["Endpoint", "Service", "Identity", "Token"].map(|name| check(&checks, name).result);
        assert_eq!(stations, expected, "{shown}");
        let failed = checks.iter().find(|check| check.result == Failed).unwrap();
        assert!(failed.advice.is_some(), "{failed:?}");
        let names = checks.iter().map(|check| check.name).collect::<Vec<_>>();
        assert_eq!(names, EVERY_CHECK, "{shown}");
        let not_reached = format!("not reached: {} failed", failed.name);
        let after = names.iter().position(|name| *name == failed.name).unwrap() + 1;
        let later = checks[after..].iter().take_while(|check| check.name != "Proxy");
        assert!(later.clone().count() >= 3, "{shown}");
        assert!(
            later.clone().all(|check| (check.result, &*check.detail) == (Skipped, &not_reached)),
            "{checks:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_at_the_address_is_told_with_the_variable_that_names_it() {
    let service = Service::new([], Reply::Refuse);
    let checks = checks_of(&service, &[("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://service")]).await;
    assert_eq!(check(&checks, "Endpoint").result, CheckResult::Failed);
    assert!(check(&checks, "Source").detail.contains("AZURE_POD_IDENTITY_AUTHORITY_HOST"));
    assert_eq!(check(&checks, "Token").result, CheckResult::Skipped);
}

#[tokio::test(start_paused = true)]
async fn what_the_source_cannot_do_fails_at_the_source_and_nothing_is_asked() {
    let service = Service::new([], status(400));
    let variables = [("MSI_ENDPOINT", "http://ml/token"), ("MSI_SECRET", "hush")];
    let checks = checks_of(&service, &variables).await;
    let source = check(&checks, "Source");
    assert!(source.result == CheckResult::Failed && source.advice.is_some(), "{source:?}");
    assert_eq!(checks.iter().map(|check| check.name).collect::<Vec<_>>(), EVERY_CHECK);
    assert!(
        ["Endpoint", "Service", "Identity", "Token", "Claims", "Audience", "Clock"].iter().all(|name| check(
            &checks, name
        )
        .result
            == CheckResult::Skipped)
    );
    assert!(service.questions().is_empty());
    assert!(!format!("{checks:?}").contains("hush"));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_off_is_told_by_how_much() {
    for (date, result, words) in [
        ("date: Fri, 15 Jan 2027 07:59:50 GMT\r\n", CheckResult::Passed, "10 s ahead"),
        ("date: Fri, 15 Jan 2027 07:59:00 GMT\r\n", CheckResult::Warning, "60 s ahead"),
        ("date: Fri, 15 Jan 2027 08:10:00 GMT\r\n", CheckResult::Failed, "600 s behind"),
        ("", CheckResult::Skipped, "does not tell the time"),
    ] {
        let checks = diagnose(vec![token("{}", date)], &[]).await;
        let clock = check(&checks, "Clock");
        assert!(clock.result == result && clock.detail.contains(words), "{clock:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_proxy_in_the_way_of_other_tools_is_warned_of_without_its_password() {
    let proxy = ("HTTP_PROXY", "http://me:hush@proxy:8080");
    let checks = diagnose(vec![token("{}", "")], &[proxy]).await;
    let found = check(&checks, "Proxy");
    assert!(found.result == CheckResult::Warning && found.detail.contains("HTTP_PROXY"), "{found:?}");
    assert!(!format!("{checks:?}").contains("hush"));
    for (list, result) in [
        ("localhost, 169.254.169.254", CheckResult::Passed),
        ("localhost,169.254.0.0/16", CheckResult::Passed),
        ("*", CheckResult::Passed),
        ("169.254.169.0/25", CheckResult::Warning),
        ("10.0.0.0/8", CheckResult::Warning),
    ] {
        let checks = diagnose(vec![token("{}", "")], &[proxy, ("NO_PROXY", list)]).await;
        assert_eq!(check(&checks, "Proxy").result, result, "{list}");
    }
}

#[tokio::test(start_paused = true)]
async fn logins_of_other_tools_are_named_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".Azure").join("AzureRmContext.json");
    std::fs::create_dir(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "theirs").unwrap();
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    let checks = diagnose(vec![token("{}", "")], &[(name, home.path().to_str().unwrap())]).await;
    let found = check(&checks, "OtherLogins");
    assert!(
        found.result == CheckResult::Warning && found.detail.contains("AzureRmContext.json"),
        "{found:?}"
    );
    assert_eq!(std::fs::read_to_string(file).unwrap(), "theirs");
}

#[tokio::test(start_paused = true)]
async fn an_audience_of_another_name_is_pointed_out() {
    let checks = diagnose(vec![token(r#"{"aud":"https://y"}"#, "")], &[]).await;
    assert_eq!(check(&checks, "Audience").result, CheckResult::Warning);
}

#[tokio::test(start_paused = true)]
async fn each_trouble_has_its_own_advice() {
    let not_found = r#"{"error":"invalid_request","error_description":"Identity not found"}"#;
    for (reply, name, words) in [
        (Reply::Silence, "Service", "takes the connection and says nothing"),
        (token_for("t", 0), "Token", "it gives a token that has ended"),
        (Reply::Answer(400, "", not_found.to_owned()), "Identity", "turn on the system-assigned identity"),
    ] {
        let checks = checks_of(&Service::new([], reply), &[]).await;
        let found = check(&checks, name);
        assert!(found.advice.is_some_and(|advice| advice.contains(words)), "{found:?}");
    }
    let service = Service::new([], Reply::Answer(400, "", not_found.to_owned()));
    let mut wish = request("https://x");
    let id = Some("20000000-c11e-4000-8000-000000000001");
    wish.selector = Selector::parse(SelectorInput { client_id: id, ..SelectorInput::default() }).unwrap();
    let checks =
        service.client().diagnose(&service.environment(&[]), &wish, ready(Vec::new())).unwrap().checks.await;
    assert!(check(&checks, "Identity").advice.unwrap().contains("an object id goes to -ObjectId"));
}

#[tokio::test(start_paused = true)]
async fn variables_that_do_not_count_are_told() {
    for (variables, words) in [
        (&[("IDENTITY_ENDPOINT", "http://app")][..], "IDENTITY_ENDPOINT is set without IDENTITY_HEADER"),
        (&[("IDENTITY_HEADER", "hush")], "IDENTITY_HEADER is set without IDENTITY_ENDPOINT"),
        (&[("MSI_SECRET", "hush")], "MSI_SECRET is set without MSI_ENDPOINT"),
        (&[("AZURE_FEDERATED_TOKEN_FILE", "/a/b")], "AZURE_FEDERATED_TOKEN_FILE names"),
    ] {
        let checks = diagnose(vec![token("{}", "")], variables).await;
        let source = check(&checks, "Source");
        assert!(source.result == CheckResult::Warning && source.detail.contains(words), "{source:?}");
        assert!(!format!("{checks:?}").contains("hush"));
    }
    let whole = [("IDENTITY_ENDPOINT", "http://app"), ("IDENTITY_HEADER", "h")];
    let arc = [("IDENTITY_ENDPOINT", "http://localhost:40342"), ("IMDS_ENDPOINT", "http://localhost:40342")];
    for variables in [whole, arc] {
        let checks = diagnose(vec![token("{}", "")], &variables).await;
        assert!(!check(&checks, "Source").detail.contains("does not count"), "{checks:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_neither_uses_nor_changes_what_the_client_has_in_memory() {
    let service = Service::new([token("{}", ""), token("{}", "")], status(400));
    let (wish, client) = (request("https://x"), service.client());
    ask(&client, &wish).await.unwrap();
    let (tokens, source) = (client.list_tokens(), client.source().number());
    let elsewhere = service.environment(&[("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://other")]);
    let mut asked = wish.clone();
    asked.source = Some(client.source());
    let checks = client.diagnose(&elsewhere, &asked, ready(Vec::new())).unwrap().checks.await;
    let found = check(&checks, "Source");
    assert!(
        found.detail.contains("http://other") && found.detail.contains("keeps another source"),
        "{found:?}"
    );
    assert_eq!((client.list_tokens(), client.source().number()), (tokens, source));
    assert!(matches!(client.get_token(&wish), TokenCall::Ready(_)));
    assert_eq!(service.times().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_proxy_is_not_in_the_way_of_a_service_on_loopback_that_no_proxy_spares() {
    let proxy = ("HTTP_PROXY", "http://proxy:8080");
    let host = ("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1");
    let checks = diagnose(vec![token("{}", "")], &[proxy, host, ("NO_PROXY", "127.0.0.1")]).await;
    assert_eq!(check(&checks, "Proxy").result, CheckResult::Passed);
    let checks = diagnose(vec![token("{}", "")], &[proxy, host, ("NO_PROXY", "169.254.169.254")]).await;
    assert_eq!(check(&checks, "Proxy").result, CheckResult::Warning);
}
