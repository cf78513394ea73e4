//! Arc's challenge: no line of a header makes anything but a key file be read.
#![no_main]

libfuzzer_sys::fuzz_target!(|line: &[u8]| tollgate_identity::fuzzing::challenge(line));
