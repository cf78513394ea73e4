//! Reservations and their order as exact sequences.

use super::*;
use crate::category::Category;
use crate::ledger::waiters::WAITER_TIMEOUT;

const START: BootInstant = BootInstant::from_nanos(1_000_000_000_000);

fn new() -> Ledger {
    Ledger::new(Category::Tokens, START)
}

fn at(milliseconds: u64) -> BootInstant {
    START + Duration::from_millis(milliseconds)
}

fn milliseconds(moment: BootInstant) -> u128 {
    moment.duration_since(START).as_millis()
}

#[test]
fn twenty_places_are_now_and_each_later_one_a_period_after_the_twentieth_before_it() {
    let mut ledger = new();
    let places: Vec<_> = (0..60).map(|_| milliseconds(ledger.reserve(START).at)).collect();
    let expected: Vec<_> = [0; 20].into_iter().chain([1002; 20]).chain([2004; 20]).collect();
    assert_eq!(places, expected);
}

#[test]
fn withdrawn_places_leave_only_what_was_really_sent() {
    let mut ledger = new();
    for _ in 0..400 {
        ledger.reserve(START);
    }
    assert_eq!(ledger.try_send(0, START), Ok(()));
    ledger.record_response(0, START);
    ledger.cancel_reservations(START);
    assert_eq!(ledger.reserve(at(5)).at, at(5));
}

#[test]
fn the_number_waiting_is_counted_in_the_ring_and_estimated_beyond_it() {
    let mut ledger = new();
    assert_eq!(ledger.queue_length(START), 0);
    for _ in 0..30 {
        ledger.reserve(START);
    }
    assert_eq!(ledger.queue_length(START), 10);
    for _ in 0..370 {
        ledger.reserve(START);
    }
    assert_eq!(ledger.queue_length(START), 380);
    assert_eq!(ledger.estimated_wait(START), WINDOW * 20);
}

#[test]
fn withdrawing_voids_the_places_and_goes_on_counting() {
    let mut ledger = new();
    let before = ledger.reserve(START);
    assert_eq!(ledger.due(&before), Some(START));
    ledger.cancel_reservations(at(1));
    let line = ledger.generation;
    assert_eq!((ledger.due(&before), ledger.reserve(at(1)).number), (None, 2));
    // Two cancellations at one instant make two generations.
    ledger.cancel_reservations(at(1));
    assert!(ledger.generation > line);
}

#[test]
fn a_reservation_is_good_in_the_ledger_that_gave_it_and_in_no_other() {
    let mut ledger = new();
    let reservations: Vec<_> = (0..3).map(|_| ledger.reserve(START)).collect();
    let known = |ledger: &Ledger| ledger.due(&reservations[2]).is_some();
    assert!(known(&ledger));
    assert!(!known(&Ledger::new(Category::Tokens, at(1))), "another line");
    assert!(!known(&Ledger { reservations_made: 2, ..ledger.clone() }), "its number was not given yet");
    let mut moved = ledger.clone();
    moved.postpone(Duration::from_secs(1), START);
    let late = moved.reserve(START);
    assert_eq!(ledger.due(&late), None, "time does not run backwards");
}

#[test]
fn the_end_of_a_pause_moves_the_places_to_come_by_as_much_as_it_moves_itself() {
    let mut ledger = new();
    let reservations: Vec<_> = (0..60).map(|_| ledger.reserve(START)).collect();
    let due = |ledger: &Ledger| {
        [0, 20, 59].map(|reservation| milliseconds(ledger.due(&reservations[reservation]).unwrap()))
    };
    ledger.record_throttled(at(500), None);
    assert_eq!(due(&ledger), [1000, 2002, 3004]);
    // A burst of 429s postpones once.
    ledger.record_throttled(at(500), None);
    ledger.record_throttled(at(600), None);
    assert_eq!(due(&ledger), [1100, 2102, 3104]);
    ledger.record_throttled(at(700), Some(Duration::ZERO));
    assert_eq!(due(&ledger), [1100, 2102, 3104]);
    // A caller that arrives now is due after all of them.
    assert!(milliseconds(ledger.reserve(at(700)).at) >= 3104);
}

#[test]
fn places_that_have_passed_do_not_come_again() {
    let mut ledger = new();
    (0..40).for_each(|_| _ = ledger.reserve(START));
    ledger.postpone(Duration::from_secs(7), at(1002));
    assert_eq!(milliseconds(ledger.reservations.newest().unwrap()), 1002);
    ledger.postpone(Duration::from_secs(7), at(1001));
    assert_eq!(milliseconds(ledger.reservations.newest().unwrap()), 8002);
    assert!(ledger.reservations.is_sorted());
}

#[test]
fn the_newest_reservation_can_be_given_back_and_leaves_no_trace() {
    let mut ledger = new();
    (0..25).for_each(|_| _ = ledger.reserve(START));
    let before = ledger.clone();
    let (first, second) = (ledger.reserve(at(3)), ledger.reserve(at(3)));
    let both = ledger.clone();
    ledger.cancel(&first);
    assert_eq!(ledger, both, "the second rests on it");
    ledger.cancel(&second);
    ledger.cancel(&first);
    assert_eq!(ledger, before);
    let old = ledger.reserve(at(3));
    ledger.cancel_reservations(at(4));
    let other = ledger.clone();
    ledger.cancel(&old);
    assert_eq!(ledger, other, "it was in another line");
}

#[test]
fn a_caller_that_gives_up_at_the_slots_waits_there_no_more() {
    let mut ledger = new();
    let (mut first, mut second) = (ledger.reserve(START), ledger.reserve(START));
    ledger.wait_for_slot(&mut first, Duration::ZERO, START);
    ledger.wait_for_slot(&mut second, Duration::ZERO, START);
    ledger.cancel(&first);
    assert_eq!(ledger.waiters.first(START, WAITER_TIMEOUT), Some(second.number));
}

#[test]
fn slots_that_are_free_soon_are_anybodys_and_others_are_for_the_first_six() {
    let mut ledger = new();
    let mut reservations: Vec<_> = (0..20).map(|_| ledger.reserve(START)).collect();
    let mut may_take = |ledger: &mut Ledger, waited: Duration, now: BootInstant| -> Vec<u64> {
        reservations.iter_mut().map(|reservation| ledger.wait_for_slot(reservation, waited, now)).collect()
    };
    assert_eq!(may_take(&mut ledger, SHORT_WAIT - Duration::from_nanos(1), at(100)), [0; 20]);
    let ordered: Vec<_> = (0..20_u64).map(|before| before.saturating_sub(5)).collect();
    assert_eq!(may_take(&mut ledger, SHORT_WAIT, at(200)), ordered);
    // The order lasts for 2 s after the last long wait, whoever arrives.
    let last = at(200) + ORDERED_PERIOD - Duration::from_nanos(1);
    assert_eq!(may_take(&mut ledger, Duration::ZERO, last), ordered);
    assert_eq!(may_take(&mut ledger, Duration::ZERO, at(200) + ORDERED_PERIOD), [0; 20]);
}

#[test]
fn who_is_first_at_the_slots_and_was_not_heard_of_for_a_second_is_passed() {
    let mut ledger = new();
    let mut reservations: Vec<_> = (0..7).map(|_| ledger.reserve(START)).collect();
    let long = SHORT_WAIT;
    assert_eq!(ledger.wait_for_slot(&mut reservations[0], long, START), 0);
    assert_eq!(ledger.wait_for_slot(&mut reservations[6], long, START + WAITER_TIMEOUT), 1);
    assert_eq!(
        ledger.wait_for_slot(&mut reservations[6], long, START + WAITER_TIMEOUT + Duration::from_nanos(1)),
        0
    );
}

#[test]
fn whoever_stands_at_the_slots_of_a_lost_ledger_gets_a_number_of_the_new_one() {
    let mut ledger = new();
    let mut reservation = (0..9).map(|_| ledger.reserve(START)).last().unwrap();
    let mut new = Ledger::reset(Category::Tokens, at(1));
    assert_eq!(new.wait_for_slot(&mut reservation, SHORT_WAIT, at(1)), 0);
    assert_eq!(
        (reservation.number, new.reservations_made, new.waiters.first(at(1), WAITER_TIMEOUT)),
        (1, 1, Some(1))
    );
    assert_eq!(new.due(&reservation), Some(at(1)));
}

#[test]
fn the_line_stands_still_while_its_first_waits_longer_than_a_period_for_a_slot() {
    let mut ledger = new();
    let mut reservations: Vec<_> = (0..60).map(|_| ledger.reserve(START)).collect();
    let mut look = |ledger: &mut Ledger, reservation: usize, before: u64, now: u64| {
        ledger.wait_for_slot(&mut reservations[reservation], SHORT_WAIT, at(now));
        ledger.record_full_slots(&reservations[reservation], at(before), at(now));
        milliseconds(ledger.due(&reservations[59]).unwrap())
    };
    assert_eq!(look(&mut ledger, 0, 750, 1001), 2004, "a period may pass");
    assert_eq!(look(&mut ledger, 1, 1002, 1252), 2004, "it is not the first");
    assert_eq!(look(&mut ledger, 0, 1002, 1252), 2254);
    assert_eq!(look(&mut ledger, 0, 1102, 1352), 2354, "no time is counted twice");
    // The time in which a caller was suspended is not added to the postponement in full.
    assert_eq!(look(&mut ledger, 0, 1352, 9352), 2854);
}

#[test]
fn of_those_that_wait_to_send_the_lowest_number_goes_first() {
    let mut ledger = new();
    ledger.record_throttled(START, Some(Duration::ZERO));
    assert_eq!(ledger.try_record_send(1, 0, START), Ok(()));
    ledger.record_response(0, START);
    let next = START + Category::Tokens.paced_interval();
    assert_eq!(
        (ledger.try_record_send(3, 1, at(1)), ledger.try_record_send(2, 2, at(1))),
        (Err(next), Err(next))
    );
    assert_eq!(ledger.try_record_send(3, 1, next), Err(next + YIELD_INTERVAL), "two was heard of just now");
    assert_eq!((ledger.try_record_send(2, 2, next), ledger.requests_sent), (Ok(()), 2));
    // A suspended caller is skipped.
    let mut ledger = new();
    ledger.record_throttled(START, None);
    assert_eq!(
        (ledger.try_record_send(2, 2, START), ledger.try_record_send(3, 1, START)),
        (Err(at(1000)), Err(at(1000)))
    );
    assert_eq!(ledger.try_record_send(3, 1, at(1000)), Ok(()));
}

#[test]
fn who_has_a_number_but_no_place_gives_none_back() {
    let mut ledger = new();
    let mut reservation = ledger.reserve(START);
    ledger.cancel_reservations(at(1));
    ledger.reserve(at(1));
    ledger.wait_for_slot(&mut reservation, Duration::ZERO, at(1));
    let places = ledger.reservations;
    ledger.cancel(&reservation);
    assert_eq!(ledger.reservations, places);
}

#[test]
fn a_slot_whose_last_holder_went_without_a_word_is_no_hindrance_though_requests_leave_one_by_one() {
    let mut ledger = new();
    ledger.record_throttled(START, Some(Duration::ZERO));
    assert_eq!(ledger.try_record_send(1, 3, START), Ok(()));
    // Its holder is gone, and the next holder of its slot retries as often as it is told to.
    let earliest = ledger.try_record_send(2, 3, at(2000)).unwrap_err();
    assert_eq!(earliest, at(2000) + Category::Tokens.paced_interval());
    assert_eq!(ledger.try_record_send(2, 3, earliest), Ok(()));
}
