use super::*;
use crate::category::Category;
use crate::machine::ALL_TAKEN;

const START: BootInstant = BootInstant::from_nanos(1_000_000_000_000);
const FREE: Taken = [false; SLOTS];

fn at(seconds: u64) -> BootInstant {
    START + Duration::from_secs(seconds)
}

/// A ledger with these contents at `second`.
fn says(second: u64, paused: bool, sent: u64, aloft_since: Option<u64>) -> Ledger {
    let mut ledger = Ledger::new(Category::Tokens, START);
    ledger.pause_until = if paused { at(second + 1) } else { START };
    ledger.requests_sent = sent;
    ledger.in_flight[2] = aloft_since.map(at).unwrap_or_default();
    ledger
}

/// The second in which a caller that observes this every second gives up; 1000 if it does not.
fn given_up(see: impl Fn(&mut StallDetector, u64)) -> u64 {
    let mut stall = StallDetector::new(START, true);
    let mut seconds = 0..1000;
    let found = seconds.find(|second| {
        see(&mut stall, *second);
        stall.stalled_for(at(*second)).is_some()
    });
    found.unwrap_or(1000)
}

/// The same for a caller that sees all slots taken.
fn given_up_at_full_slots(ledger: impl Fn(u64) -> Ledger) -> u64 {
    given_up(|stall, second| {
        stall.observe_slots(ALL_TAKEN, at(second));
        stall.observe_ledger(&ledger(second), at(second));
    })
}

#[test]
fn nothing_that_moves_is_a_standstill_after_ten_seconds() {
    assert_eq!(given_up_at_full_slots(|second| says(second, false, 7, None)), 10);
    assert_eq!(
        given_up(|stall, second| stall.observe_ledger(&says(second, false, 7, Some(0)), at(second))),
        10
    );
}

#[test]
fn who_only_tries_has_two_seconds_for_its_send_from_when_it_has_a_slot() {
    let stall = StallDetector::new(START, false).for_slot_holder(at(5));
    assert_eq!((stall.stalled_for(at(6)), stall.stalled_for(at(7))), (None, Some(MAX_WAIT_AFTER_FALLBACK)));
}

#[test]
fn pauses_that_begin_again_and_again_are_believed_no_longer_than_one() {
    let paused = |stall: &mut StallDetector, second: u64| {
        stall.observe_pause(&says(second, !second.is_multiple_of(7), 7, None), at(second));
    };
    assert!((60..=70).contains(&given_up(paused)), "{}", given_up(paused));
}

#[test]
fn what_a_writer_of_the_ledger_can_forge_is_believed_for_a_minute() {
    assert_eq!(given_up_at_full_slots(|second| says(second, true, 7, None)), 70);
    assert_eq!(given_up_at_full_slots(|second| says(second, false, second, None)), 70);
    assert_eq!(given_up_at_full_slots(|second| says(second, false, 7, Some(second))), 70);
    assert_eq!(
        given_up(|stall, second| stall.observe_lock_wait(
            at(second.saturating_sub(1)),
            Duration::from_secs(1),
            at(second)
        )),
        70
    );
}

#[test]
fn a_sleep_that_a_freeze_made_long_is_no_standstill() {
    let mut stall = StallDetector::new(START, true);
    assert_eq!(
        stall.observe_sleep(START, Duration::from_secs(4), at(5)),
        Duration::ZERO,
        "a long rest is none"
    );
    stall.observe_pause(&says(5, true, 7, None), at(5));
    assert_eq!(stall.observe_sleep(at(5), Duration::from_secs(4), at(1010)), Duration::from_secs(1000));
    assert_eq!((stall.stalled_for(at(1014)), stall.is_slot_check_due(at(1004))), (None, false));
    assert_eq!(stall.stalled_for(at(1015)), Some(STALL_TIMEOUT));
    stall.observe_pause(&says(1060, true, 7, None), at(1060));
    assert_eq!(stall.stalled_for(at(1061)), None, "the minute that a pause is believed is moved too");
}

#[test]
fn those_that_give_up_at_the_slots_move_the_line_as_those_that_send_do() {
    let give_up =
        |second| Ledger { slots_given_up: u64::MAX.wrapping_add(second), ..says(second, false, 7, None) };
    assert_eq!(given_up_at_full_slots(give_up), 70);
}

#[test]
fn a_request_excuses_a_standstill_for_as_long_as_it_may_take() {
    assert_eq!(given_up_at_full_slots(|second| says(second, false, 7, Some(0))), 31);
}

#[test]
fn who_waits_before_its_send_is_excused_by_a_pause_alone() {
    let sent = |stall: &mut StallDetector, second| {
        stall.observe_pause(&says(second, false, second, Some(second)), at(second))
    };
    assert_eq!(given_up(sent), 10);
    assert_eq!(given_up(|stall, second| stall.observe_pause(&says(second, true, 7, None), at(second))), 70);
}

#[test]
fn slots_that_change_hands_are_believed_for_ever_and_slots_that_stay_as_they_are_are_not() {
    let changing = |stall: &mut StallDetector, second: u64| {
        stall.observe_slots(if second.is_multiple_of(20) { FREE } else { ALL_TAKEN }, at(second));
        stall.observe_ledger(&says(second, false, 7, Some(second)), at(second));
    };
    assert_eq!(given_up(changing), 1000);
    let still = |stall: &mut StallDetector, second: u64| {
        stall.observe_slots([false, false, true, false, false], at(second));
        stall.observe_ledger(&says(second, false, 7, Some(second)), at(second));
    };
    assert_eq!(given_up(still), 70);
}

#[test]
fn a_slot_that_was_held_for_longer_than_a_request_may_take_proves_nothing() {
    let freed_after = |held: u64| {
        move |stall: &mut StallDetector, second: u64| {
            stall.observe_slots(if second > held { FREE } else { ALL_TAKEN }, at(second));
            stall.observe_ledger(&says(second, false, second, None), at(second));
        }
    };
    assert_eq!(given_up(freed_after(20)), 21 + 60 + 10);
    assert_eq!(given_up(freed_after(21)), 70);
}

#[test]
fn slots_that_are_given_up_in_a_pause_prove_nothing() {
    let paused = |stall: &mut StallDetector, second: u64| {
        stall.observe_ledger(&says(second, true, 7, None), at(second));
        stall.observe_slots(if second.is_multiple_of(2) { FREE } else { ALL_TAKEN }, at(second));
    };
    assert_eq!(given_up(paused), 70);
}

#[test]
fn a_pause_that_begins_after_requests_were_seen_to_come_and_go_has_a_minute_of_its_own() {
    // Proven in the third second; then only a counter grows, and a pause begins in the fortieth.
    let paused = |until: u64| {
        move |stall: &mut StallDetector, second: u64| {
            if second <= 3 {
                stall.observe_slots(if second == 2 { ALL_TAKEN } else { FREE }, at(second));
            }
            stall.observe_ledger(&says(second, (40..until).contains(&second), second, None), at(second));
        }
    };
    assert_eq!(given_up(paused(1000)), 110);
    assert_eq!(given_up(paused(70)), 3 + 60 + 30 + 10, "its time does not count against the rest");
}

#[test]
fn a_lock_is_waited_for_ten_seconds_and_no_longer_than_the_whole_bound() {
    let stall = StallDetector::new(START, true);
    let bounds = [0, 60, 65, 70, 71].map(|second| stall.lock_timeout(at(second)).as_secs());
    assert_eq!(bounds, [10, 10, 5, 0, 0]);
}

#[test]
fn who_only_tries_waits_for_nothing_that_does_not_move() {
    let mut stall = StallDetector::new(START, false);
    assert_eq!(stall.lock_timeout(START), STALL_TIMEOUT_AFTER_FALLBACK);
    let later = START + STALL_TIMEOUT_AFTER_FALLBACK;
    assert_eq!(stall.stalled_for(START + Duration::from_millis(49)), None);
    assert_eq!(stall.stalled_for(later), Some(STALL_TIMEOUT_AFTER_FALLBACK));
    stall.observe_slots(ALL_TAKEN, later);
    stall.observe_slots(FREE, later);
    assert_eq!(stall.stalled_for(later), None);
    let mut holder = stall.for_slot_holder(later);
    assert_eq!(holder.lock_timeout(later), MAX_WAIT_AFTER_FALLBACK);
    let almost = later + MAX_WAIT_AFTER_FALLBACK - Duration::from_nanos(1);
    holder.observe_pause(&says(1, true, 7, None), almost);
    assert_eq!(
        (holder.stalled_for(almost), holder.stalled_for(later + MAX_WAIT_AFTER_FALLBACK)),
        (None, Some(MAX_WAIT_AFTER_FALLBACK)),
        "nor for a pause"
    );
}

#[test]
fn slots_are_looked_at_after_five_seconds_and_a_pause_proves_nothing_either_way() {
    let mut stall = StallDetector::new(START, true);
    assert!(!stall.is_slot_check_due(at(4)) && stall.is_slot_check_due(at(5)));
    assert!(stall.unproven_for(at(10)) == Some(Duration::from_secs(10)));
    stall.observe_pause(&says(10, true, 0, None), at(10));
    assert_eq!(stall.unproven_for(at(11)), None);
}
