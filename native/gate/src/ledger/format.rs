//! The ledger's file format: fixed size, little-endian, versioned. Bytes that do not decode are an invalid ledger.

use tollgate_core::BootInstant;

use crate::category::Category;
use crate::ledger::Ledger;
use crate::ledger::ring::{RING_SIZE, Ring};
use crate::ledger::waiters::{MAX_WAITERS, Waiter, Waiters};
use crate::limits::SLOTS;

pub(crate) const MAGIC: [u8; 8] = *b"TOLLGATE";
pub(crate) const VERSION: u64 = 3;
const WORDS: usize = 1 + 2 * RING_SIZE + SLOTS + 11 + 2 * (MAX_WAITERS + SLOTS);

/// The exact length of a ledger file in bytes.
pub(crate) const LEDGER_SIZE: usize = MAGIC.len() + WORDS * 8;

/// Returns the bytes of a ledger.
pub(crate) fn encode(ledger: &Ledger) -> [u8; LEDGER_SIZE] {
    let mut bytes = [0; LEDGER_SIZE];
    let (magic, body) = bytes.split_at_mut(MAGIC.len());
    magic.copy_from_slice(&MAGIC);
    let times = ledger.reservations.0.iter().chain(&ledger.arrivals.0).chain(&ledger.in_flight).copied();
    let single = [
        ledger.pause_until.as_nanos(),
        ledger.throttled_at.as_nanos(),
        ledger.postponed_until.as_nanos(),
        ledger.ordered_until.as_nanos(),
        ledger.generation,
        ledger.reservations_made,
        ledger.postponed,
        ledger.requests_sent,
        ledger.slots_given_up,
        ledger.throttled_responses,
        ledger.is_reset.into(),
    ];
    let waiters = ledger
        .waiters
        .0
        .iter()
        .chain(&ledger.ready_to_send.0)
        .flat_map(|waiter| [waiter.number, waiter.seen_at.as_nanos()]);
    let words = [VERSION].into_iter().chain(times.map(BootInstant::as_nanos)).chain(single).chain(waiters);
    for (chunk, word) in body.chunks_exact_mut(8).zip(words) {
        chunk.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

/// Decodes a ledger; `None` if this machine cannot have written these bytes by `now`.
pub(crate) fn decode(bytes: &[u8], category: Category, now: BootInstant) -> Option<Ledger> {
    let body = bytes.strip_prefix(&MAGIC)?;
    if bytes.len() != LEDGER_SIZE {
        return None;
    }
    let mut words = body.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word));
    if words.next()? != VERSION {
        return None;
    }
    let mut times = words.by_ref().map(BootInstant::from_nanos);
    let ledger = Ledger {
        category,
        reservations: Ring(read_times(&mut times)?),
        arrivals: Ring(read_times(&mut times)?),
        in_flight: read_times(&mut times)?,
        pause_until: times.next()?,
        throttled_at: times.next()?,
        postponed_until: times.next()?,
        ordered_until: times.next()?,
        generation: words.next()?,
        reservations_made: words.next()?,
        postponed: words.next()?,
        requests_sent: words.next()?,
        slots_given_up: words.next()?,
        throttled_responses: words.next()?,
        is_reset: words.next()? != 0,
        waiters: read_waiters(&mut words)?,
        ready_to_send: read_waiters(&mut words)?,
    };
    ledger.is_plausible(now).then_some(ledger)
}

fn read_waiters<const N: usize>(words: &mut impl Iterator<Item = u64>) -> Option<Waiters<N>> {
    let mut waiters = Waiters::default();
    for waiter in &mut waiters.0 {
        *waiter = Waiter { number: words.next()?, seen_at: BootInstant::from_nanos(words.next()?) };
    }
    Some(waiters)
}

fn read_times<const N: usize>(times: &mut impl Iterator<Item = BootInstant>) -> Option<[BootInstant; N]> {
    let mut read = [BootInstant::default(); N];
    for time in &mut read {
        *time = times.next()?;
    }
    Some(read)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: BootInstant = BootInstant::from_nanos(1_000_000_000_000);

    fn busy() -> Ledger {
        let mut ledger = Ledger::new(Category::Tokens, NOW);
        for step in 0..25 {
            let mut reservation = ledger.reserve(NOW);
            let left = NOW - Duration::from_secs(60 - step);
            ledger.wait_for_slot(&mut reservation, Duration::from_secs(1), left);
            let _ = ledger.try_send(step as usize % SLOTS, left);
            if step % 3 == 0 {
                ledger.record_response(step as usize % SLOTS, left);
            }
        }
        ledger.postponed_until = NOW;
        ledger.record_slot_given_up(3);
        ledger.record_throttled(NOW, Some(Duration::from_secs(3)));
        ledger.cancel_reservations(NOW);
        ledger.reserve(NOW);
        ledger
    }

    fn decoded(bytes: &[u8]) -> Option<Ledger> {
        decode(bytes, Category::Tokens, NOW)
    }

    #[test]
    fn the_docs_tell_the_size_of_a_ledger() {
        let docs = include_str!("../../../../docs/windows.md");
        assert!(docs.contains(&format!("one ledger of {LEDGER_SIZE} bytes")), "{LEDGER_SIZE}");
    }

    #[test]
    fn a_ledger_survives_its_bytes() {
        let (new, lost) = (Ledger::new(Category::Tokens, NOW), Ledger::reset(Category::Tokens, NOW));
        for ledger in [new, busy(), lost] {
            assert_eq!(decoded(&encode(&ledger)), Some(ledger));
        }
    }

    #[test]
    fn ledgers_written_by_an_earlier_build_are_read_and_written_byte_for_byte() {
        let now = NOW + Duration::from_secs(60);
        let [idle, queued, paused, in_flight] = [
            &include_bytes!("../../tests/ledgers/idle.ledger")[..],
            include_bytes!("../../tests/ledgers/queued.ledger"),
            include_bytes!("../../tests/ledgers/paused.ledger"),
            include_bytes!("../../tests/ledgers/in-flight.ledger"),
        ]
        .map(|bytes| {
            let ledger = decode(bytes, Category::Tokens, now).unwrap();
            assert_eq!(encode(&ledger), bytes);
            ledger
        });
        let written = NOW + Duration::from_secs(3);
        assert_eq!((idle.requests_sent, idle.queue_length(written)), (7, 0));
        assert!(queued.queue_length(NOW + Duration::from_secs(1)) > 0);
        assert!(paused.pause_remaining(written) > Duration::ZERO);
        assert_eq!(
            (0..SLOTS).filter(|slot| in_flight.is_in_flight(*slot, written + Duration::from_secs(1))).count(),
            4
        );
    }

    #[test]
    fn each_word_of_a_ledger_is_written_and_read_in_its_place() {
        let mut bytes = encode(&Ledger::new(Category::Tokens, NOW));
        for word in 2..WORDS + 1 {
            // Small enough to be true everywhere, and the rings ascend.
            bytes[word * 8..][..8].copy_from_slice(&(word as u64).to_le_bytes());
        }
        let is_reset = 8 * (2 + 2 * RING_SIZE + SLOTS + 10);
        bytes[is_reset..][..8].copy_from_slice(&1_u64.to_le_bytes());
        assert_eq!(encode(&decoded(&bytes).unwrap()), bytes);
    }

    #[test]
    fn other_lengths_names_and_versions_are_no_ledger() {
        let good = encode(&busy());
        assert_eq!(decoded(&[]), None);
        assert_eq!(decoded(&good[..LEDGER_SIZE - 1]), None);
        assert_eq!(decoded(&[&good[..], &[0]].concat()), None);
        for position in [0, MAGIC.len()] {
            let mut bad = good;
            bad[position] ^= 1;
            assert_eq!(decoded(&bad), None);
        }
    }

    #[test]
    fn a_ledger_of_an_earlier_start_of_the_machine_is_no_ledger() {
        assert_eq!(decode(&encode(&busy()), Category::Tokens, BootInstant::from_nanos(1)), None);
    }
}
