//! A hostile writer of the ledger, which every user can write. It can disturb the rate, but not delay a caller beyond
//! `BOUND`.

use tokio::task::JoinHandle;

use super::*;
use crate::ledger::MAX_PAUSE;
use crate::ledger::ring::Ring;

/// The longest wait of any caller: 70 s, plus 0.5 s for the interval between checks.
const BOUND: Duration = Duration::from_millis(70_000 + 500);

/// Applies `write` to the ledger every 37 ms until the task is aborted.
async fn start_writing(
    world: &World,
    write: impl Fn(&mut Ledger, BootInstant) + Send + 'static,
) -> JoinHandle<()> {
    let (machine, clock) = (Arc::clone(&world.machine), Arc::clone(&world.clock));
    let writer = tokio::spawn(async move {
        loop {
            write(&mut machine.ledger.lock().unwrap(), clock.now());
            sleep(Duration::from_millis(37)).await;
        }
    });
    sleep(Duration::from_millis(1)).await;
    writer
}

/// Runs one caller beside such a writer; returns how long it waited and why it fell back.
async fn waited(write: impl Fn(&mut Ledger, BootInstant) + Send + 'static) -> (Duration, Option<GateError>) {
    let world = World::new(20);
    let writer = start_writing(&world, write).await;
    let sent = world.run(1).await.remove(0);
    writer.abort();
    (sent.waited, sent.fallback_reason)
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_renewed_costs_seventy_seconds() {
    let (waited, fallback_reason) = waited(|ledger, now| ledger.pause_until = now + MAX_PAUSE).await;
    assert!(waited > Duration::from_secs(60) && waited <= BOUND, "{waited:?}");
    assert!(matches!(fallback_reason, Some(GateError::LockTimeout { .. })), "{fallback_reason:?}");
}

#[tokio::test(start_paused = true)]
async fn filled_arrivals_cost_ten_seconds_and_with_a_counter_that_is_raised_no_more() {
    let (waited_for, fallback_reason) = waited(|ledger, now| ledger.arrivals = Ring::filled(now)).await;
    assert!((10..12).contains(&waited_for.as_secs()), "{waited_for:?}");
    assert!(matches!(fallback_reason, Some(GateError::LockTimeout { .. })), "{fallback_reason:?}");
    let raised = |ledger: &mut Ledger, now| {
        ledger.arrivals = Ring::filled(now);
        ledger.requests_sent += 1;
    };
    let (waited_for, _) = waited(raised).await;
    assert!((10..12).contains(&waited_for.as_secs()), "{waited_for:?}");
}

#[tokio::test(start_paused = true)]
async fn filled_arrivals_or_a_pause_cost_the_next_request_of_a_process_two_seconds_more_at_most() {
    type Write = fn(&mut Ledger, BootInstant);
    let writes: [Write; 2] = [
        |ledger, now| ledger.arrivals = Ring::filled(now),
        |ledger, now| (ledger.pause_until, ledger.reservations) = (now + MAX_PAUSE, Ring::EMPTY),
    ];
    for write in writes {
        let world = World::new(20);
        let writer = start_writing(&world, write).await;
        let gate = world.gate();
        let send = async || {
            let start = Instant::now();
            let mut permit = gate.acquire(&|_| ()).await;
            assert!(permit.wait_to_send(Duration::MAX, &|_| ()).await);
            assert!(permit.fallback_reason().is_some());
            start.elapsed()
        };
        let first = send().await;
        let second = send().await;
        assert!(first >= Duration::from_secs(10) && second < Duration::from_secs(3), "{first:?}, {second:?}");
        writer.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn a_far_place_costs_ten_seconds_and_with_all_signs_of_movement_seventy() {
    let far = |ledger: &mut Ledger, now: BootInstant| {
        ledger.reservations = Ring::filled(now + Duration::from_secs(3000))
    };
    let (waited_for, _) = waited(far).await;
    assert!((8..12).contains(&waited_for.as_secs()), "{waited_for:?}");
    let moving = move |ledger: &mut Ledger, now: BootInstant| {
        far(ledger, now);
        ledger.requests_sent += 1;
        ledger.in_flight[0] = now;
        ledger.pause_until = now + Duration::from_secs(1);
    };
    let (waited_for, fallback_reason) = waited(moving).await;
    assert!(waited_for > Duration::from_secs(60) && waited_for <= BOUND, "{waited_for:?}");
    assert!(fallback_reason.is_some());
}

#[tokio::test(start_paused = true)]
async fn places_that_are_moved_away_or_taken_away_again_and_again_cost_no_more() {
    let move_away = |ledger: &mut Ledger, now: BootInstant| {
        ledger.reservations = Ring::filled(now + Duration::from_secs(5));
        ledger.postponed += 1_000_000_000;
        ledger.requests_sent += 1;
    };
    let take_away = |ledger: &mut Ledger, now: BootInstant| {
        ledger.reservations = Ring::filled(now + Duration::from_secs(5));
        ledger.generation += 1;
        ledger.requests_sent += 1;
    };
    assert!(waited(move_away).await.0 <= BOUND);
    let (waited, fallback_reason) = waited(take_away).await;
    assert!(waited <= Duration::from_secs(20), "{waited:?}");
    assert_eq!(fallback_reason, Some(GateError::Overwritten));
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_lost_five_times_is_taken_anew_each_time() {
    let world = World::new(20);
    let take_away = || {
        let mut ledger = world.machine.ledger.lock().unwrap();
        ledger.reservations = Ring::filled(world.clock.now() + Duration::from_secs(5));
        (ledger.generation, ledger.requests_sent) = (ledger.generation + 1, ledger.requests_sent + 1);
    };
    take_away();
    let mut running = world.start(1);
    sleep(Duration::from_secs(1)).await;
    for _ in 0..5 {
        take_away();
        sleep(Duration::from_secs(2)).await;
    }
    let sent = running.join_next().await.unwrap().unwrap();
    assert_eq!(sent.fallback_reason, None, "{sent:?}");
}

#[tokio::test(start_paused = true)]
async fn others_that_seem_to_come_first_at_the_slots_cost_a_second() {
    let first = |ledger: &mut Ledger, now: BootInstant| {
        ledger.reservations_made = ledger.reservations_made.max(100);
        ledger.waiters.refresh(1, now);
        ledger.ordered_until = now + Duration::from_secs(2);
    };
    let (waited, fallback_reason) = waited(first).await;
    assert!(waited <= Duration::from_secs(2), "{waited:?}");
    assert_eq!(fallback_reason, None);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_is_emptied_counts_as_lost_each_time() {
    let lost = |ledger: &mut Ledger, now: BootInstant| *ledger = Ledger::reset(Category::Tokens, now);
    assert!(waited(lost).await.0 <= Duration::from_secs(12));
    let forgotten = |ledger: &mut Ledger, now: BootInstant| *ledger = Ledger::new(Category::Tokens, now);
    assert!(waited(forgotten).await.0 <= Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_herd_waits_no_longer_for_a_writer_of_everything_than_the_bound_and_nobody_fails() {
    let write = |ledger: &mut Ledger, step: u64, now: BootInstant| match step % 5 {
        0 => ledger.pause_until = now + MAX_PAUSE,
        1 => {
            (ledger.requests_sent, ledger.reservations_made) =
                (ledger.requests_sent + 1_000_000, ledger.reservations_made + 1_000_000)
        }
        2 => ledger.arrivals = Ring::filled(now),
        3 => *ledger = Ledger::reset(Category::Tokens, now),
        _ => *ledger = Ledger::new(Category::Tokens, now),
    };
    let world = World::new(20);
    let (machine, clock) = (Arc::clone(&world.machine), Arc::clone(&world.clock));
    let writer = tokio::spawn(async move {
        // 30 s, as in the test with real processes.
        for step in 0..600 {
            write(&mut machine.ledger.lock().unwrap(), step, clock.now());
            sleep(Duration::from_millis(50)).await;
        }
    });
    let mut all = 0;
    let mut running = world.start(60);
    while let Some(sent) = running.join_next().await {
        let sent = sent.unwrap();
        assert!(sent.waited <= BOUND, "{sent:?}");
        all += 1;
    }
    assert_eq!(all, 60);
    writer.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn whoever_holds_all_slot_files_shared_or_not_costs_each_caller_seventy_seconds_at_most() {
    for shared in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let world = World::new(20);
        let gate = || Gate::new(Some(folder.path().to_owned()), Arc::clone(&world.clock));
        // Creates the files.
        drop(gate().acquire(&|_| ()).await);
        let held: Vec<_> = (0..SLOTS)
            .map(|slot| {
                let path = folder.path().join(Category::Tokens.slot_file_name(slot));
                let file = std::fs::File::options().read(true).write(true).open(path).unwrap();
                if shared { file.try_lock_shared() } else { file.try_lock() }.unwrap();
                file
            })
            .collect();
        let start = Instant::now();
        let permit = tokio::time::timeout(Duration::from_secs(600), gate().acquire(&|_| ())).await;
        let waited = start.elapsed();
        assert!(waited <= BOUND, "{shared} {waited:?}");
        assert!(matches!(
            permit.unwrap().fallback_reason(),
            Some(GateError::LockTimeout { what: "the slots", .. })
        ));
        drop(held);
    }
}
