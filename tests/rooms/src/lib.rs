//! Reads the repository's sources and finds what a stranger would stumble over: modules that need each other in a circle.

mod circles;
mod imports;
mod modules;
mod needs;
mod resolve;

pub use circles::circles;
pub use modules::{Crate, Module, ModulePath};
pub use needs::needs;
