//! What the fuzz targets need of the inside: the ledger as any bytes on disk.

use std::time::Duration;

use crate::clock::Boot;
use crate::record::{RECORD_SIZE, decode, encode};
use crate::slot::SLOTS;

/// The exact length of a ledger in bytes.
pub const LEDGER_SIZE: usize = RECORD_SIZE;

/// The longest a place may lie ahead in a ledger that is believed, whatever stands in it.
const FAR: Duration = Duration::from_secs(24 * 3600);

/// Takes bytes as a ledger and works with it as a caller would.
pub fn ledger(bytes: &[u8], now: Boot) {
    let Some(mut ledger) = decode(bytes, now) else { return };
    assert_eq!(
        decode(&encode(&ledger), now).as_ref(),
        Some(&ledger),
        "a ledger that is believed survives its bytes"
    );
    let place = ledger.take_place(now);
    assert!(place.since(now) < FAR, "a place is not out of reach: {:?}", place.since(now));
    for slot in 0..SLOTS {
        if let Err(earliest) = ledger.enter_send(slot, now) {
            assert!(earliest > now && earliest.since(now) < FAR, "a send is put off, and not for ever");
        }
        ledger.note_answer(slot, now);
    }
    ledger.note_throttled(now, None);
    let _ = (ledger.waiting(now), ledger.wait(now), ledger.paused_for(now), ledger.is_even(now));
    ledger.withdraw_places();
}
