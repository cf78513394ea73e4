//! Entry points for the fuzz targets: a ledger decoded from arbitrary bytes.

use std::time::Duration;

use tollgate_core::BootInstant;

use crate::category::Category;
use crate::ledger::format::{self, MAGIC, VERSION, decode, encode};
use crate::limits::SLOTS;

/// The length of a ledger file, in bytes.
pub const LEDGER_SIZE: usize = format::LEDGER_SIZE;

/// The first bytes of a ledger file: its magic number and version.
pub fn ledger_head() -> Vec<u8> {
    [&MAGIC[..], &VERSION.to_le_bytes()].concat()
}

/// The furthest ahead that a reservation of a plausible ledger may be due, whatever its contents.
const FAR: Duration = Duration::from_secs(24 * 3600);

/// Decodes `bytes` as a ledger and uses it as a caller would.
pub fn ledger(bytes: &[u8], now: BootInstant) {
    let category = if bytes.last().is_none_or(|last| last % 2 == 0) {
        Category::Tokens
    } else {
        Category::InstanceMetadata
    };
    let Some(mut ledger) = decode(bytes, category, now) else { return };
    assert_eq!(
        decode(&encode(&ledger), category, now).as_ref(),
        Some(&ledger),
        "a plausible ledger round-trips through its bytes"
    );
    let mut reservation = ledger.reserve(now);
    assert!(
        reservation.at.duration_since(now) < FAR,
        "a reservation is not out of reach: {:?}",
        reservation.at.duration_since(now)
    );
    ledger.wait_for_slot(&mut reservation, Duration::from_secs(1), now);
    ledger.record_full_slots(&reservation, now, now);
    for slot in 0..SLOTS {
        if let Err(earliest) = ledger.try_record_send(slot as u64, slot, now) {
            assert!(
                earliest > now && earliest.duration_since(now) < FAR,
                "a send is delayed, and not for ever"
            );
        }
        ledger.record_response(slot, now);
    }
    ledger.record_throttled(now, None);
    let _ = (
        ledger.queue_length(now),
        ledger.estimated_wait(now),
        ledger.pause_remaining(now),
        ledger.is_paced(now),
    );
    ledger.cancel(&reservation);
    ledger.cancel_reservations(now);
}
