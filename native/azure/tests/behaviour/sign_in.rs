//! What a sign-in asks ARM and makes of the answers, and the lists beside it.

use imds_sim::{Options, TENANT_ID};
use serde_json::{Value, json};
use tollgate_azure::{Error, LookupKind, LookupRequest};

use crate::service::{Reply, Service};
use crate::world::{World, look_up};

pub(crate) fn id(number: usize) -> String {
    format!("00000000-0000-0000-0000-{number:012}")
}

pub(crate) fn subscription(number: usize, state: &str) -> Value {
    json!({ "subscriptionId": id(number), "displayName": format!("Sub {number}"), "state": state, "tenantId": TENANT_ID })
}

/// ARM with these subscriptions, two a page, and a tenant with a domain.
pub(crate) fn arm(states: &'static [&'static str]) -> Service {
    Service::start(move |asked, _| {
        let all: Vec<_> =
            states.iter().enumerate().map(|(number, state)| subscription(number, state)).collect();
        let path = asked.line.strip_prefix("GET ").unwrap();
        let (path, query) = path.split_once('?').unwrap();
        if path == "/tenants" {
            let tenant = json!({ "tenantId": TENANT_ID, "domains": ["Contoso.example"], "defaultDomain": "contoso.default", "displayName": "Contoso" });
            return Reply::new(200, json!({ "value": [tenant] }).to_string());
        }
        if let Some(wanted) = path.strip_prefix("/subscriptions/") {
            return match all.iter().find(|one| one["subscriptionId"] == wanted) {
                Some(found) => Reply::new(200, found.to_string()),
                None => Reply::new(404, r#"{"error":{"code":"SubscriptionNotFound","message":"m"}}"#),
            };
        }
        let start = query.split_once("page=").map_or(0, |(_, page)| page.parse::<usize>().unwrap() * 2);
        let mut page = json!({ "value": all.iter().skip(start).take(2).collect::<Vec<_>>() });
        if start + 2 < all.len() {
            page["nextLink"] = format!("/subscriptions?api-version=2021-01-01&page={}", start / 2 + 1).into();
        }
        Reply::new(200, page.to_string())
    })
}

pub(crate) fn sign_in(arm: &Service) -> LookupRequest {
    look_up(LookupKind::SignIn, arm)
}

pub(crate) fn for_subscription(arm: &Service, wanted: &str) -> LookupRequest {
    LookupRequest { subscription: Some(wanted.to_owned()), ..sign_in(arm) }
}

const LIST: &str = "GET /subscriptions?api-version=2021-01-01";

#[tokio::test]
async fn a_plain_sign_in_asks_one_token_and_one_page() {
    let (world, arm) = (World::new(), arm(&["Disabled", "Enabled"]));
    let (found, said) = world.lookup(sign_in(&arm)).await;
    let expected = json!({ "tenantId": TENANT_ID, "tenant": null, "subscription": subscription(1, "Enabled"), "subscriptions": [], "unreachable": null });
    assert_eq!(found.unwrap(), expected);
    assert_eq!(
        (arm.lines(), world.sim.counts().tokens, said.warnings().len()),
        (vec![LIST.to_owned()], 1, 0)
    );
}

#[tokio::test]
async fn several_subscriptions_are_warned_of_in_azs_words_and_read_no_further_than_needed() {
    let (world, arm) = (World::new(), arm(&["Warned", "Enabled", "Enabled", "Enabled", "Enabled"]));
    let (found, said) = world.lookup(sign_in(&arm)).await;
    assert_eq!(found.unwrap()["subscription"]["displayName"], "Sub 0");
    let text = format!(
        "TenantId '{TENANT_ID}' contains more than one active subscription. First one will be selected for further use. To select another subscription, use Set-MiContext."
    );
    assert_eq!((said.warnings(), arm.asked().len()), (vec![text], 1));
    for (max_subscriptions, pages, count) in [(3, 2, 3), (u32::MAX, 3, 5)] {
        let before = arm.asked().len();
        let found = world.lookup(LookupRequest { max_subscriptions, ..sign_in(&arm) }).await.0.unwrap();
        assert_eq!(
            (found["subscriptions"].as_array().unwrap().len(), arm.asked().len() - before),
            (count, pages)
        );
    }
}

#[tokio::test]
async fn a_subscription_by_id_is_one_question() {
    let (world, arm) = (World::new(), arm(&["Enabled", "Deleted"]));
    let (found, said) = world.lookup(for_subscription(&arm, &id(0))).await;
    assert_eq!(
        (found.unwrap()["subscription"].clone(), said.warnings().len()),
        (subscription(0, "Enabled"), 0)
    );
    assert_eq!(arm.lines(), [format!("GET /subscriptions/{}?api-version=2021-01-01", id(0))]);
    let (_, said) = world.lookup(for_subscription(&arm, &id(1))).await;
    assert_eq!(said.warnings(), ["Selected subscription is in 'Deleted' state."]);
}

#[tokio::test]
async fn a_subscription_by_name_is_found_in_any_spelling_and_on_any_page() {
    let (world, arm) = (World::new(), arm(&["Enabled", "Enabled", "Enabled", "Disabled"]));
    let found = world.lookup(for_subscription(&arm, "SUB 2")).await.0.unwrap();
    assert_eq!(found["subscription"], subscription(2, "Enabled"));
    let (found, said) = world.lookup(for_subscription(&arm, "sub 3")).await;
    assert_eq!(found.unwrap()["subscription"], subscription(3, "Disabled"));
    assert_eq!(said.warnings(), ["Selected subscription is in 'Disabled' state."]);
}

#[tokio::test]
async fn a_subscription_that_is_not_seen_is_told_in_azs_words_with_those_that_are() {
    let (world, arm) = (World::new(), arm(&["Enabled", "Enabled"]));
    for (wanted, kind) in [(id(7), "subscription ID"), ("Nowhere".to_owned(), "subscription name")] {
        let error = world.lookup(for_subscription(&arm, &wanted)).await.0.unwrap_err();
        let Error::SubscriptionNotFound { text, visible } = &error else { panic!("{error:?}") };
        assert_eq!(
            *text,
            format!(
                "The provided account MSI@50342 does not have access to {kind} \"{wanted}\". Please try logging in with different credentials or a different subscription ID."
            )
        );
        assert_eq!(*visible, [format!("Sub 0 ({})", id(0)), format!("Sub 1 ({})", id(1))]);
        assert!(error.to_string().contains("Visible to it: Sub 0"), "{error}");
    }
}

#[tokio::test]
async fn a_tenant_is_asked_for_only_when_it_is_named_by_domain() {
    let (world, arm) = (World::new(), arm(&["Enabled"]));
    let named = |tenant: &str| LookupRequest { tenant: Some(tenant.to_owned()), ..sign_in(&arm) };
    let found = world.lookup(named("contoso.EXAMPLE")).await.0.unwrap();
    assert_eq!((&found["tenantId"], &found["tenant"]["displayName"]), (&json!(TENANT_ID), &json!("Contoso")));
    assert_eq!(arm.lines(), ["GET /tenants?api-version=2021-01-01", LIST]);
    for other in ["Contoso.Default", " contoso.example "] {
        assert_eq!(world.lookup(named(other)).await.0.unwrap()["tenantId"], TENANT_ID, "{other}");
    }
    for own in [TENANT_ID.to_ascii_uppercase(), format!(" {TENANT_ID} ")] {
        let before = arm.lines().len();
        let (found, said) = world.lookup(named(&own)).await;
        let found = found.unwrap();
        assert_eq!((&found["tenantId"], &found["tenant"]), (&json!(TENANT_ID), &Value::Null), "{own}");
        assert_eq!((arm.lines().len() - before, said.warnings().len()), (1, 0), "{own}");
    }
    let error = world.lookup(named("fabrikam.example")).await.0.unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { field: "Tenant", .. }), "{error:?}");
    assert!(
        error.to_string().contains(
            "Could not find tenant id for provided tenant domain 'fabrikam.example'. Please ensure"
        ),
        "{error}"
    );
}

#[tokio::test]
async fn pages_that_lead_round_in_a_ring_are_left() {
    let world = World::new();
    let arm = Service::start(|asked, _| {
        let next = if asked.line.ends_with("page=1") { 2 } else { 1 };
        Reply::new(200, json!({ "value": [], "nextLink": format!("/tenants?page={next}") }).to_string())
    });
    let request = LookupRequest { kind: LookupKind::Tenants, ..sign_in(&arm) };
    assert!(matches!(world.lookup(request).await.0, Err(Error::MalformedResponse { .. })));
    assert_eq!(arm.asked().len(), 3);
}

#[tokio::test]
async fn another_tenant_is_never_written_on_what_the_identity_sees_in_its_own() {
    let (world, arm) = (World::new(), arm(&["Enabled"]));
    for kind in [LookupKind::SignIn, LookupKind::Subscriptions] {
        let request = LookupRequest { kind, tenant: Some(id(9)), ..sign_in(&arm) };
        let (found, said) = world.lookup(request).await;
        assert_eq!(found.unwrap()["tenantId"], json!(TENANT_ID));
        let [warning] = said.warnings().try_into().unwrap();
        assert!(warning.contains(TENANT_ID) && warning.contains(&id(9)), "{warning}");
    }
}

#[tokio::test]
async fn without_a_token_a_sign_in_fails() {
    let arm = arm(&["Enabled"]);
    let world = World::with(Options { system: None, user: Vec::new(), ..Options::default() });
    assert!(matches!(world.lookup(sign_in(&arm)).await.0, Err(Error::Token(_))));
    assert!(arm.asked().is_empty());
}

#[tokio::test]
async fn an_old_arm_is_asked_in_its_own_version() {
    let world = World::new();
    let arm = Service::start(|asked, _| match asked.line.ends_with("2016-06-01") {
        true => Reply::new(200, json!({ "value": [subscription(0, "Enabled")] }).to_string()),
        false => Reply::new(400, r#"{"error":{"code":"InvalidApiVersionParameter","message":"m"}}"#),
    });
    let found = world.lookup(sign_in(&arm)).await.0.unwrap();
    assert_eq!(found["subscription"]["displayName"], "Sub 0");
    assert_eq!(arm.lines(), [LIST, "GET /subscriptions?api-version=2016-06-01"]);
}

#[tokio::test]
async fn lists_hold_every_state_and_every_page() {
    let (world, arm) = (World::new(), arm(&["Enabled", "Disabled", "Deleted"]));
    let all = |subscription: Option<String>| LookupRequest {
        subscription,
        ..look_up(LookupKind::Subscriptions, &arm)
    };
    let found = world.lookup(all(None)).await.0.unwrap();
    let every = [subscription(0, "Enabled"), subscription(1, "Disabled"), subscription(2, "Deleted")];
    assert_eq!(found, json!({ "tenantId": TENANT_ID, "subscriptions": every }));
    let one = world.lookup(all(Some(id(2)))).await.0.unwrap();
    assert_eq!(one["subscriptions"], json!([subscription(2, "Deleted")]));
    let named = world.lookup(all(Some("sub 1".to_owned()))).await.0.unwrap();
    assert_eq!(named["subscriptions"], json!([subscription(1, "Disabled")]));
    for missing in [id(5), "sub 5".to_owned()] {
        let error = world.lookup(all(Some(missing.clone()))).await.0.unwrap_err();
        let text = format!(
            "Subscription {missing} was not found in tenant {TENANT_ID}. Please verify that the subscription exists in this tenant."
        );
        assert!(
            matches!(&error, Error::SubscriptionNotFound { text: said, .. } if *said == text),
            "{error:?}"
        );
    }

    let tenants = world.lookup(look_up(LookupKind::Tenants, &arm)).await.0.unwrap();
    assert_eq!(tenants["tenants"][0]["tenantId"], TENANT_ID);
    let other = LookupRequest { tenant: Some(id(1)), ..look_up(LookupKind::Tenants, &arm) };
    assert_eq!(world.lookup(other).await.0.unwrap(), json!({ "tenants": [] }));
    let own =
        LookupRequest { tenant: Some("Contoso.Example".to_owned()), ..look_up(LookupKind::Tenants, &arm) };
    assert_eq!(world.lookup(own).await.0.unwrap(), tenants);
}

#[tokio::test]
async fn a_list_that_is_none_or_leads_elsewhere_is_not_believed() {
    let world = World::new();
    let list = |body: &'static str| Service::answering([Reply::new(200, body)]);
    for body in ["[]", "{}", "page", r#"{"value":5}"#] {
        let error = world.lookup(look_up(LookupKind::Subscriptions, &list(body))).await.0.unwrap_err();
        assert!(matches!(error, Error::MalformedResponse { .. }), "{body}: {error:?}");
    }
    let ring = list(r#"{"value":[],"nextLink":"/subscriptions?api-version=2021-01-01"}"#);
    let error = world.lookup(look_up(LookupKind::Subscriptions, &ring)).await.0.unwrap_err();
    assert!(matches!(error, Error::MalformedResponse { .. }), "{error:?}");
    let away = list(r#"{"value":[],"nextLink":"https://example.com/x"}"#);
    let error = world.lookup(look_up(LookupKind::Subscriptions, &away)).await.0.unwrap_err();
    assert!(matches!(error, Error::EndpointNotTrusted { .. }), "{error:?}");
}
