//! The gate's ledger as anybody may have left it on disk. Rubbish of the right length is made likelier than chance makes it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tollgate_core::BootInstant;
use tollgate_gate::fuzzing;

const NOW: BootInstant = BootInstant::from_nanos(1_000_000_000_000);

fuzz_target!(|bytes: &[u8]| {
    fuzzing::ledger(bytes, NOW);
    // Times as offsets from now pass the first checks, which eight random bytes hardly ever do.
    let mut record = fuzzing::ledger_head();
    for pair in bytes.chunks(2) {
        let back = u64::from(pair[0]) << 8 | u64::from(*pair.get(1).unwrap_or(&0));
        record.extend((NOW.as_nanos() + 2_000_000_000 - back * 1_000_000).to_le_bytes());
    }
    for length in [record.len(), fuzzing::LEDGER_SIZE] {
        record.resize(length, 0);
        fuzzing::ledger(&record, NOW);
    }
});
