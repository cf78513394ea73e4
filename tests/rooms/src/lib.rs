//! Reads the repository's sources and finds what a stranger would stumble over: modules that need each other in a circle, cmdlets
//! and tests outside the rooms of the house, files too long to read, links that lead nowhere.

mod circles;
mod cmdlet_rooms;
mod csharp;
mod files;
mod imports;
mod lengths;
mod markdown;
mod modules;
mod needs;
mod resolve;
mod test_rooms;

pub use circles::circles;
pub use cmdlet_rooms::{ROOMS, Room, RoomsRead, read_rooms};
pub use lengths::{MOST_LINES, wrong_lengths};
pub use markdown::Document;
pub use modules::{Crate, Module, ModulePath};
pub use needs::needs;
pub use test_rooms::wrong_tests;
