//! The tables of a machine's firmware, in which its asset tag stands.
#![no_main]

libfuzzer_sys::fuzz_target!(|table: &[u8]| tollgate_identity::fuzzing::firmware(table));
