use super::*;
use crate::category::Category;
use crate::machine::FULL;

const START: Boot = Boot::from_nanos(1_000_000_000_000);
const FREE: Taken = [false; SLOTS];

fn at(seconds: u64) -> Boot {
    START + Duration::from_secs(seconds)
}

/// A ledger that says so.
fn says(second: u64, paused: bool, sent: u64, aloft_since: Option<u64>) -> Ledger {
    let mut ledger = Ledger::new(Category::Tokens, START);
    ledger.pause_until = if paused { at(second + 1) } else { START };
    ledger.sent = sent;
    ledger.aloft[2] = aloft_since.map(at).unwrap_or_default();
    ledger
}

/// The second in which a caller gives up that sees this each second.
fn given_up(see: impl Fn(&mut Stall, u64)) -> u64 {
    let mut stall = Stall::new(START, true);
    let mut seconds = 0..1000;
    let found = seconds.find(|second| {
        see(&mut stall, *second);
        stall.is_over(at(*second)).is_some()
    });
    found.unwrap_or(1000)
}

/// The same for one that sees all slots taken.
fn given_up_at_full_slots(ledger: impl Fn(u64) -> Ledger) -> u64 {
    given_up(|stall, second| {
        stall.see_slots(FULL, at(second));
        stall.see_ledger(&ledger(second), at(second));
    })
}

#[test]
fn nothing_that_moves_is_a_standstill_after_ten_seconds() {
    assert_eq!(given_up_at_full_slots(|second| says(second, false, 7, None)), 10);
    assert_eq!(given_up(|stall, second| stall.see_ledger(&says(second, false, 7, Some(0)), at(second))), 10);
}

#[test]
fn who_only_tries_has_two_seconds_for_its_send_from_when_it_has_a_slot() {
    let stall = Stall::new(START, false).of_slot_holder(at(5));
    assert_eq!((stall.is_over(at(6)), stall.is_over(at(7))), (None, Some(NEAR)));
}

#[test]
fn pauses_that_begin_again_and_again_are_believed_no_longer_than_one() {
    let paused = |stall: &mut Stall, second: u64| {
        stall.see_pause(&says(second, !second.is_multiple_of(7), 7, None), at(second));
    };
    assert!((60..=70).contains(&given_up(paused)), "{}", given_up(paused));
}

#[test]
fn what_a_writer_of_the_ledger_can_forge_is_believed_for_a_minute() {
    assert_eq!(given_up_at_full_slots(|second| says(second, true, 7, None)), 70);
    assert_eq!(given_up_at_full_slots(|second| says(second, false, second, None)), 70);
    assert_eq!(given_up_at_full_slots(|second| says(second, false, 7, Some(second))), 70);
    assert_eq!(
        given_up(|stall, second| stall.wait_for_lock(
            at(second.saturating_sub(1)),
            Duration::from_secs(1),
            at(second)
        )),
        70
    );
}

#[test]
fn a_sleep_that_a_freeze_made_long_is_no_standstill() {
    let mut stall = Stall::new(START, true);
    assert_eq!(stall.wake(START, Duration::from_secs(4), at(5)), Duration::ZERO, "a long rest is none");
    stall.see_pause(&says(5, true, 7, None), at(5));
    assert_eq!(stall.wake(at(5), Duration::from_secs(4), at(1010)), Duration::from_secs(1000));
    assert_eq!((stall.is_over(at(1014)), stall.wants_slots(at(1004))), (None, false));
    assert_eq!(stall.is_over(at(1015)), Some(STALL));
    stall.see_pause(&says(1060, true, 7, None), at(1060));
    assert_eq!(stall.is_over(at(1061)), None, "the minute that a pause is believed is moved too");
}

#[test]
fn those_that_give_up_at_the_slots_move_the_line_as_those_that_send_do() {
    let give_up = |second| Ledger { given_up: u64::MAX.wrapping_add(second), ..says(second, false, 7, None) };
    assert_eq!(given_up_at_full_slots(give_up), 70);
}

#[test]
fn a_request_excuses_a_standstill_for_as_long_as_it_may_take() {
    assert_eq!(given_up_at_full_slots(|second| says(second, false, 7, Some(0))), 31);
}

#[test]
fn who_waits_before_its_send_is_excused_by_a_pause_alone() {
    let sent =
        |stall: &mut Stall, second| stall.see_pause(&says(second, false, second, Some(second)), at(second));
    assert_eq!(given_up(sent), 10);
    assert_eq!(given_up(|stall, second| stall.see_pause(&says(second, true, 7, None), at(second))), 70);
}

#[test]
fn slots_that_change_hands_are_believed_for_ever_and_slots_that_stay_as_they_are_are_not() {
    let changing = |stall: &mut Stall, second: u64| {
        stall.see_slots(if second.is_multiple_of(20) { FREE } else { FULL }, at(second));
        stall.see_ledger(&says(second, false, 7, Some(second)), at(second));
    };
    assert_eq!(given_up(changing), 1000);
    let still = |stall: &mut Stall, second: u64| {
        stall.see_slots([false, false, true, false, false], at(second));
        stall.see_ledger(&says(second, false, 7, Some(second)), at(second));
    };
    assert_eq!(given_up(still), 70);
}

#[test]
fn a_slot_that_was_held_for_longer_than_a_request_may_take_proves_nothing() {
    let freed_after = |held: u64| {
        move |stall: &mut Stall, second: u64| {
            stall.see_slots(if second > held { FREE } else { FULL }, at(second));
            stall.see_ledger(&says(second, false, second, None), at(second));
        }
    };
    assert_eq!(given_up(freed_after(20)), 21 + 60 + 10);
    assert_eq!(given_up(freed_after(21)), 70);
}

#[test]
fn slots_that_are_given_up_in_a_pause_prove_nothing() {
    let paused = |stall: &mut Stall, second: u64| {
        stall.see_ledger(&says(second, true, 7, None), at(second));
        stall.see_slots(if second.is_multiple_of(2) { FREE } else { FULL }, at(second));
    };
    assert_eq!(given_up(paused), 70);
}

#[test]
fn a_pause_that_begins_after_requests_were_seen_to_come_and_go_has_a_minute_of_its_own() {
    // Proven in the third second; then only a counter grows, and in the fortieth a pause begins.
    let paused = |until: u64| {
        move |stall: &mut Stall, second: u64| {
            if second <= 3 {
                stall.see_slots(if second == 2 { FULL } else { FREE }, at(second));
            }
            stall.see_ledger(&says(second, (40..until).contains(&second), second, None), at(second));
        }
    };
    assert_eq!(given_up(paused(1000)), 110);
    assert_eq!(given_up(paused(70)), 3 + 60 + 30 + 10, "its time does not count against the rest");
}

#[test]
fn a_lock_is_waited_for_ten_seconds_and_no_longer_than_the_whole_bound() {
    let stall = Stall::new(START, true);
    let bounds = [0, 60, 65, 70, 71].map(|second| stall.lock_bound(at(second)).as_secs());
    assert_eq!(bounds, [10, 10, 5, 0, 0]);
}

#[test]
fn who_only_tries_waits_for_nothing_that_does_not_move() {
    let mut stall = Stall::new(START, false);
    assert_eq!(stall.lock_bound(START), SHORT_STALL);
    let later = START + SHORT_STALL;
    assert_eq!(stall.is_over(START + Duration::from_millis(49)), None);
    assert_eq!(stall.is_over(later), Some(SHORT_STALL));
    stall.see_slots(FULL, later);
    stall.see_slots(FREE, later);
    assert_eq!(stall.is_over(later), None);
    let mut holder = stall.of_slot_holder(later);
    assert_eq!(holder.lock_bound(later), NEAR);
    let almost = later + NEAR - Duration::from_nanos(1);
    holder.see_pause(&says(1, true, 7, None), almost);
    assert_eq!((holder.is_over(almost), holder.is_over(later + NEAR)), (None, Some(NEAR)), "nor for a pause");
}

#[test]
fn slots_are_looked_at_after_five_seconds_and_a_pause_proves_nothing_either_way() {
    let mut stall = Stall::new(START, true);
    assert!(!stall.wants_slots(at(4)) && stall.wants_slots(at(5)));
    assert!(stall.unproven_for(at(10)) == Some(Duration::from_secs(10)));
    stall.see_pause(&says(10, true, 0, None), at(10));
    assert_eq!(stall.unproven_for(at(11)), None);
}
