//! A refusal's body.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| tollgate_identity::fuzzing::refusal(body));
