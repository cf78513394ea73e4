//! The end of a token, in any of its forms or none.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tollgate_identity::fuzzing::expiry(text));
