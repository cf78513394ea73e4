//! Where a request meets the machine's gate: what a timeout counts there, and what is opened before it and held at it.

use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use tollgate_gate::{REQUEST_TIMEOUT, SLOTS};
use tollgate_http::{Connecting, Connector, Endpoint, Limits};
use tollgate_identity::{Error, Level};

use crate::service::{Reply, Service, Way, ask, request, token};

const ADDRESS: [(&str, &str); 1] = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://service")];

/// So many processes ask at once, each with this time.
async fn asked_at_once(count: usize, budget: Duration, counts_line: bool) -> Vec<Result<(), Error>> {
    asked_of(&Service::new([], token("t")), count, budget, counts_line).await
}

async fn asked_of(
    service: &Arc<Service>,
    count: usize,
    budget: Duration,
    counts_line: bool,
) -> Vec<Result<(), Error>> {
    let mut asking = JoinSet::new();
    for _ in 0..count {
        let service = Arc::clone(service);
        asking.spawn(async move {
            let mut wish = request("https://x");
            (wish.timeout, wish.counts_line) = (budget, counts_line);
            ask(&service.client(), &wish).await.map(|_| ())
        });
    }
    asking.join_all().await
}

#[tokio::test(start_paused = true)]
async fn the_usual_time_does_not_run_in_a_line_that_moves() {
    let results = asked_at_once(200, Duration::from_secs(3), false).await;
    assert!(results.iter().all(Result::is_ok), "{:?}", results.iter().find(|result| result.is_err()));
}

#[tokio::test(start_paused = true)]
async fn a_thousand_get_a_token_of_a_slow_service_in_the_usual_time_and_in_five_minutes_that_were_named() {
    // Each look of each of them is at real files, which cost many times as much where Wine stands for Windows.
    let callers = if cfg!(windows) { 100 } else { 1000 };
    for (budget, counts_line) in [(request("https://x").timeout, false), (Duration::from_secs(300), true)] {
        let service = Service::new([], token("t"));
        *service.latency.lock().unwrap() = Duration::from_millis(600);
        let results = asked_of(&service, callers, budget, counts_line).await;
        assert!(results.iter().all(Result::is_ok), "{:?}", results.iter().find(|result| result.is_err()));
        let times = service.times();
        // Five at a time, and nobody beside them: none went alone.
        for (earlier, later) in times.iter().zip(&times[SLOTS..]) {
            assert!(later - earlier >= 600, "{earlier} {later}");
        }
        assert!(*times.last().unwrap() < callers as u128 / 5 * 600 * 11 / 10, "{:?}", times.last());
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_that_was_named_counts_the_line_and_its_error_tells_how_many_wait() {
    let results = asked_at_once(200, Duration::from_secs(3), true).await;
    let failed: Vec<_> = results.into_iter().filter_map(Result::err).collect();
    assert!((100..=150).contains(&failed.len()), "{}", failed.len());
    for error in failed {
        let Error::TimedOut { last: Some(last), .. } = &error else { panic!("{error:?}") };
        let told = last.strip_prefix("it waits at the gate, where ").and_then(|rest| rest.split(' ').next());
        assert!(
            told.is_some_and(|count| count.parse::<u32>().is_ok_and(|count| (50..=200).contains(&count))),
            "{last}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_that_is_over_at_the_gate_tells_what_was_in_the_way() {
    let refusal = || Reply::Answer(429, "retry-after: 30\r\n", String::new());
    let silent = || (0..SLOTS).map(|_| Reply::Silence).collect::<Vec<_>>();
    for (replies, budget, words) in [
        (vec![refusal()], 3, "the service refused this machine with a 429, and all rest for 27 s more"),
        (silent(), 3, "its place in line has come, and requests of this machine hold the five slots"),
    ] {
        let others = replies.len();
        let service = Service::new(replies, token("t"));
        let mut asking = JoinSet::new();
        for _ in 0..others {
            let client = service.client();
            asking.spawn(async move { ask(&client, &request("https://x")).await.map(|_| ()) });
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut wish = request("https://x");
        (wish.timeout, wish.counts_line) = (Duration::from_secs(budget), true);
        let error = ask(&service.client(), &wish).await.unwrap_err();
        let Error::TimedOut { last: Some(last), .. } = &error else { panic!("{error:?}") };
        assert!(last.ends_with(words), "{last}");
    }
    let results = asked_at_once(200, Duration::from_secs(3), true).await;
    let told = results.into_iter().filter_map(Result::err).map(|error| error.to_string());
    assert!(
        told.clone().count() > 0
            && told.into_iter().all(|told| told.contains("its place in line comes in about "))
    );
}

#[tokio::test(start_paused = true)]
async fn the_usual_time_runs_when_the_service_says_nothing() {
    let service = Service::new([], Reply::Silence);
    let mut wish = request("https://x");
    wish.timeout = Duration::from_secs(5);
    let start = Instant::now();
    let error = ask(&service.client(), &wish).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
    assert!((5..7).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[test]
fn the_gate_knows_how_long_a_request_may_take() {
    assert!(Limits::default().response_timeout < REQUEST_TIMEOUT);
}

/// A service whose port is closed for a while. It counts the connections that stand open unused.
struct Port {
    service: Arc<Service>,
    start: Instant,
    closed: Range<Duration>,
    dialled: Mutex<Vec<Duration>>,
}

impl Connector for Port {
    fn connect<'a>(&'a self, endpoint: &'a Endpoint) -> Connecting<'a> {
        let now = self.start.elapsed();
        if self.closed.contains(&now) {
            return Box::pin(async { Err(io::ErrorKind::ConnectionRefused.into()) });
        }
        self.dialled.lock().unwrap().push(now);
        Box::pin(async move { Way(Arc::clone(&self.service)).connect(endpoint).await })
    }
}

impl Port {
    /// Closed between these two moments, in milliseconds.
    fn new(closed: Range<u64>) -> Arc<Self> {
        Arc::new(Self {
            service: Service::new([], token("t")),
            start: Instant::now(),
            closed: Duration::from_millis(closed.start)..Duration::from_millis(closed.end),
            dialled: Mutex::default(),
        })
    }

    fn client(self: &Arc<Self>) -> tollgate_identity::TokenClient {
        let environment = self.service.environment(&ADDRESS);
        self.service.build(&environment, Arc::clone(self) as Arc<dyn Connector>).unwrap()
    }
}

/// So many processes ask until they have a token: nobody goes alone. Gives the times of the requests in milliseconds.
async fn asked_until_answered(port: &Arc<Port>, count: usize) -> Vec<u128> {
    let (mut asking, alone) = (JoinSet::new(), Arc::new(AtomicUsize::new(0)));
    for _ in 0..count {
        let (client, alone) = (port.client(), Arc::clone(&alone));
        asking.spawn(async move {
            loop {
                match client.get_token(&request("https://x")) {
                    tollgate_identity::TokenCall::Ready(_) => return,
                    tollgate_identity::TokenCall::Pending(pending) => {
                        let journal = Arc::clone(pending.progress());
                        let result = pending.wait().await;
                        let said = (0..).map_while(|number| journal.event(number));
                        alone.fetch_add(
                            said.filter(|event| event.level == Level::Warning).count(),
                            Ordering::Relaxed,
                        );
                        match result {
                            Ok(_) => return,
                            Err(Error::EndpointUnreachable { .. }) => {}
                            Err(other) => panic!("{other}"),
                        }
                    }
                }
            }
        });
    }
    asking.join_all().await;
    let times = port.service.times();
    assert_eq!((times.len(), alone.load(Ordering::Relaxed)), (count, 0));
    let most = times.iter().map(|from| times.iter().filter(|at| (*from..from + 1000).contains(*at)).count());
    assert!(most.max().unwrap() <= 20);
    times
}

#[tokio::test(start_paused = true)]
async fn nothing_to_connect_to_holds_no_place_and_all_get_a_token_once_there_is() {
    let times = asked_until_answered(&Port::new(0..20_000), 200).await;
    // Ten seconds of sending: nobody's place was lost to a try before.
    assert!(*times.last().unwrap() < 20_000 + 1_000 + 10_500, "{:?}", times.last());
}

#[tokio::test(start_paused = true)]
async fn a_line_outlasts_a_service_that_cannot_be_reached_for_a_while() {
    // Under Wine each look at a file costs many times as much.
    let callers = if cfg!(windows) { 200 } else { 600 };
    let times = asked_until_answered(&Port::new(5_000..17_000), callers).await;
    assert!(!times.iter().any(|at| (5_100..17_000).contains(at)));
    // Five seconds of sending before and twenty-five after, and a little for those who take their turn at trying.
    assert!(*times.last().unwrap() < 17_000 + 26_000, "{:?}", times.last());
}

#[tokio::test(start_paused = true)]
async fn a_place_that_was_waited_for_is_not_lost_to_one_failure_to_connect() {
    let port = Port::new(3_000..3_100);
    let mut asking = JoinSet::new();
    for _ in 0..100 {
        let client = port.client();
        asking.spawn(async move {
            let tollgate_identity::TokenCall::Pending(pending) = client.get_token(&request("https://x"))
            else {
                panic!("there is none in memory")
            };
            let journal = Arc::clone(pending.progress());
            pending.wait().await.unwrap();
            journal.progress().attempt
        });
    }
    assert_eq!(asking.join_all().await, [1; 100]);
    assert!(!port.service.times().iter().any(|at| (3_000..3_100).contains(at)));
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_opened_anew_after_a_wait_of_more_than_two_seconds() {
    let port = Port::new(0..0);
    let mut asking = JoinSet::new();
    for _ in 0..100 {
        let client = port.client();
        asking.spawn(async move { ask(&client, &request("https://x")).await.map(|_| ()) });
    }
    assert!(asking.join_all().await.iter().all(Result::is_ok));
    let (asked, dialled) = (port.service.times(), port.dialled.lock().unwrap().clone());
    // Forty wait less than two seconds, and sixty open two.
    let at_first = dialled.iter().filter(|at| at.as_millis() < 100).count();
    assert_eq!(at_first, 100);
    assert!((140..=165).contains(&dialled.len()), "{}", dialled.len());
    for at in asked {
        let is_fresh = |opened: &Duration| (opened.as_millis()..=opened.as_millis() + 2_100).contains(&at);
        assert!(dialled.iter().any(is_fresh), "{at}");
    }
    assert!(port.service.open() <= SLOTS);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_one_process_holds_the_others_back() {
    let refusal = Reply::Answer(429, "retry-after: 7\r\n", String::new());
    let service = Service::new([refusal], token("t"));
    let first = service.client();
    let other = service.client();
    let asking = tokio::spawn(async move { ask(&first, &request("https://x")).await.map(|_| ()) });
    tokio::time::sleep(Duration::from_millis(100)).await;
    ask(&other, &request("https://x")).await.unwrap();
    asking.await.unwrap().unwrap();
    let times = service.times();
    assert!(times[1] >= 7_000, "{times:?}");
    assert_eq!(other.gate_state().await.throttled_responses, 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_answered_or_broke_off_is_under_way_no_more() {
    for reply in [
        token("t"),
        Reply::Close,
        Reply::Answer(429, "", String::new()),
        Reply::Answer(400, "", String::new()),
    ] {
        let service = Service::new([reply.clone()], token("t"));
        let client = service.client();
        let _ = ask(&client, &request("https://x")).await;
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let state = client.gate_state().await;
        assert_eq!((state.requests_last_second, state.slots_in_use), (0, 0), "{reply:?}");
        assert!(state.requests_sent > 0);
    }
}
