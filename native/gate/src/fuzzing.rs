//! What the fuzz targets need of the inside: the ledger as any bytes on disk.

use std::time::Duration;

use tollgate_core::Boot;

use crate::category::Category;
use crate::limits::SLOTS;
use crate::record::{MAGIC, RECORD_SIZE, VERSION, decode, encode};

/// The exact length of a ledger in bytes.
pub const LEDGER_SIZE: usize = RECORD_SIZE;

/// What a ledger begins with.
pub fn ledger_head() -> Vec<u8> {
    [&MAGIC[..], &VERSION.to_le_bytes()].concat()
}

/// The longest a place may lie ahead in a ledger that is believed, whatever stands in it.
const FAR: Duration = Duration::from_secs(24 * 3600);

/// Takes bytes as a ledger and works with it as a caller would.
pub fn ledger(bytes: &[u8], now: Boot) {
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
    assert!(ticket.place.since(now) < FAR, "a place is not out of reach: {:?}", ticket.place.since(now));
    ledger.wait_at_slots(&mut ticket, Duration::from_secs(1), now);
    ledger.note_full_slots(&ticket, now, now);
    for slot in 0..SLOTS {
        if let Err(earliest) = ledger.depart(slot as u64, slot, now) {
            assert!(earliest > now && earliest.since(now) < FAR, "a send is put off, and not for ever");
        }
        ledger.note_answer(slot, now);
    }
    ledger.note_throttled(now, None);
    let _ = (ledger.waiting(now), ledger.wait(now), ledger.paused_for(now), ledger.is_even(now));
    ledger.give_back(&ticket);
    ledger.withdraw_places(now);
}
