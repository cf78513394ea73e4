//! The rooms of the module's tests, which are those of the cmdlets.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use crate::cmdlet_rooms::room_of;
use crate::files::{files, split};

/// Folders beside those of the rooms: what holds for every cmdlet, and the names of Az.
const BESIDE: [&str; 2] = ["Module", "Az"];

/// A folder with what tests use: modules, laid out as PowerShell finds them.
const USED: [&str; 1] = ["Accounts/StandIn"];

/// What stands in no room: the layer, the tests of itself, and what they share.
const TOP: [&str; 4] = ["Invoke-Layer.ps1", "Layer.Tests.ps1", "LeftOut.psd1", "TollgateTest.psm1"];

const TESTS: &str = ".Tests.ps1";

/// What is wrong with the folders of the tests, a line each: a folder that is no room's, a file of tests beside the rooms, a
/// cmdlet's tests in another room than the cmdlet, and a name that two files have, for tests are chosen by it.
///
/// # Errors
///
/// A folder cannot be read.
pub fn wrong_tests(tests: &Path, assembly: &Path) -> Result<Vec<String>> {
    let cmdlets = files(assembly, &["Command.cs"])?;
    let mut wrong = Vec::new();
    let mut seen = BTreeMap::<String, String>::new();
    for place in files(tests, &[""])? {
        let (folder, name) = split(&place);
        if USED.iter().any(|used| {
            folder.strip_prefix(used).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }) {
            if name.ends_with(TESTS) {
                wrong.push(format!("{place} is among what tests use"));
            }
            continue;
        }
        if folder.is_empty() {
            if !TOP.contains(&name) {
                wrong.push(format!("{place} is in no room"));
            }
        } else if !BESIDE.contains(&folder) && room_of(folder).is_none() {
            wrong.push(format!("{place} is in a folder that is no room"));
        }
        let Some(tested) = name.strip_suffix(TESTS) else { continue };
        if let Some(other) = seen.insert(name.to_owned(), place.clone()) {
            wrong.push(format!("{place} is called as {other}"));
        }
        let source = format!("{}Command.cs", tested.replace('-', ""));
        let home = cmdlets.iter().map(|cmdlet| split(cmdlet)).find(|(_, file)| *file == source);
        if let Some((home, _)) = home
            && tested.contains('-')
            && home != folder
        {
            wrong.push(format!("{place} tests a cmdlet of {home}"));
        }
    }
    Ok(wrong)
}
