//! What a token says about itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|token: &str| tollgate_identity::fuzzing::claims(token));
