//! The rooms of the assembly with the cmdlets: which folders they have, and which other rooms each may need.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::csharp::Source;
use crate::files::{files, split};

/// A room. The assembly's own folder is the one without a name.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Its folders, from the assembly's on, of which the first names it.
    pub folders: &'static [&'static str],
    /// The rooms whose types its files may name beside its own.
    pub needs: &'static [&'static str],
}

const GROUND: &[&str] = &[""];
const ON_JSON: &[&str] = &["", "Json"];
const ON_ACCOUNTS: &[&str] = &["", "Json", "Accounts"];
const ON_REST: &[&str] = &["", "Json", "Accounts", "Tokens", "Rest"];

const fn upper(folders: &'static [&'static str]) -> Room {
    Room { folders, needs: ON_REST }
}

/// Every room, those to come as well: root, Json <- Accounts <- Tokens, Rest <- every other, of which none needs another.
pub const ROOMS: [Room; 16] = [
    Room { folders: GROUND, needs: &[] },
    Room { folders: &["Json"], needs: &[] },
    Room { folders: &["Accounts", "Accounts/Contexts", "Accounts/Environments"], needs: ON_JSON },
    Room { folders: &["Tokens"], needs: ON_ACCOUNTS },
    Room { folders: &["Rest"], needs: ON_ACCOUNTS },
    upper(&["Gate"]),
    upper(&["Diagnosis"]),
    upper(&["Resources"]),
    upper(&["Compute"]),
    upper(&["KeyVault"]),
    upper(&["Storage"]),
    upper(&["Instance"]),
    upper(&["Endpoint"]),
    upper(&["Aws"]),
    upper(&["Registries"]),
    upper(&["Pipelines"]),
];

/// The room that a folder belongs to.
pub(crate) fn room_of(folder: &str) -> Option<Room> {
    ROOMS.into_iter().find(|room| room.folders.contains(&folder))
}

/// What was read of an assembly's rooms.
#[derive(Debug, Default)]
pub struct RoomsRead {
    /// How many types its files declare.
    pub types: usize,
    /// How many times a file needs a type of another room, rightly or not.
    pub needs: usize,
    /// What is against the rules, a line each.
    pub wrong: Vec<String>,
}

/// Reads the files of an assembly and holds them to the rules: each is in a folder of a room, and names no type of a room that
/// its own may not need.
///
/// # Errors
///
/// A folder or file cannot be read.
pub fn read_rooms(assembly: &Path) -> Result<RoomsRead> {
    let mut read = RoomsRead::default();
    let mut sources = Vec::new();
    let mut homes = BTreeMap::<String, Room>::new();
    for place in files(assembly, &[".cs"])? {
        let (folder, _) = split(&place);
        let Some(room) = room_of(folder) else {
            read.wrong.push(format!("{place} is in no room"));
            continue;
        };
        let text =
            fs::read_to_string(assembly.join(&place)).with_context(|| format!("cannot read {place}"))?;
        let source = Source::read(&text);
        for name in &source.types {
            let home = *homes.entry(name.clone()).or_insert(room);
            if home.folders[0] != room.folders[0] {
                read.wrong.push(format!("{place} declares {name}, which {} has too", shown(home)));
            }
        }
        sources.push((place, room, source));
    }
    for (place, room, source) in &sources {
        let others = source.words.difference(&source.types);
        for (name, home) in others.filter_map(|word| homes.get_key_value(word)) {
            let other = home.folders[0];
            if other == room.folders[0] {
                continue;
            }
            read.needs += 1;
            if !room.needs.contains(&other) {
                read.wrong.push(format!("{place} needs {name} of {}", shown(*home)));
            }
        }
    }
    read.types = homes.len();
    Ok(read)
}

fn shown(room: Room) -> &'static str {
    if room.folders[0].is_empty() { "the root" } else { room.folders[0] }
}
