//! The rules of the rate limiter as exact sequences.

use super::*;

const START: BootInstant = BootInstant::from_nanos(1_000_000_000_000);

fn at(milliseconds: u64) -> BootInstant {
    START + Duration::from_millis(milliseconds)
}

/// Sends in the first slot and gets the response at once.
fn send(ledger: &mut Ledger, now: BootInstant) -> Result<(), BootInstant> {
    ledger.try_send(0, now)?;
    ledger.record_response(0, now);
    Ok(())
}

#[test]
fn the_twenty_first_send_must_wait_for_a_period_after_the_first() {
    let mut ledger = Ledger::new(Category::Tokens, START);
    for offset in 0..20 {
        assert_eq!(send(&mut ledger, at(offset * 10)), Ok(()));
    }
    assert_eq!(send(&mut ledger, at(200)), Err(at(1002)));
    assert_eq!(send(&mut ledger, at(1002)), Ok(()));
    assert_eq!(send(&mut ledger, at(1002)), Err(at(1012)));
    assert_eq!(ledger.requests_sent, 21);
}

#[test]
fn a_request_counts_from_its_answer() {
    let mut ledger = Ledger::new(Category::Tokens, START);
    assert_eq!(ledger.try_send(3, at(200)), Ok(()));
    ledger.record_response(3, at(520));
    assert_eq!(ledger.arrivals.newest(), Some(at(520)));
}

#[test]
fn a_request_that_is_aloft_counts_as_arriving_now_however_long_ago_it_left() {
    let mut ledger = Ledger::new(Category::Tokens, START);
    assert_eq!(ledger.try_send(4, at(0)), Ok(()));
    for offset in 100..119 {
        assert_eq!(send(&mut ledger, at(offset)), Ok(()));
    }
    assert_eq!(send(&mut ledger, at(1001)), Err(at(1102)), "nineteen and the one aloft");
    ledger.record_response(4, at(1001));
    assert_eq!(send(&mut ledger, at(1001)), Err(at(1102)), "it arrived late, as far as anybody knows");
    assert_eq!(send(&mut ledger, at(1102)), Ok(()));
}

#[test]
fn a_holder_that_went_without_a_word_is_taken_to_have_sent() {
    let mut ledger = Ledger::new(Category::Tokens, START);
    assert_eq!(ledger.try_send(2, at(0)), Ok(()));
    assert_eq!(ledger.try_send(2, at(500)), Ok(()));
    assert_eq!(ledger.arrivals.newest(), Some(at(500)));
    ledger.record_response(2, at(520));
    ledger.record_response(2, at(999));
    assert_eq!(ledger.requests_last_second(at(999)), 2, "an answer is noted once");
}

#[test]
fn a_429_pauses_places_and_sends_for_a_second_unless_it_names_another_time() {
    let mut ledger = Ledger::new(Category::Tokens, START);
    ledger.record_throttled(START, None);
    assert_eq!(ledger.reserve(START).at, at(1000));
    assert_eq!(send(&mut ledger, START), Err(at(1000)));
    ledger.record_throttled(START, Some(Duration::from_secs(7)));
    assert_eq!(ledger.pause_remaining(START), Duration::from_secs(7));
    ledger.record_throttled(START, None);
    assert_eq!(
        ledger.pause_remaining(START),
        Duration::from_secs(7),
        "a shorter pause never ends a longer one"
    );
}

#[test]
fn no_retry_after_pauses_longer_than_the_cap() {
    let mut ledger = Ledger::new(Category::Tokens, START);
    ledger.record_throttled(START, Some(Duration::from_secs(86_400)));
    assert_eq!(ledger.pause_remaining(START), MAX_PAUSE);
    assert!(ledger.is_plausible(START));
}

#[test]
fn after_a_429_places_are_evenly_spaced_until_a_minute_of_quiet() {
    let mut ledger = Ledger::new(Category::Tokens, START);
    ledger.record_throttled(START, None);
    let places: Vec<_> = (0..4).map(|_| ledger.reserve(START).at.duration_since(START).as_micros()).collect();
    assert_eq!(places, [1_000_000, 1_050_100, 1_100_200, 1_150_300]);
    assert!(ledger.is_paced(START + COOLDOWN - Duration::from_nanos(1)));
    assert!(!ledger.is_paced(START + COOLDOWN));
    let later = START + COOLDOWN;
    assert_eq!((ledger.reserve(later).at, ledger.reserve(later).at), (later, later));
}

#[test]
fn a_rebuilt_ledger_takes_a_full_second_as_just_sent() {
    let mut ledger = Ledger::reset(Category::Tokens, START);
    assert!(ledger.is_plausible(START));
    assert_eq!(send(&mut ledger, START), Err(at(1002)));
    assert_eq!((ledger.reserve(START).at, ledger.is_reset), (at(1002), true));
}

#[test]
fn what_this_machine_cannot_have_written_is_impossible() {
    let with = |change: fn(&mut Ledger)| {
        let mut ledger = Ledger::new(Category::Tokens, START);
        change(&mut ledger);
        ledger.is_plausible(START)
    };
    assert!(with(|_| ()));
    assert!(with(|ledger| _ = ledger.reservations.push(START + MAX_RESERVATION_AHEAD)));
    assert!(with(|ledger| ledger.pause_until = START + MAX_PAUSE));
    assert!(!with(|ledger| ledger.arrivals.insert_sorted(at(1))), "sent in the future");
    assert!(!with(|ledger| ledger.in_flight[0] = at(1)), "left in the future");
    assert!(!with(
        |ledger| _ = ledger.reservations.push(START + MAX_RESERVATION_AHEAD + Duration::from_nanos(1))
    ));
    assert!(!with(|ledger| ledger.pause_until = START + MAX_PAUSE + Duration::from_nanos(1)));
    assert!(!with(|ledger| ledger.throttled_at = at(1)));
    assert!(!with(|ledger| ledger.postponed_until = at(1)));
    assert!(!with(|ledger| ledger.ordered_until = START + ORDERED_PERIOD + Duration::from_nanos(1)));
    assert!(!with(|ledger| ledger.waiters.refresh(1, at(1))), "heard of in the future");
    assert!(!with(|ledger| {
        ledger.reservations.push(at(9));
        ledger.reservations.push(at(3));
    }));
}

#[test]
fn a_request_is_under_way_for_as_long_as_it_may_take() {
    let mut ledger = Ledger::new(Category::Tokens, START);
    assert!(!ledger.is_in_flight(1, START));
    assert_eq!(ledger.try_send(1, START), Ok(()));
    assert!(ledger.is_in_flight(1, START + REQUEST_TIMEOUT) && !ledger.is_in_flight(0, START));
    let too_late = START + REQUEST_TIMEOUT + Duration::from_nanos(1);
    assert!(!ledger.is_in_flight(1, too_late));
    assert_eq!(
        (ledger.requests_last_second(START), ledger.requests_last_second(too_late)),
        (1, 0),
        "nobody knows of it then"
    );
}

#[test]
fn another_category_has_its_own_limit_in_all_of_this() {
    let mut ledger = Ledger::new(Category::InstanceMetadata, START);
    for offset in 0..5 {
        assert_eq!(send(&mut ledger, at(offset * 10)), Ok(()));
    }
    assert_eq!(send(&mut ledger, at(200)), Err(at(1002)));
    // Four of five are in flight and one has arrived: that is the limit.
    let mut busy = Ledger::new(Category::InstanceMetadata, START);
    assert_eq!(send(&mut busy, START), Ok(()));
    for slot in 1..5 {
        assert_eq!(busy.try_send(slot, START), Ok(()));
    }
    assert_eq!(busy.try_send(0, at(500)), Err(at(1002)));
    busy.record_throttled(at(2000), None);
    let places: Vec<_> =
        (0..3).map(|_| busy.reserve(at(2000)).at.duration_since(at(3000)).as_micros()).collect();
    assert_eq!(places, [0, 200_400, 400_800]);
}

#[test]
fn requests_that_leave_one_by_one_keep_their_distance_from_one_under_way() {
    let mut ledger = Ledger::new(Category::Tokens, START);
    ledger.record_throttled(START, None);
    assert_eq!(ledger.try_send(0, at(1000)), Ok(()));
    assert_eq!(ledger.try_send(1, at(1001)), Err(at(1000) + Category::Tokens.paced_interval()));
    assert_eq!(ledger.try_send(1, at(1000) + Category::Tokens.paced_interval()), Ok(()));
}

#[test]
fn a_counter_that_can_hardly_go_on_is_not_believed() {
    type Spoil = fn(&mut Ledger);
    let spoils: [Spoil; 5] = [
        |ledger| ledger.reservations_made = 1 << 53,
        |ledger| ledger.requests_sent = 1 << 53,
        |ledger| ledger.throttled_responses = u64::MAX,
        |ledger| ledger.postponed = 1 << 62,
        |ledger| ledger.generation += 3_600_000_000_001,
    ];
    for (number, spoil) in spoils.iter().enumerate() {
        let now = BootInstant::from_nanos(1_000_000_000_000);
        let mut ledger = Ledger::new(Category::Tokens, now);
        assert!(ledger.is_plausible(now));
        spoil(&mut ledger);
        assert!(!ledger.is_plausible(now), "{number}");
    }
}
