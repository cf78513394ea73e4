//! What the fuzz targets need of the inside: the ledger as any bytes on disk.

use std::time::Duration;

use tollgate_core::BootInstant;

use crate::category::Category;
use crate::ledger::format::{self, MAGIC, VERSION, decode, encode};
use crate::limits::SLOTS;

/// The length of a ledger, in bytes.
pub const LEDGER_SIZE: usize = format::LEDGER_SIZE;

/// What a ledger begins with.
pub fn ledger_head() -> Vec<u8> {
    [&MAGIC[..], &VERSION.to_le_bytes()].concat()
}

/// The longest a place may lie ahead in a ledger that is believed, whatever stands in it.
const FAR: Duration = Duration::from_secs(24 * 3600);

/// Takes bytes as a ledger and works with it as a caller would.
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
        "a ledger that is believed survives its bytes"
    );
    let mut ticket = ledger.reserve(now);
    assert!(
        ticket.at.duration_since(now) < FAR,
        "a place is not out of reach: {:?}",
        ticket.at.duration_since(now)
    );
    ledger.wait_for_slot(&mut ticket, Duration::from_secs(1), now);
    ledger.record_full_slots(&ticket, now, now);
    for slot in 0..SLOTS {
        if let Err(earliest) = ledger.try_record_send(slot as u64, slot, now) {
            assert!(
                earliest > now && earliest.duration_since(now) < FAR,
                "a send is put off, and not for ever"
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
    ledger.cancel(&ticket);
    ledger.cancel_reservations(now);
}
