//! The functions that let the library load on older systems than the one it is built on: see `build/glibc.rs`.

use std::arch::global_asm;

global_asm!(include_str!(concat!(env!("OUT_DIR"), "/glibc.s")));
