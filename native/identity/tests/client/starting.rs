//! A machine that is starting: what is known to be there is waited for, what may not be there is not.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tollgate_identity::{Error, Phase, Selector, TokenClient, TokenRequest};

use crate::pending;
use crate::service::{Reply, Service, Way, are_about, ask, request, token};

type Variables = &'static [(&'static str, &'static str)];

/// Addresses that the platform names.
const NAMED: [Variables; 5] = [
    &[("IDENTITY_ENDPOINT", "http://service/x"), ("IDENTITY_HEADER", "h")],
    &[("MSI_ENDPOINT", "http://service/x")],
    &[("MSI_ENDPOINT", "http://service/x"), ("MSI_SECRET", "s"), ("DEFAULT_IDENTITY_CLIENT_ID", ID)],
    &[
        ("IDENTITY_ENDPOINT", "https://service/x"),
        ("IDENTITY_HEADER", "h"),
        ("IDENTITY_SERVER_THUMBPRINT", "00112233445566778899aabbccddeeff00112233"),
    ],
    &[("IDENTITY_ENDPOINT", "http://service/x"), ("IMDS_ENDPOINT", "http://service")],
];

const ID: &str = "4e2a7f6c-0000-4000-8000-000000000001";

/// A client with these variables, on a machine that is one of Azure's or is not.
fn client(service: &Arc<Service>, variables: &[(&str, &str)], azures: bool) -> TokenClient {
    let environment = service.environment(variables);
    let environment = if azures { environment.with_azure_asset_tag() } else { environment };
    service.build(&environment, Arc::new(Way(Arc::clone(service)))).unwrap()
}

/// Asks where nobody answers; gives the error and how many seconds that took.
async fn in_vain(variables: &[(&str, &str)], azures: bool, way: Reply) -> (Error, f64) {
    let service = Service::new([], way);
    let client = client(&service, variables, azures);
    let start = Instant::now();
    let error = ask(&client, &request("https://x")).await.unwrap_err();
    (error, start.elapsed().as_secs_f64())
}

#[tokio::test(start_paused = true)]
async fn a_service_that_opens_after_three_seconds_is_found() {
    for (variables, azures) in [(NAMED[0], false), (NAMED[1], false), (NAMED[2], false), (&[][..], true)] {
        let refused = std::iter::repeat_n(Reply::Refuse, 4);
        let service = Service::new(refused.chain([token("t")]), Reply::Silence);
        ask(&client(&service, variables, azures), &request("https://x")).await.unwrap();
        assert!(
            are_about(&service.pauses(), &[200, 400, 800, 1_600]),
            "{variables:?} {:?}",
            service.pauses()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_known_to_be_there_is_waited_for_for_half_a_minute() {
    for way in [Reply::Refuse, Reply::Unreachable] {
        for variables in NAMED {
            let (error, seconds) = in_vain(variables, false, way.clone()).await;
            assert!((30.0..32.0).contains(&seconds), "{variables:?} {seconds}");
            let Error::EndpointUnreachable { source_name, attempts, .. } = error else { panic!("{error:?}") };
            assert!(source_name == variables[0].0 && attempts > 10, "{source_name} {attempts}");
        }
        let (error, seconds) = in_vain(&[], true, way.clone()).await;
        assert!(
            (30.0..32.0).contains(&seconds) && matches!(error, Error::NoSource { .. }),
            "{seconds} {error:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_there_is_not() {
    let pod = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://service")];
    for (variables, azures) in [(&[][..], false), (&pod[..], false), (&pod[..], true)] {
        for way in [Reply::Refuse, Reply::Unreachable] {
            let (_, seconds) = in_vain(variables, azures, way).await;
            assert!(seconds < 3.0, "{variables:?} {azures} {seconds}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_callers_time_ends_the_wait_and_progress_shows_it() {
    let service = Service::new([], Reply::Refuse);
    let client = client(&service, &[], true);
    let wish = TokenRequest { timeout: Duration::from_secs(5), counts_line: true, ..request("https://x") };
    let call = pending(client.get_token(&wish));
    let journal = Arc::clone(call.progress());
    let start = Instant::now();
    let shown = async {
        tokio::time::sleep(Duration::from_millis(4_500)).await;
        journal.progress()
    };
    let (result, progress) = tokio::join!(call.wait(), shown);
    let error = result.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 5);
    assert!(
        error.to_string().starts_with("no token within 5 seconds; the request was not sent; last: "),
        "{error}"
    );
    assert!(
        progress.phase == Phase::TokenBackoff && progress.remaining.is_some() && progress.attempt > 3,
        "{progress:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_service_that_was_there_and_goes_is_waited_for_anew() {
    // Another kind of trouble in between starts the half minute over: each of the two alone is shorter, together they are longer.
    let refused = || std::iter::repeat_n(Reply::Refuse, 13);
    let replies = refused().chain([Reply::Close]).chain(refused()).chain([token("t")]);
    let service = Service::new(replies, Reply::Silence);
    let wish = TokenRequest { selector: Selector::SystemAssigned, ..request("https://x") };
    ask(&client(&service, NAMED[0], false), &wish).await.unwrap();
    let times = service.times();
    assert!(times[13] < 30_000 && times[27] - times[13] < 30_000 && times[27] > 35_000, "{times:?}");
}
