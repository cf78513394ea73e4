//! Which subscriptions a sign-in sees, which of them it takes, and which come along.

use imds_sim::{Fault, TENANT_ID};
use serde_json::{Value, json};
use tollgate_azure::{Error, LookupKind, LookupRequest};

use crate::service::{Reply, Service};
use crate::sign_in::{arm, for_subscription, id, sign_in, subscription};
use crate::world::{World, look_up};

fn refusal(status: u16, code: &str) -> Reply {
    Reply::new(status, json!({ "error": { "code": code, "message": "m" } }).to_string())
}

/// The names of those that come along.
fn names(found: &Value) -> Vec<&str> {
    let all = found["subscriptions"].as_array().unwrap();
    all.iter().map(|one| one["displayName"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_subscription_that_is_denied_or_of_another_tenant_is_not_seen() {
    let world = World::new();
    for (status, code) in [(403, "AuthorizationFailed"), (401, "InvalidAuthenticationTokenTenant")] {
        let arm = Service::answering([refusal(status, code)]);
        let error = world.lookup(for_subscription(&arm, &id(0))).await.0.unwrap_err();
        // That no other can be named is no reason to fail otherwise.
        assert!(
            matches!(&error, Error::SubscriptionNotFound { visible, .. } if visible.is_empty()),
            "{error:?}"
        );
    }
    let arm = Service::answering([refusal(401, "AuthenticationFailed")]);
    let error = world.lookup(for_subscription(&arm, &id(0))).await.0.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
}

#[tokio::test]
async fn ten_of_those_that_are_seen_are_named() {
    let (world, arm) = (World::new(), arm(&["Enabled"; 11]));
    let error = world.lookup(for_subscription(&arm, "Nowhere")).await.0.unwrap_err();
    assert!(
        matches!(&error, Error::SubscriptionNotFound { visible, .. } if visible.len() == 10),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_name_is_the_same_with_blanks_around_it_and_in_the_capitals_of_its_language() {
    let world = World::new();
    let mut one = subscription(0, "Enabled");
    one["displayName"] = "\u{c9}quipe".into();
    let arm = Service::answering([Reply::new(200, json!({ "value": [one] }).to_string())]);
    for name in [" \u{c9}QUIPE ", "\u{e9}quipe"] {
        let found = world.lookup(for_subscription(&arm, name)).await.0.unwrap();
        assert_eq!(found["subscription"]["subscriptionId"], id(0), "{name}");
    }
}

#[tokio::test]
async fn of_one_name_the_subscription_to_work_in_is_taken() {
    let world = World::new();
    let all = ["Disabled", "Enabled"].map(|state| {
        let mut one = subscription(usize::from(state == "Enabled"), state);
        one["displayName"] = "Twin".into();
        one
    });
    let arm = Service::answering([Reply::new(200, json!({ "value": all }).to_string())]);
    let (found, said) = world.lookup(for_subscription(&arm, "twin")).await;
    assert_eq!((&found.unwrap()["subscription"], said.warnings().len()), (&all[1], 0));
}

#[tokio::test]
async fn as_many_come_along_as_are_wanted_and_only_those_to_work_in() {
    let world = World::new();
    let states = &["PastDue", "Enabled", "Disabled", "Enabled", "Warned", "Enabled"];
    for (wanted, population, pages, along) in [
        (None, 1, 2, vec!["Sub 1"]),
        (None, 2, 2, vec!["Sub 1", "Sub 3"]),
        (Some("Sub 1".to_owned()), 0, 1, vec![]),
        (Some("Sub 1".to_owned()), 2, 2, vec!["Sub 1", "Sub 3"]),
        (Some("Sub 5".to_owned()), 2, 3, vec!["Sub 1", "Sub 3"]),
        (Some("Sub 0".to_owned()), u32::MAX, 3, vec!["Sub 1", "Sub 3", "Sub 4", "Sub 5"]),
        // The one that is asked for is asked for first.
        (Some(id(3)), 1, 2, vec!["Sub 1"]),
        (Some(id(3)), 3, 4, vec!["Sub 1", "Sub 3", "Sub 4"]),
    ] {
        let arm = arm(states);
        let request = LookupRequest { subscription: wanted.clone(), population, ..sign_in(&arm) };
        let found = world.lookup(request).await.0.unwrap();
        assert_eq!((names(&found), arm.asked().len()), (along, pages), "{wanted:?} {population}");
    }
}

#[tokio::test]
async fn others_that_cannot_be_had_are_a_warning() {
    let world = World::new();
    let arm = Service::start(|asked, _| match asked.line.starts_with("GET /subscriptions?") {
        true => refusal(403, "AuthorizationFailed"),
        false => Reply::new(200, subscription(0, "Enabled").to_string()),
    });
    let (found, said) =
        world.lookup(LookupRequest { population: 25, ..for_subscription(&arm, &id(0)) }).await;
    let found = found.unwrap();
    assert_eq!((&found["subscription"]["subscriptionId"], names(&found).len()), (&json!(id(0)), 0));
    let warnings = said.warnings();
    assert!(
        warnings.len() == 1 && warnings[0].starts_with("the other subscriptions could not"),
        "{warnings:?}"
    );
}

#[tokio::test]
async fn a_list_that_breaks_off_is_told_as_the_refusal_it_is() {
    let world = World::new();
    let arm = Service::answering([
        Reply::new(200, json!({ "value": [subscription(0, "Enabled")], "nextLink": "/more" }).to_string()),
        refusal(403, "AuthorizationFailed"),
    ]);
    let error = world.lookup(look_up(LookupKind::Subscriptions, &arm)).await.0.unwrap_err();
    assert!(matches!(error, Error::AccessDenied { .. }), "{error:?}");
}

#[tokio::test]
async fn an_arm_that_speaks_neither_version_is_told_in_its_words() {
    let world = World::new();
    let arm = Service::answering([refusal(400, "InvalidApiVersionParameter")]);
    let error = world.lookup(look_up(LookupKind::Subscriptions, &arm)).await.0.unwrap_err();
    assert!(matches!(&error, Error::Refused { answer } if answer.status == 400), "{error:?}");
    assert!(error.to_string().contains("InvalidApiVersionParameter"), "{error}");
    assert_eq!(arm.asked().len(), 2);
}

#[tokio::test]
async fn where_the_token_tells_no_tenant_the_first_that_arm_shows_is_taken() {
    let (world, arm) = (World::new(), arm(&["Enabled"]));
    let token = |audience: &str| {
        let answer = json!({ "access_token": "opaque", "expires_in": "3600", "resource": audience, "token_type": "Bearer" });
        Fault::Body { raw: answer.to_string() }
    };
    world.sim.push_fault(token(crate::world::AUDIENCE));
    let found = world.lookup(sign_in(&arm)).await.0.unwrap();
    assert_eq!((&found["tenantId"], &found["tenant"]["displayName"]), (&json!(TENANT_ID), &json!("Contoso")));
    assert_eq!(found["subscription"]["displayName"], "Sub 0");
    // Unless one is asked for: then nobody else knows better.
    let named = LookupRequest { tenant: Some(id(9)), ..sign_in(&arm) };
    assert_eq!(world.lookup(named).await.0.unwrap()["tenantId"], id(9));
    // Who cannot be asked about tenants is not asked about subscriptions.
    let deaf = Service::answering([Reply::new(503, "").soon()]);
    let (found, said) = world.lookup(sign_in(&deaf)).await;
    assert_eq!((&found.unwrap()["tenantId"], said.warnings().len()), (&Value::Null, 1));
    assert!(deaf.lines().iter().all(|line| line.starts_with("GET /tenants")), "{:?}", deaf.lines());
}
