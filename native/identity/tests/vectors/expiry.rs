//! Vectors 36 to 47: when a token ends, in every form that services and their imitations have been seen to say it.

use serde_json::{Value, json};
use tollgate_identity::{Error, Selector};

use crate::hosts::{self, APP_SERVICE};
use crate::service::{NOW, Reply, Service, ask};

/// Asks an App Service at `now` that answers with these fields beside the token; gives the token's end and its middle.
async fn end(now: i64, fields: &Value) -> Result<(i64, i64), Error> {
    let mut body = fields.clone();
    body["access_token"] = json!("secret");
    let service = Service::new([], Reply::Answer(200, "", body.to_string()));
    service.set_clock(now - NOW);
    let client = hosts::client(&service, APP_SERVICE);
    let grant = ask(&client, &hosts::wish(Selector::SystemAssigned)).await?;
    assert_eq!(client.list_tokens()[0].refresh_on, grant.token.refresh_on());
    Ok((grant.token.expires_on(), grant.token.refresh_on()))
}

async fn end_of(now: i64, expires_on: Value) -> i64 {
    end(now, &json!({ "expires_on": expires_on })).await.unwrap().0
}

async fn fault(fields: Value) -> String {
    let error = end(NOW, &fields).await.unwrap_err();
    assert!(matches!(error, Error::MalformedResponse { .. }), "{error:?}");
    let text = error.to_string();
    assert!(!text.contains("secret"), "{text}");
    text.rsplit(": ").next().unwrap().to_owned()
}

/// The vectors have no refresh point below two hours; here every token has one in the middle of its life, so that no caller
/// ever waits at its end.
#[tokio::test(start_paused = true)]
async fn v036_v037_a_token_of_one_two_or_three_hours_is_refreshed_from_the_middle_of_its_life() {
    // NOW is 2027-01-15T08:00:00Z.
    for (hours, iso) in
        [(1, "2027-01-15T09:00:00Z"), (2, "2027-01-15T10:00:00Z"), (3, "2027-01-15T11:00:00Z")]
    {
        let expected = (NOW + hours * 3_600, NOW + hours * 1_800);
        for expires_on in [json!(expected.0.to_string()), json!(iso)] {
            assert_eq!(
                end(NOW, &json!({ "expires_on": expires_on })).await.unwrap(),
                expected,
                "{expires_on}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn v038_a_token_that_has_ended_is_refused() {
    let past = [
        NOW.to_string(),
        "0".into(),
        (NOW - 3_600).to_string(),
        (NOW - 86_400).to_string(),
        "1697490590".into(),
    ];
    for expires_on in past {
        assert_eq!(
            fault(json!({ "expires_on": expires_on })).await,
            "the token has expired already",
            "{expires_on}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn v039_a_small_number_is_a_span_from_now() {
    assert_eq!(end_of(NOW, json!("3600")).await, NOW + 3_600);
    assert_eq!(end_of(NOW, json!("86400")).await, NOW + 86_400);
}

#[tokio::test(start_paused = true)]
async fn v040_v042_what_is_neither_number_nor_date_is_refused() {
    for expires_on in ["invalid-date-format", "15609740s28"] {
        let fault = fault(json!({ "expires_on": expires_on })).await;
        assert_eq!(fault, "the time at which the token expires cannot be read", "{expires_on}");
    }
}

#[tokio::test(start_paused = true)]
async fn v041_an_integer_is_as_good_as_text() {
    assert_eq!(end_of(NOW, json!(NOW + 60)).await, NOW + 60);
}

#[tokio::test(start_paused = true)]
async fn v043_a_date_with_its_zone_is_read_as_the_second_it_names() {
    assert_eq!(end_of(0, json!("01/01/1970 00:00:42 +00:00")).await, 42);
}

#[tokio::test(start_paused = true)]
async fn v044_a_date_without_zone_is_utc() {
    for text in ["01/15/2027 09:00:00", "2027-01-15 09:00:00"] {
        assert_eq!(end_of(NOW, json!(text)).await, NOW + 3_600, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn v045_an_empty_span_beside_a_good_moment_is_passed_over() {
    let fields = json!({ "expires_in": "", "expires_on": (NOW + 60).to_string() });
    assert_eq!(end(NOW, &fields).await.unwrap().0, NOW + 60);
}

#[tokio::test(start_paused = true)]
async fn v046_an_epoch_as_text_is_the_second_it_names() {
    // 2020-04-15T21:05:35Z.
    assert_eq!(end_of(1_586_984_735 - 60, json!("1586984735")).await, 1_586_984_735);
}

#[tokio::test(start_paused = true)]
async fn v047_an_answer_that_tells_no_end_is_refused() {
    assert_eq!(fault(json!({})).await, "it does not say when the token expires");
    assert_eq!(
        fault(json!({ "expires_on": "", "expires_in": null })).await,
        "it does not say when the token expires"
    );
}
