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

/// ARM with a subscription on each page, all of one name but the last.
fn namesakes(states: &'static [&'static str]) -> Service {
    Service::start(move |asked, _| {
        let number = asked.line.split_once("page=").map_or(0, |(_, page)| page.parse().unwrap());
        let mut one = subscription(number, states[number]);
        if number + 1 < states.len() {
            one["displayName"] = if number % 2 == 0 { "Shared" } else { "SHARED" }.into();
        }
        let mut page = json!({ "value": [one] });
        if number + 1 < states.len() {
            page["nextLink"] = format!("/subscriptions?page={}", number + 1).into();
        }
        Reply::new(200, page.to_string())
    })
}

#[tokio::test]
async fn of_one_name_the_active_subscription_is_taken_wherever_it_stands() {
    let world = World::new();
    let one: [(&[&str], usize); 4] = [
        (&["Disabled", "Enabled", "Deleted", "Enabled"], 1),
        (&["Enabled", "Disabled", "Enabled"], 0),
        (&["PastDue", "Disabled", "Warned", "Enabled"], 2),
        (&["Enabled", "Enabled"], 0),
    ];
    for (states, taken) in one {
        let arm = namesakes(states);
        let (found, said) = world.lookup(for_subscription(&arm, " shared ")).await;
        assert_eq!(found.unwrap()["subscription"]["subscriptionId"], id(taken), "{states:?}");
        assert_eq!((said.warnings().len(), arm.asked().len()), (0, states.len()), "{states:?}");
    }
}

#[tokio::test]
async fn the_only_one_of_a_name_is_taken_with_a_warning_when_it_is_not_active() {
    let (world, arm) = (World::new(), namesakes(&["PastDue", "Enabled"]));
    let (found, said) = world.lookup(for_subscription(&arm, "Shared")).await;
    assert_eq!(found.unwrap()["subscription"]["subscriptionId"], id(0));
    assert_eq!(said.warnings(), ["Selected subscription is in 'PastDue' state."]);
}

#[tokio::test]
async fn several_of_one_name_in_the_best_state_are_an_error_that_lists_their_ids() {
    let world = World::new();
    let several: [(&[&str], &str, &[usize]); 3] = [
        (&["Enabled", "Disabled", "Enabled", "Enabled"], "2 active", &[0, 2]),
        (&["Warned", "Enabled", "Enabled"], "2 active", &[0, 1]),
        (&["Disabled", "PastDue", "Deleted", "Enabled"], "3 subscriptions, none of them active", &[0, 1, 2]),
    ];
    for (states, count, listed) in several {
        let arm = namesakes(states);
        let error = world.lookup(for_subscription(&arm, "Shared")).await.0.unwrap_err();
        let Error::InvalidArgument { field: "Subscription", fault } = &error else { panic!("{error:?}") };
        assert!(fault.starts_with(&format!("'Shared' is the name of {count}")), "{fault}");
        for (number, state) in states.iter().enumerate() {
            let shown = fault.contains(&format!("{} ({state})", id(number)));
            assert_eq!(shown, listed.contains(&number), "{number}: {fault}");
        }
    }
}

#[tokio::test]
async fn a_subscription_that_is_listed_twice_is_no_namesake_of_itself() {
    let (world, mut again) = (World::new(), subscription(0, "Enabled"));
    again["subscriptionId"] = id(0).to_uppercase().into();
    let list = json!({ "value": [subscription(0, "Enabled"), again, subscription(1, "Enabled")] });
    let arm = Service::answering([Reply::new(200, list.to_string())]);
    let request = LookupRequest { max_subscriptions: 25, ..for_subscription(&arm, "Sub 0") };
    let found = world.lookup(request).await.0.unwrap();
    assert_eq!(
        (&found["subscription"]["subscriptionId"], names(&found)),
        (&json!(id(0)), vec!["Sub 0", "Sub 1"])
    );
}

#[tokio::test]
async fn more_namesakes_than_a_text_holds_are_counted() {
    let world = World::new();
    let all: Vec<_> = (0..53)
        .map(|number| {
            let mut one = subscription(number, "Enabled");
            one["displayName"] = "Shared".into();
            one
        })
        .collect();
    let arm = Service::answering([Reply::new(200, json!({ "value": all }).to_string())]);
    let text = world.lookup(for_subscription(&arm, "Shared")).await.0.unwrap_err().to_string();
    assert!(text.contains("53 active") && text.contains(&id(49)) && text.ends_with("and 3 more"), "{text}");
    assert!(!text.contains(&id(50)), "{text}");
}

#[tokio::test]
async fn as_many_come_along_as_are_wanted_and_only_those_to_work_in() {
    let world = World::new();
    let states = &["PastDue", "Enabled", "Disabled", "Enabled", "Warned", "Enabled"];
    for (wanted, max_subscriptions, pages, along) in [
        (None, 1, 2, vec!["Sub 1"]),
        (None, 2, 2, vec!["Sub 1", "Sub 3"]),
        // For a name every page is read.
        (Some("Sub 1".to_owned()), 0, 3, vec![]),
        (Some("Sub 1".to_owned()), 2, 3, vec!["Sub 1", "Sub 3"]),
        (Some("Sub 5".to_owned()), 2, 3, vec!["Sub 1", "Sub 3"]),
        (Some("Sub 0".to_owned()), u32::MAX, 3, vec!["Sub 1", "Sub 3", "Sub 4", "Sub 5"]),
        // The one that is asked for is asked for first.
        (Some(id(3)), 1, 2, vec!["Sub 1"]),
        (Some(id(3)), 3, 4, vec!["Sub 1", "Sub 3", "Sub 4"]),
    ] {
        let arm = arm(states);
        let request = LookupRequest { subscription: wanted.clone(), max_subscriptions, ..sign_in(&arm) };
        let found = world.lookup(request).await.0.unwrap();
        assert_eq!((names(&found), arm.asked().len()), (along, pages), "{wanted:?} {max_subscriptions}");
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
        world.lookup(LookupRequest { max_subscriptions: 25, ..for_subscription(&arm, &id(0)) }).await;
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
}

#[tokio::test]
async fn a_list_of_nothing_is_an_empty_list_and_its_next_page_is_read() {
    let world = World::new();
    for kind in [LookupKind::Tenants, LookupKind::Subscriptions] {
        let name = if kind == LookupKind::Tenants { "tenants" } else { "subscriptions" };
        let arm = Service::answering([Reply::new(200, r#"{"value":null}"#)]);
        let found = world.lookup(look_up(kind, &arm)).await.0.unwrap();
        assert_eq!(found[name], json!([]), "{kind:?}");
    }
    let next = Reply::new(200, r#"{"value":null,"nextLink":"/subscriptions?page=1"}"#);
    let last = Reply::new(200, json!({ "value": [subscription(0, "Enabled")] }).to_string());
    let arm = Service::answering([next, last]);
    let found = world.lookup(look_up(LookupKind::Subscriptions, &arm)).await.0.unwrap();
    assert_eq!(names(&found).len(), 1);
}

#[tokio::test]
async fn a_list_that_is_too_deep_is_not_called_no_json() {
    let world = World::new();
    let deep = format!(r#"{{"value":[{}1{}]}}"#, "[".repeat(200), "]".repeat(200));
    for (body, fault) in [
        (deep.as_str(), "nested deeper than 127 levels"),
        ("[]", "no JSON object"),
        ("{\n", "no JSON (line 2"),
    ] {
        let arm = Service::answering([Reply::new(200, body)]);
        let error = world.lookup(look_up(LookupKind::Subscriptions, &arm)).await.0.unwrap_err();
        assert!(
            matches!(&error, Error::MalformedResponse { fault: told, .. } if told.contains(fault)),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_ring_of_pages_ends_with_an_error() {
    let world = World::new();
    let arm = Service::start(|asked, _| {
        let next =
            if asked.line.ends_with("page=1") { "/subscriptions?page=2" } else { "/subscriptions?page=1" };
        Reply::new(200, json!({ "value": [], "nextLink": next }).to_string())
    });
    let error = world.lookup(look_up(LookupKind::Subscriptions, &arm)).await.0.unwrap_err();
    assert!(
        matches!(&error, Error::MalformedResponse { fault, .. } if fault.contains("there already")),
        "{error:?}"
    );
}
