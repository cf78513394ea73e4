//! A body that comes packed: whatever it holds, no step unpacks to more than can be counted in time.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| tollgate_azure::fuzzing::packed_body(body));
