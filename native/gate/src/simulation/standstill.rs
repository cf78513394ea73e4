//! Real stalls: only in these does a caller fall back.

use super::*;
use crate::wait_stage::WaitStage;

/// Five callers that were suspended while holding their slots, after they had sent.
async fn suspended(world: &World) -> Vec<crate::Permit> {
    let mut held = Vec::new();
    for _ in 0..SLOTS {
        let mut permit = world.gate().acquire(&|_| ()).await;
        assert!(permit.wait_to_send(Duration::MAX, &|_| ()).await);
        held.push(permit);
    }
    held
}

#[tokio::test(start_paused = true)]
async fn slots_whose_requests_outlive_their_time_are_a_standstill_ten_seconds_later() {
    let world = World::new(20);
    let _held = suspended(&world).await;
    let sent = world.run(3).await;
    assert_eq!(fell_back(&sent).len(), 3);
    assert!(
        sent.iter().all(|sent| matches!(
            sent.fallback_reason,
            Some(GateError::LockTimeout { what: "the slots", .. })
        ))
    );
    assert!(sent.iter().all(|sent| (31..33).contains(&sent.waited.as_secs())), "{sent:?}");
}

#[tokio::test(start_paused = true)]
async fn places_whose_holders_died_are_withdrawn_when_nobody_was_sent_for_eight_seconds() {
    let world = World::new(20);
    for _ in 0..600 {
        world.machine.ledger.lock().unwrap().reserve(world.clock.now());
    }
    let sent = world.run(60).await;
    assert!(fell_back(&sent).is_empty());
    assert!(sent[59].at < Duration::from_secs(12), "{:?}", sent[59].at);
    assert!(most_in_a_second(&sent) <= 20);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_is_held_is_waited_for_ten_seconds_once() {
    let world = World::new(20);
    world.machine.is_stuck.store(true, Ordering::Relaxed);
    let gate = world.gate();
    let start = Instant::now();
    let mut permit = gate.acquire(&|_| ()).await;
    assert!(matches!(permit.fallback_reason(), Some(GateError::LockTimeout { what: "the ledger", .. })));
    assert!(permit.wait_to_send(Duration::MAX, &|_| ()).await);
    assert!((10..11).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    drop(permit);
    let again = Instant::now();
    gate.acquire(&|_| ()).await;
    assert!(again.elapsed() < Duration::from_millis(100), "{:?}", again.elapsed());
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_in_its_own_line_gives_its_place_back() {
    let world = World::new(20);
    world.machine.is_stuck.store(true, Ordering::Relaxed);
    let gate = world.gate();
    gate.acquire(&|_| ()).await;
    (0..80).for_each(|_| _ = gate.local().ledger().reserve(world.clock.now()));
    let places = gate.local().ledger().reservations;
    for _ in 0..3 {
        let given_up = tokio::time::timeout(Duration::from_millis(500), gate.acquire(&|_| ())).await;
        assert!(given_up.is_err());
        assert_eq!(gate.local().ledger().reservations, places);
    }
}

#[tokio::test(start_paused = true)]
async fn who_goes_alone_at_the_send_has_a_slot_of_its_own_process() {
    let world = World::new(20);
    let gate = world.gate();
    let mut held = Vec::new();
    for _ in 0..SLOTS {
        let mut permit = gate.acquire(&|_| ()).await;
        world.machine.is_stuck.store(true, Ordering::Relaxed);
        assert!(permit.wait_to_send(Duration::MAX, &|_| ()).await);
        world.machine.is_stuck.store(false, Ordering::Relaxed);
        assert!(permit.fallback_reason().is_some());
        held.push(permit);
    }
    let in_flight = gate.local().ledger().in_flight;
    assert!(
        in_flight.iter().all(|left| *left != BootInstant::default()),
        "each is entered by itself: {in_flight:?}"
    );
    assert_eq!(gate.local().slots_in_use(), SLOTS);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_handed_over_after_a_tenth_of_a_second_and_noted_behind_it_with_the_slot_held() {
    for is_throttled in [false, true] {
        let world = World::new(20);
        let mut permit = world.gate().acquire(&|_| ()).await;
        assert!(permit.wait_to_send(Duration::MAX, &|_| ()).await);
        world.machine.is_stuck.store(true, Ordering::Relaxed);
        let start = Instant::now();
        if is_throttled {
            permit.report_throttled(Some(Duration::from_secs(30))).await;
        } else {
            permit.complete().await;
        }
        let took = start.elapsed();
        assert!((100..=110).contains(&took.as_millis()), "{took:?}");
        let state = || {
            let ledger = world.machine.ledger.lock().unwrap();
            let slots =
                world.machine.slots().unwrap().taken([false; SLOTS]).iter().filter(|taken| **taken).count();
            (slots, ledger.in_flight[0] != BootInstant::default(), ledger.throttled_responses)
        };
        sleep(Duration::from_secs(5)).await;
        assert_eq!(state(), (1, true, 0));
        world.machine.is_stuck.store(false, Ordering::Relaxed);
        sleep(Duration::from_millis(20)).await;
        assert_eq!(state(), (0, false, u64::from(is_throttled)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_note_that_cannot_be_made_frees_the_slot_after_ten_seconds() {
    let world = World::new(20);
    let mut permit = world.gate().acquire(&|_| ()).await;
    assert!(permit.wait_to_send(Duration::MAX, &|_| ()).await);
    world.machine.is_stuck.store(true, Ordering::Relaxed);
    permit.complete().await;
    sleep(Duration::from_millis(9_800)).await;
    assert!(world.machine.slots().unwrap().taken([false; SLOTS])[0]);
    sleep(Duration::from_millis(300)).await;
    assert!(!world.machine.slots().unwrap().taken([false; SLOTS])[0]);
}

#[tokio::test(start_paused = true)]
async fn what_was_made_ready_is_made_ready_again_after_a_longer_wait() {
    let world = World::new(20);
    let mut permit = world.gate().acquire(&|_| ()).await;
    world.note_refusal(2);
    assert!(permit.wait_to_send(Duration::from_secs(2), &|_| ()).await, "just as long is not longer");
    permit.complete().await;
    let mut permit = world.gate().acquire(&|_| ()).await;
    world.note_refusal(30);
    let start = Instant::now();
    assert!(!permit.wait_to_send(Duration::from_secs(2), &|_| ()).await);
    assert!((30..31).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    assert_eq!(world.machine.ledger.lock().unwrap().requests_sent, 1, "nothing was entered");
    assert!(permit.wait_to_send(Duration::from_secs(2), &|_| ()).await);
    assert!(start.elapsed() < Duration::from_secs(31));
}

#[tokio::test(start_paused = true)]
async fn after_an_obstacle_a_near_place_is_waited_for_and_a_far_one_is_not() {
    let world = World::new(20);
    let gate = world.gate();
    let hinder = async || {
        world.machine.is_stuck.store(true, Ordering::Relaxed);
        assert!(gate.acquire(&|_| ()).await.fallback_reason().is_some());
        world.machine.is_stuck.store(false, Ordering::Relaxed);
    };
    hinder().await;
    (0..30).for_each(|_| _ = world.machine.ledger.lock().unwrap().reserve(world.clock.now()));
    let mut permit = gate.acquire(&|_| ()).await;
    assert!(permit.wait_to_send(Duration::MAX, &|_| ()).await);
    assert_eq!(permit.fallback_reason(), None);
    hinder().await;
    (0..80).for_each(|_| _ = world.machine.ledger.lock().unwrap().reserve(world.clock.now()));
    let start = Instant::now();
    assert_eq!(gate.acquire(&|_| ()).await.fallback_reason(), Some(&GateError::QueueTooLong));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn after_an_obstacle_two_seconds_are_near() {
    let world = World::new(20);
    let gate = world.gate();
    world.machine.is_stuck.store(true, Ordering::Relaxed);
    gate.acquire(&|_| ()).await;
    world.machine.is_stuck.store(false, Ordering::Relaxed);
    world.note_refusal(2);
    assert_eq!(gate.acquire(&|_| ()).await.fallback_reason(), None);
}

#[tokio::test(start_paused = true)]
async fn who_is_far_behind_looks_half_as_often() {
    for (before, looks) in [(3000, 1), (300, 3)] {
        let world = World::new(20);
        let reads = || world.machine.reads.load(Ordering::Relaxed);
        (0..before).for_each(|_| _ = world.machine.ledger.lock().unwrap().reserve(world.clock.now()));
        let _running = world.start(1);
        sleep(Duration::from_millis(500)).await;
        let first = reads();
        sleep(Duration::from_secs(7)).await;
        assert_eq!(reads() - first, looks, "{before} before it");
    }
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_freezes_takes_nobodys_place_away() {
    let world = World::new(20);
    let line = || world.machine.ledger.lock().unwrap().generation;
    (0..3000).for_each(|_| _ = world.machine.ledger.lock().unwrap().reserve(world.clock.now()));
    let (before, _running) = (line(), world.start(1));
    sleep(Duration::from_secs(1)).await;
    tokio::time::advance(Duration::from_secs(60)).await;
    sleep(Duration::from_secs(3)).await;
    assert_eq!(line(), before);
    sleep(Duration::from_secs(10)).await;
    assert_ne!(line(), before, "a line in which nobody moves is deserted");
}

#[tokio::test(start_paused = true)]
async fn who_waits_is_told_how_long_and_how_many_wait() {
    let world = World::new(20);
    world.run(20).await;
    let seen = Mutex::new(Vec::new());
    world.gate().acquire(&|stage| seen.lock().unwrap().push(stage)).await;
    let seen = seen.into_inner().unwrap();
    let WaitStage::Queued { remaining, queue_length, pause_remaining: Duration::ZERO } = seen[0] else {
        panic!("{seen:?}")
    };
    assert!((Duration::from_millis(800)..=Duration::from_millis(1002)).contains(&remaining), "{remaining:?}");
    assert_eq!((queue_length, seen.last()), (1, Some(&WaitStage::Slot)));
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_is_held_while_the_machine_freezes_is_waited_for_after_it() {
    let world = World::new(20);
    world.machine.is_stuck.store(true, Ordering::Relaxed);
    let running = world.start(10);
    sleep(Duration::from_secs(1)).await;
    tokio::time::advance(Duration::from_secs(60)).await;
    sleep(Duration::from_millis(100)).await;
    world.machine.is_stuck.store(false, Ordering::Relaxed);
    assert!(fell_back(&running.join_all().await).is_empty());
}

#[tokio::test(start_paused = true)]
async fn slots_that_cannot_be_looked_at_for_a_moment_send_nobody_in_line_alone() {
    let world = World::new(20);
    // Due much later, so that no caller waits for a slot while the files are scanned.
    (0..300).for_each(|_| _ = world.machine.ledger.lock().unwrap().reserve(world.clock.now()));
    let running = world.start(10);
    sleep(Duration::from_millis(4_500)).await;
    world.machine.is_scanned.store(true, Ordering::Relaxed);
    sleep(Duration::from_millis(2_500)).await;
    world.machine.is_scanned.store(false, Ordering::Relaxed);
    assert!(fell_back(&running.join_all().await).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_request_that_its_caller_gave_up_is_under_way_no_more() {
    let world = World::new(20);
    let mut permit = world.gate().acquire(&|_| ()).await;
    assert!(permit.wait_to_send(Duration::MAX, &|_| ()).await);
    drop(permit);
    let ledger = world.machine.ledger.lock().unwrap();
    assert_eq!(
        (ledger.in_flight, ledger.arrivals.newest()),
        ([BootInstant::default(); SLOTS], Some(world.clock.now()))
    );
}
