//! The ledger as bytes: fixed size, little-endian, versioned. What does not decode is no ledger of ours.

use crate::clock::Boot;
use crate::ledger::{Ledger, PER_PERIOD};
use crate::ring::Ring;
use crate::slot::SLOTS;

const MAGIC: [u8; 8] = *b"TOLLGATE";
const VERSION: u64 = 1;
const WORDS: usize = 1 + 2 * PER_PERIOD + SLOTS + 6;

/// The exact length of a ledger file in bytes.
pub(crate) const RECORD_SIZE: usize = MAGIC.len() + WORDS * 8;

/// The bytes of a ledger.
pub(crate) fn encode(ledger: &Ledger) -> [u8; RECORD_SIZE] {
    let mut bytes = [0; RECORD_SIZE];
    let (magic, body) = bytes.split_at_mut(MAGIC.len());
    magic.copy_from_slice(&MAGIC);
    let times =
        ledger.places.0.iter().chain(&ledger.arrivals.0).chain(&ledger.aloft).map(|moment| moment.nanos());
    let words = [VERSION].into_iter().chain(times).chain([
        ledger.pause_until.nanos(),
        ledger.throttled_at.nanos(),
        ledger.line,
        ledger.sent,
        ledger.throttled,
        ledger.rebuilt,
    ]);
    for (place, word) in body.chunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

/// The ledger in these bytes, or nothing when they are not one that this machine can have written by `now`.
pub(crate) fn decode(bytes: &[u8], now: Boot) -> Option<Ledger> {
    let body = bytes.strip_prefix(&MAGIC)?;
    if bytes.len() != RECORD_SIZE {
        return None;
    }
    let mut words = body.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word));
    if words.next()? != VERSION {
        return None;
    }
    let mut times = words.by_ref().map(Boot::from_nanos);
    let ledger = Ledger {
        places: Ring(take(&mut times)?),
        arrivals: Ring(take(&mut times)?),
        aloft: take(&mut times)?,
        pause_until: Boot::from_nanos(words.next()?),
        throttled_at: Boot::from_nanos(words.next()?),
        line: words.next()?,
        sent: words.next()?,
        throttled: words.next()?,
        rebuilt: words.next()?,
    };
    ledger.is_possible(now).then_some(ledger)
}

fn take<const N: usize>(times: &mut impl Iterator<Item = Boot>) -> Option<[Boot; N]> {
    let mut taken = [Boot::default(); N];
    for time in &mut taken {
        *time = times.next()?;
    }
    Some(taken)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Boot = Boot::from_nanos(1_000_000_000_000);

    fn busy() -> Ledger {
        let mut ledger = Ledger::default();
        for step in 0..25 {
            ledger.take_place(NOW);
            let left = NOW - Duration::from_secs(60 - step);
            let _ = ledger.enter_send(step as usize % SLOTS, left);
            if step % 3 == 0 {
                ledger.note_answer(step as usize % SLOTS, left);
            }
        }
        ledger.note_throttled(NOW, Some(Duration::from_secs(3)));
        ledger.withdraw_places();
        ledger.take_place(NOW);
        ledger
    }

    #[test]
    fn a_ledger_survives_its_bytes() {
        for ledger in [Ledger::default(), busy(), Ledger::rebuilt(NOW)] {
            assert_eq!(decode(&encode(&ledger), NOW), Some(ledger));
        }
    }

    #[test]
    fn other_lengths_names_and_versions_are_no_ledger() {
        let good = encode(&busy());
        assert_eq!(decode(&[], NOW), None);
        assert_eq!(decode(&good[..RECORD_SIZE - 1], NOW), None);
        assert_eq!(decode(&[&good[..], &[0]].concat(), NOW), None);
        for position in [0, MAGIC.len()] {
            let mut bad = good;
            bad[position] ^= 1;
            assert_eq!(decode(&bad, NOW), None);
        }
    }

    #[test]
    fn a_ledger_of_an_earlier_start_of_the_machine_is_no_ledger() {
        assert_eq!(decode(&encode(&busy()), Boot::from_nanos(1)), None);
    }
}
