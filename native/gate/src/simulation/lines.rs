//! Queues that move: callers wait in them, however long and slow they are, and in order.

use super::*;

/// All callers have sent, within the rate limit and in order, and none exceeded the service's limits.
fn all_went_by_the_gate(sent: &[Sent], callers: usize) {
    assert_eq!(sent.len(), callers);
    assert!(fell_back(sent).is_empty(), "{} alone, first {:?}", fell_back(sent).len(), fell_back(sent)[0]);
    assert!(most_in_a_second(sent) <= 20, "{}", most_in_a_second(sent));
    assert_eq!(sent.iter().filter(|sent| sent.is_refused).count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_of_a_slow_service_all_wait_for_their_turn_and_come_in_order() {
    let world = World::new(600);
    let sent = world.run(1000).await;
    all_went_by_the_gate(&sent, 1000);
    assert!(most_overtaken(&sent) <= 5, "{}", most_overtaken(&sent));
    // Five at a time, 600 ms each: 120 s at best.
    assert!(sent[999].at < Duration::from_secs(120 * 112 / 100), "{:?}", sent[999].at);
}

#[tokio::test(start_paused = true)]
async fn long_lines_of_other_services_do_too() {
    for (callers, latency, longest) in [(600, 1000, 134), (2500, 20, 140), (40, 12_000, 99), (300, 250, 22)] {
        let world = World::new(latency);
        let sent = world.run(callers).await;
        all_went_by_the_gate(&sent, callers);
        let last = sent[callers - 1].at;
        assert!(last < Duration::from_secs(longest), "{callers} at {latency} ms: {last:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_keeps_its_pace_is_used_to_its_limit() {
    let sent = World::new(20).run(200).await;
    all_went_by_the_gate(&sent, 200);
    // Nine full windows after the first 20.
    assert!(sent[199].at < Duration::from_millis(9 * 1002).mul_f64(1.05), "{:?}", sent[199].at);
}

#[tokio::test(start_paused = true)]
async fn a_pause_keeps_the_line_in_its_order() {
    let sent = World::new(20).refuse(1, Some(5)).run(400).await;
    all_went_by_the_gate(&sent, 400);
    // Five later ones may overtake, and five hold the slots during the pause.
    assert!(most_overtaken(&sent) <= 10, "{}", most_overtaken(&sent));
    let last_of_hundred = sent.iter().filter(|sent| sent.caller < 100).map(|sent| sent.at).max().unwrap();
    assert!(last_of_hundred < Duration::from_secs(5 + 9), "{last_of_hundred:?}");
}

#[tokio::test(start_paused = true)]
async fn with_a_refusal_every_other_second_the_first_hundred_still_come_first() {
    let world = (1..60).fold(World::new(20), |world, number| world.refuse(2 * number, None));
    let sent = world.run(400).await;
    assert!(fell_back(&sent).is_empty() && most_in_a_second(&sent) <= 20);
    let last_of_hundred = sent.iter().filter(|sent| sent.caller < 100).map(|sent| sent.at).max().unwrap();
    // 20 per second without the 429s; with them every other second is a pause, and sends are evenly spaced.
    assert!(last_of_hundred < Duration::from_secs(20), "{last_of_hundred:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_no_standstill_for_those_at_the_slots_and_nobody_sends_in_it() {
    let sent = World::new(600).refuse(1, Some(30)).run(60).await;
    all_went_by_the_gate(&sent, 60);
    // Requests that were being sent already are not recalled.
    let paused = Duration::from_millis(2300)..Duration::from_secs(31);
    let inside: Vec<_> = sent.iter().filter(|sent| paused.contains(&sent.at)).collect();
    assert!(inside.is_empty(), "{inside:?}");
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_callers_and_ten_pauses_of_a_minute_reset_nothing() {
    let world = (0..10).fold(World::new(20), |world, number| world.refuse(5 + 100 * number, Some(60)));
    let sent = world.run(10_000).await;
    all_went_by_the_gate(&sent, 10_000);
    let ledger = world.machine.ledger.lock().unwrap();
    assert_eq!(
        (ledger.is_reset, ledger.generation, ledger.throttled_responses),
        (false, START.as_nanos(), 10)
    );
    assert!(sent[9999].at < Duration::from_secs(500 + 600 + 30), "{:?}", sent[9999].at);
}

#[tokio::test(start_paused = true)]
async fn a_caller_at_the_slots_reads_the_ledger_four_times_a_second_at_most() {
    let world = World::new(600);
    let mut running = world.start(40);
    sleep(Duration::from_millis(1300)).await;
    let before = world.machine.reads.load(Ordering::Relaxed);
    sleep(Duration::from_secs(1)).await;
    let reads = world.machine.reads.load(Ordering::Relaxed) - before;
    // Forty wait, a few send: a send costs two more reads.
    assert!(reads <= 4 * 40, "{reads}");
    running.abort_all();
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_gives_its_place_back() {
    let world = World::new(20);
    world.run(20).await;
    let before = world.machine.ledger.lock().unwrap().clone();
    let gate = world.gate();
    tokio::select! { biased; _ = gate.acquire(&|_| ()) => panic!("it has to wait"), () = std::future::ready(()) => () }
    assert_eq!(*world.machine.ledger.lock().unwrap(), before);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_was_frozen_as_a_whole_goes_on_as_before() {
    let world = World::new(20);
    let mut running = world.start(500);
    sleep(Duration::from_millis(3_300)).await;
    tokio::time::advance(Duration::from_secs(60)).await;
    let mut sent = Vec::new();
    while let Some(one) = running.join_next().await {
        sent.push(one.unwrap());
    }
    sent.sort_by_key(|sent| sent.at);
    all_went_by_the_gate(&sent, 500);
    assert_eq!(world.machine.ledger.lock().unwrap().generation, START.as_nanos(), "no place was withdrawn");
}

#[tokio::test(start_paused = true)]
async fn a_line_whose_callers_give_up_at_the_slots_for_a_while_keeps_its_places() {
    let world = World::new(20);
    let start = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..600 {
        let gate = world.gate();
        running.spawn(async move {
            let mut permit = gate.acquire(&|_| ()).await;
            assert_eq!(permit.fallback_reason(), None, "{:?}", start.elapsed());
            // No connection to make: it sends at once.
            if !(5..17).contains(&start.elapsed().as_secs()) {
                assert!(permit.wait_to_send(Duration::MAX, &|_| ()).await);
                permit.complete().await;
            }
        });
    }
    running.join_all().await;
    let ledger = world.machine.ledger.lock().unwrap();
    assert_eq!((ledger.generation, ledger.requests_sent + ledger.slots_given_up), (START.as_nanos(), 600));
    assert!(ledger.slots_given_up > 200, "{}", ledger.slots_given_up);
}
