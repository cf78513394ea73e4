//! An answer of Azure's: a header line, and a body behind it.
#![no_main]

libfuzzer_sys::fuzz_target!(|answer: &[u8]| tollgate_azure::fuzzing::answer(answer));
