//! Connected means usable: a sign-in does without ARM only where nobody can be reached, and says why there is no subscription.

use std::net::TcpListener;

use arm_sim::{Options, Proxy, Simulator};
use imds_sim::{Fault, TENANT_ID};
use serde_json::{Value, json};
use tollgate_azure::{Error, LookupRequest};
use tollgate_identity::Environment;

use crate::service::{Reply, Service};
use crate::sign_in::{arm, for_subscription, id, sign_in, subscription};
use crate::world::{Said, World, look_up, without_waiting};

fn refusal(status: u16) -> Reply {
    Reply::new(status, json!({ "error": { "code": "Trouble", "message": "All of it." } }).to_string()).soon()
}

/// Where nobody listens.
fn nobody() -> String {
    format!("http://{}/", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap())
}

/// A look-up whose pauses are over at once.
async fn look(world: &World, request: LookupRequest) -> (Result<Value, Error>, Said) {
    // The token comes first, in true time.
    let good = arm(&["Enabled"]);
    world.lookup(sign_in(&good)).await.0.unwrap();
    without_waiting(world.azure.lookup(request)).await
}

#[tokio::test]
async fn where_nobody_is_reached_a_sign_in_stands_without_a_subscription_and_tells_why() {
    let (world, good) = (World::new(), arm(&["Enabled"]));
    let request = LookupRequest { arm_url: nobody(), max_subscriptions: 25, ..sign_in(&good) };
    let (found, said) = look(&world, request.clone()).await;
    let found = found.unwrap();
    let reason = found["unreachable"].as_str().unwrap();
    assert!(reason.contains("cannot be reached") && reason.contains("refused"), "{reason}");
    assert_eq!(
        found,
        json!({ "tenantId": TENANT_ID, "tenant": null, "subscription": null, "subscriptions": [], "unreachable": reason })
    );
    let [warning] = said.warnings().try_into().unwrap();
    assert!(warning.contains("-SkipValidation") && warning.ends_with(reason), "{warning}");
    // Soon: it can do without.
    assert_eq!(said.progress().attempt, 2);
    // What only ARM can tell is an error, after the whole schedule.
    for needed in [
        LookupRequest { subscription: Some(id(0)), ..request.clone() },
        LookupRequest { tenant: Some("contoso.example".to_owned()), ..request },
    ] {
        let error = look(&world, needed).await.0.unwrap_err();
        assert!(matches!(error, Error::EndpointUnreachable { attempts: 5, .. }), "{error:?}");
    }
}

#[tokio::test]
async fn who_cannot_be_asked_about_tenants_is_not_asked_about_subscriptions() {
    let (world, good) = (World::new(), arm(&["Enabled"]));
    let answer = json!({ "access_token": "opaque", "expires_in": "3600", "resource": crate::world::AUDIENCE, "token_type": "Bearer" });
    world.sim.push_fault(Fault::Body { raw: answer.to_string() });
    let (found, said) = look(&world, LookupRequest { arm_url: nobody(), ..sign_in(&good) }).await;
    let found = found.unwrap();
    assert_eq!((&found["tenantId"], said.warnings().len()), (&Value::Null, 1));
    assert!(found["unreachable"].is_string(), "{found}");
    let deaf = Service::answering([refusal(503)]);
    let error = look(&world, sign_in(&deaf)).await.0.unwrap_err();
    assert!(matches!(error, Error::ServiceUnavailable { attempts: 5, .. }), "{error:?}");
    assert!(deaf.lines().iter().all(|line| line.starts_with("GET /tenants")), "{:?}", deaf.lines());
}

#[tokio::test]
async fn what_passes_ends_a_sign_in_only_after_the_whole_schedule() {
    let world = World::new();
    for status in [408, 429, 500, 502, 503, 504] {
        let arm = Service::answering([refusal(status)]);
        let error = look(&world, sign_in(&arm)).await.0.unwrap_err();
        assert_eq!(arm.asked().len(), 5, "{status}");
        match status {
            429 => assert!(matches!(error, Error::Throttled { attempts: 5, .. }), "{error:?}"),
            _ => assert!(matches!(error, Error::ServiceUnavailable { attempts: 5, .. }), "{error:?}"),
        }
        let list = json!({ "value": [subscription(0, "Enabled")] }).to_string();
        let replies: [Reply; 5] = std::array::from_fn(|number| match number {
            4 => Reply::new(200, &list),
            _ => refusal(status),
        });
        let found = look(&world, sign_in(&Service::answering(replies))).await.0.unwrap();
        assert_eq!(
            (&found["subscription"]["subscriptionId"], &found["unreachable"]),
            (&json!(id(0)), &Value::Null)
        );
    }
}

#[tokio::test]
async fn what_does_not_pass_ends_a_sign_in_at_once() {
    let world = World::new();
    for status in [400, 401, 403, 404, 409, 501] {
        let arm = Service::answering([refusal(status)]);
        let error = look(&world, sign_in(&arm)).await.0.unwrap_err();
        assert_eq!((error.service_error().unwrap().status, arm.asked().len()), (status, 1), "{error:?}");
    }
    let page = Service::answering([Reply::new(200, "<html>Sign in to the network</html>")]);
    let error = look(&world, sign_in(&page)).await.0.unwrap_err();
    assert!(matches!(error, Error::MalformedResponse { .. }), "{error:?}");
}

#[tokio::test]
async fn a_new_token_overcomes_a_challenge() {
    let world = World::new();
    let challenge =
        refusal(401).with("www-authenticate", r#"Bearer error="insufficient_claims", claims="e30=""#);
    let list = json!({ "value": [subscription(0, "Enabled")] }).to_string();
    let arm = Service::answering([challenge, Reply::new(200, list)]);
    let found = world.lookup(sign_in(&arm)).await.0.unwrap();
    assert_eq!((&found["subscription"]["subscriptionId"], world.sim.counts().tokens), (&json!(id(0)), 2));
}

#[tokio::test]
async fn who_took_the_request_was_reached_whatever_came_of_it() {
    let world = World::new();
    let broken = Service::answering([Reply::closed()]);
    let error = look(&world, sign_in(&broken)).await.0.unwrap_err();
    assert!(matches!(error, Error::EndpointUnreachable { attempts: 5, .. }), "{error:?}");
    assert_eq!(broken.asked().len(), 5);
    let cut = Service::answering([Reply::announcing(10)]);
    assert!(matches!(look(&world, sign_in(&cut)).await.0, Err(Error::MalformedResponse { .. })));
}

#[tokio::test]
async fn when_only_others_are_missing_that_is_a_warning() {
    let world = World::new();
    let first =
        |state| json!({ "value": [subscription(0, state)], "nextLink": "/subscriptions?page=1" }).to_string();
    for status in [403, 503] {
        let arm = Service::answering([Reply::new(200, first("Enabled")), refusal(status)]);
        let (found, said) = look(&world, LookupRequest { max_subscriptions: 25, ..sign_in(&arm) }).await;
        let found = found.unwrap();
        assert_eq!(
            (&found["subscription"]["subscriptionId"], &found["unreachable"]),
            (&json!(id(0)), &Value::Null)
        );
        let warnings = said.warnings();
        assert!(
            warnings.len() == 1 && warnings[0].starts_with("the other subscriptions could not"),
            "{warnings:?}"
        );
        // The one to work in may be on the page that does not come.
        let arm = Service::answering([Reply::new(200, first("Disabled")), refusal(status)]);
        let error = look(&world, sign_in(&arm)).await.0.unwrap_err();
        assert_eq!(error.service_error().unwrap().status, status, "{error:?}");
        // As may be a namesake.
        let arm = Service::answering([Reply::new(200, first("Enabled")), refusal(status)]);
        let error = look(&world, for_subscription(&arm, "Sub 0")).await.0.unwrap_err();
        assert_eq!(error.service_error().unwrap().status, status, "{error:?}");
    }
}

#[cfg_attr(windows, ignore = "needs a Windows that knows whom it trusts, which Wine does not")]
#[tokio::test]
async fn an_untrusted_certificate_always_fails_and_tells_what_helps() {
    let world = World::new();
    let options = Options {
        proxy: Some(Proxy {
            listen: "127.0.0.1:0".parse().unwrap(),
            ca_file: world.folder.path().join("ca.pem"),
        }),
        ..Options::default()
    };
    let sim = Simulator::start(options).unwrap();
    let proxy = format!("http://{}", sim.proxy_address().unwrap());
    world.azure.set_environment(&Environment::from_pairs([("HTTPS_PROXY", proxy)]));
    let good = arm(&["Enabled"]);
    let plain = LookupRequest { arm_url: "https://management.azure.com/".to_owned(), ..sign_in(&good) };
    let kinds = [
        plain.clone(),
        LookupRequest { subscription: Some(id(0)), ..plain.clone() },
        LookupRequest { arm_url: plain.arm_url, ..look_up(tollgate_azure::LookupKind::Tenants, &good) },
    ];
    for (number, request) in kinds.into_iter().enumerate() {
        let error = look(&world, request).await.0.unwrap_err();
        let Error::UntrustedCertificate { endpoint, fault, .. } = &error else { panic!("{error:?}") };
        assert!(endpoint == "https://management.azure.com" && fault.contains("certificate"), "{error}");
        let advice = error.advice().unwrap();
        assert!(advice.contains("inspects TLS") && advice.contains("system's store"), "{advice}");
        assert_eq!(advice.contains("SSL_CERT_FILE"), cfg!(target_os = "linux"), "{advice}");
        // Once is enough, and nothing is sent.
        let start = std::time::Instant::now();
        // The other side of a broken handshake may hear of it later.
        while sim.counts().failed_handshakes <= number as u64 && start.elapsed().as_secs() < 60 {
            tokio::task::yield_now().await;
        }
        let counts = sim.counts();
        assert_eq!((counts.failed_handshakes, counts.requests), (number as u64 + 1, 0));
    }
}
