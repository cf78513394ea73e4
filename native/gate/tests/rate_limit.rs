//! Many callers at one gate, each with its own view of the files as a process has, on a clock that only waiting moves.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, advance, sleep};
use tollgate_core::{BootInstant, Clock};
use tollgate_gate::{Category, Gate, GateError, SLOTS, WaitStage};

/// The runtime's paused clock, seen as a boot clock.
struct TestClock(Instant);

impl Clock for TestClock {
    fn now(&self) -> BootInstant {
        BootInstant::from_nanos(1_000_000_000_000) + self.0.elapsed()
    }

    fn unix_now(&self) -> i64 {
        0
    }
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(TestClock(Instant::now()))
}

fn gate(folder: &Path, clock: &Arc<dyn Clock>) -> Gate {
    Gate::new(Some(folder.to_owned()), Arc::clone(clock))
}

/// Sends `count` requests at once through gates of their own, each in the air for `latency`; gives the times they left.
async fn stampede(folder: &Path, clock: &Arc<dyn Clock>, count: usize, latency: Duration) -> Vec<Duration> {
    let start = Instant::now();
    let left = Arc::new(Mutex::new(Vec::new()));
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..count {
        let (gate, left) = (gate(folder, clock), Arc::clone(&left));
        callers.spawn(async move {
            let mut admission = gate.acquire(&|_| ()).await;
            assert!(admission.wait_to_send(Duration::MAX, &|_| ()).await);
            assert_eq!(admission.fallback_reason(), None);
            left.lock().unwrap().push(start.elapsed());
            sleep(latency).await;
            admission.complete().await;
        });
    }
    while let Some(caller) = callers.join_next().await {
        caller.unwrap();
    }
    let mut left = left.lock().unwrap().clone();
    left.sort();
    left
}

fn most_in_a_second(left: &[Duration]) -> usize {
    let in_second = |from: &Duration| {
        left.iter().filter(|at| (*from..*from + Duration::from_secs(1)).contains(at)).count()
    };
    left.iter().map(in_second).max().unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn four_hundred_callers_leave_twenty_a_second_and_no_slower() {
    let folder = tempfile::tempdir().unwrap();
    let left = stampede(folder.path(), &clock(), 400, Duration::from_millis(20)).await;
    assert_eq!(left.len(), 400);
    assert!(most_in_a_second(&left) <= 20, "{left:?}");
    // Twenty at once, then twenty a second: nineteen seconds at best.
    assert!(left[399] < Duration::from_millis(19_000 * 105 / 100), "{:?}", left[399]);
}

#[tokio::test(start_paused = true)]
async fn a_busy_machine_that_holds_requests_up_brings_no_second_with_twenty_one_arrivals() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let start = Instant::now();
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..200_u64 {
        let gate = gate(folder.path(), &clock);
        callers.spawn(async move {
            let mut admission = gate.acquire(&|_| ()).await;
            assert!(admission.wait_to_send(Duration::MAX, &|_| ()).await);
            // Up to 300 ms between the entry and the service, once in a while two seconds, then an answer in 20 ms.
            let held_up = if number % 50 == 7 { 2000 } else { number * 7919 % 300 };
            sleep(Duration::from_millis(held_up)).await;
            let arrived = start.elapsed();
            sleep(Duration::from_millis(20)).await;
            admission.complete().await;
            arrived
        });
    }
    let mut arrived = callers.join_all().await;
    arrived.sort();
    assert!(most_in_a_second(&arrived) <= 20, "{arrived:?}");
}

#[tokio::test(start_paused = true)]
async fn no_more_than_five_are_in_the_air_when_answers_are_slow() {
    let folder = tempfile::tempdir().unwrap();
    let latency = Duration::from_millis(500);
    let left = stampede(folder.path(), &clock(), 50, latency).await;
    for (first, sixth) in left.iter().zip(&left[SLOTS..]) {
        assert!(*sixth - *first >= latency, "{first:?} {sixth:?}");
    }
    assert!(left[49] < Duration::from_millis(4_500 * 120 / 100), "{:?}", left[49]);
}

#[tokio::test(start_paused = true)]
async fn a_429_pauses_every_process_and_spaces_what_follows() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let first = gate(folder.path(), &clock);
    let mut admission = first.acquire(&|_| ()).await;
    assert!(admission.wait_to_send(Duration::MAX, &|_| ()).await);
    admission.report_throttled(Some(Duration::from_secs(3))).await;
    let left = stampede(folder.path(), &clock, 10, Duration::ZERO).await;
    assert!(left[0] >= Duration::from_secs(3), "{:?}", left[0]);
    assert!(left.windows(2).all(|pair| pair[1] - pair[0] >= Category::Tokens.paced_interval()), "{left:?}");
    let state = gate(folder.path(), &clock).state().await;
    assert_eq!((state.is_paced, state.throttled_responses, state.requests_sent), (true, 1, 11));
}

#[tokio::test(start_paused = true)]
async fn callers_in_line_when_the_pause_comes_wait_for_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let gate = gate(folder.path(), &clock);
    let mut refused = gate.acquire(&|_| ()).await;
    assert!(refused.wait_to_send(Duration::MAX, &|_| ()).await);
    let start = Instant::now();
    let shared = folder.path().to_owned();
    let line = tokio::spawn({
        let clock = Arc::clone(&clock);
        async move { stampede(&shared, &clock, 60, Duration::from_millis(5)).await }
    });
    sleep(Duration::from_millis(1500)).await;
    refused.report_throttled(Some(Duration::from_secs(5))).await;
    let left = line.await.unwrap();
    let paused = start + Duration::from_millis(1500)..start + Duration::from_millis(6500);
    let in_pause = left.iter().filter(|at| paused.contains(&(start + **at))).count();
    // Those whose request was already leaving are not called back.
    assert!(in_pause <= SLOTS, "{left:?}");
    assert!(most_in_a_second(&left) <= 20, "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn places_of_callers_that_died_delay_the_next_by_the_bound_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let gate = gate(folder.path(), &clock);
    for _ in 0..600 {
        // Forgotten at its first wait, as a killed process is: the place is taken, and neither used nor given back.
        let mut admit = Box::pin(gate.acquire(&|_| ()));
        tokio::select! { biased; _ = &mut admit => (), () = std::future::ready(()) => () }
        std::mem::forget(admit);
    }
    assert!(gate.state().await.estimated_wait > Duration::from_secs(25));
    let start = Instant::now();
    let left = stampede(folder.path(), &clock, 3, Duration::ZERO).await;
    assert!(left.iter().all(|at| *at <= Duration::from_secs(13)), "{left:?} {:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_suspended_holder_of_the_ledger_delays_by_the_bound_once() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let gate = gate(folder.path(), &clock);
    gate.acquire(&|_| ()).await.wait_to_send(Duration::MAX, &|_| ()).await;
    let held = File::options().read(true).write(true).open(folder.path().join("tollgate.ledger")).unwrap();
    held.lock().unwrap();
    let start = Instant::now();
    let mut admission = gate.acquire(&|_| ()).await;
    assert!(admission.wait_to_send(Duration::MAX, &|_| ()).await);
    assert!(matches!(admission.fallback_reason(), Some(GateError::LockTimeout { what: "the ledger", .. })));
    assert!((10..11).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    drop(admission);
    let again = Instant::now();
    gate.acquire(&|_| ()).await.wait_to_send(Duration::MAX, &|_| ()).await;
    assert!(again.elapsed() < Duration::from_millis(100), "{:?}", again.elapsed());
    drop(held);
    assert_eq!(gate.acquire(&|_| ()).await.fallback_reason(), None, "the gate is used again once it moves");
}

#[tokio::test(start_paused = true)]
async fn an_obstacle_is_remembered_for_a_minute_and_not_by_those_who_only_try_or_once_the_gate_is_passed() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let gate = gate(folder.path(), &clock);
    gate.acquire(&|_| ()).await.wait_to_send(Duration::MAX, &|_| ()).await;
    let suspended = || {
        let ledger = folder.path().join("tollgate.ledger");
        let held = File::options().read(true).write(true).open(ledger).unwrap();
        held.lock().unwrap();
        held
    };
    let waited = async || {
        let start = Instant::now();
        let obstacle = gate.acquire(&|_| ()).await.fallback_reason().is_some();
        (obstacle, start.elapsed().as_secs())
    };
    let held = suspended();
    assert_eq!(waited().await, (true, 10));
    advance(Duration::from_secs(30)).await;
    assert_eq!(waited().await, (true, 0));
    advance(Duration::from_secs(31)).await;
    assert_eq!(waited().await, (true, 10), "the try in between is no news");
    drop(held);
    assert_eq!(waited().await, (false, 0));
    let held = suspended();
    assert_eq!(waited().await, (true, 0), "nothing has been sent by it since");
    drop(held);
    assert!(gate.acquire(&|_| ()).await.wait_to_send(Duration::MAX, &|_| ()).await);
    let _held = suspended();
    assert_eq!(waited().await, (true, 10), "what has gone is forgotten");
}

#[tokio::test(start_paused = true)]
async fn five_suspended_senders_delay_the_next_by_the_time_of_a_request_and_the_bound() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let gates: Vec<_> = (0..SLOTS).map(|_| gate(folder.path(), &clock)).collect();
    let mut stopped = Vec::new();
    for gate in &gates {
        let mut admission = gate.acquire(&|_| ()).await;
        assert!(admission.wait_to_send(Duration::MAX, &|_| ()).await);
        stopped.push(admission);
    }
    let start = Instant::now();
    let next = gate(folder.path(), &clock);
    let mut admission = next.acquire(&|_| ()).await;
    assert!(admission.wait_to_send(Duration::MAX, &|_| ()).await);
    assert!(matches!(admission.fallback_reason(), Some(GateError::LockTimeout { what: "the slots", .. })));
    assert!((31..34).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_process_without_a_usable_folder_keeps_the_pace_by_itself_and_says_why() {
    let clock = clock();
    let gate = Arc::new(Gate::new(Some("/proc/none/gate".into()), clock));
    let start = Instant::now();
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let gate = Arc::clone(&gate);
        callers.spawn(async move {
            let mut admission = gate.acquire(&|_| ()).await;
            assert!(admission.wait_to_send(Duration::MAX, &|_| ()).await);
            assert!(matches!(admission.fallback_reason(), Some(GateError::NoDirectory { .. })));
            let left = start.elapsed();
            admission.complete().await;
            left
        });
    }
    let mut left = callers.join_all().await;
    left.sort();
    assert!(most_in_a_second(&left) <= 20, "{left:?}");
    assert!(left[59] < Duration::from_millis(2100), "{:?}", left[59]);
    let state = gate.state().await;
    assert_eq!((state.directory, state.requests_sent), (None, 60));
}

#[tokio::test(start_paused = true)]
async fn who_waits_is_told_how_long_and_how_many_wait() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let gate = gate(folder.path(), &clock);
    for _ in 0..20 {
        gate.acquire(&|_| ()).await.wait_to_send(Duration::MAX, &|_| ()).await;
    }
    let seen = Mutex::new(Vec::new());
    gate.acquire(&|stage| seen.lock().unwrap().push(stage)).await;
    let seen = seen.into_inner().unwrap();
    let WaitStage::Queued { remaining, queue_length, pause_remaining: Duration::ZERO } = seen[0] else {
        panic!("{seen:?}")
    };
    assert!((Duration::from_millis(900)..=Duration::from_millis(1002)).contains(&remaining), "{remaining:?}");
    assert_eq!((queue_length, seen.last()), (1, Some(&WaitStage::Slot)));
}
