//! The C ABI: handles, borrowed views, numbers. It carries and decides nothing; the rules live in the crates below.
//! The contract stands at the top of `include/tollgate.h`, which a test generates from here.
#![expect(unsafe_code, reason = "this crate is the boundary to C")]
#![expect(non_camel_case_types, reason = "what crosses is spelled as in C")]
#![expect(unreachable_pub, reason = "what C calls is public though no Rust code can reach it")]

mod client;
mod diagnosis;
mod document;
mod error;
mod gate;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc;
mod guard;
mod listing;
mod lookup;
mod operation;
mod pointer;
mod progress;
mod report;
mod request;
mod response;
mod rest;
mod runtime;
mod status;
mod text;
mod token;

/// Raised on any change of the ABI. The loader refuses anything but equality.
pub const TOLLGATE_ABI_VERSION: u32 = 6;

/// The number of the ABI that this library was built with.
#[unsafe(no_mangle)]
pub extern "C" fn tollgate_abi_version() -> u32 {
    TOLLGATE_ABI_VERSION
}
