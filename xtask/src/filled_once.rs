//! Folders that are filled from a project once for each version of it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::house::House;
use crate::{files, sdk};

/// The file that says of what a folder was made.
const MARK: &str = "made-from";

/// What became of a folder: the next run keeps it, or tries for something better.
pub(crate) enum Filled {
    ForGood,
    ForNow,
}

/// Fills a folder, unless it was filled from the same project and with the same SDK before. What is there stays until there is
/// something to put in its place. One that was filled for now does where nothing better can be had.
pub(crate) fn once(
    house: &House,
    project: &str,
    folder: &Path,
    fill: impl FnOnce(&Path) -> Result<Filled>,
) -> Result<()> {
    let project = house.at(project);
    let read = |name: &str| {
        let file = project.join(name);
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
    };
    let source = format!("{}\n{}{}", sdk::version(house)?, read("Shell.csproj")?, read("Program.cs")?);
    let for_now = format!("{source}\nfor now");
    let made = fs::read_to_string(folder.join(MARK)).unwrap_or_default();
    if made == source || (made == for_now && house.is_closed()) {
        return Ok(());
    }
    let fresh = folder.with_extension("new");
    files::remove_folder(&fresh)?;
    let made = match fill(&fresh)? {
        Filled::ForNow => for_now,
        Filled::ForGood => source,
    };
    let mark = fresh.join(MARK);
    fs::write(&mark, made).with_context(|| format!("cannot write {}", mark.display()))?;
    files::remove_folder(folder)?;
    fs::rename(&fresh, folder).with_context(|| format!("cannot make {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    const PROJECT: &str = "tests/shell";

    #[test]
    fn a_folder_is_filled_once_for_each_version_of_the_project() {
        let place = tempfile::tempdir().unwrap();
        let (house, folder) = (House::find(), place.path().join("shell"));
        let fill = || {
            let mut filled = false;
            once(&house, PROJECT, &folder, |folder| {
                filled = true;
                fs::create_dir(folder).context("made twice")?;
                Ok(Filled::ForGood)
            })
            .unwrap();
            filled
        };
        assert!(fill());
        assert!(!fill());
        fs::write(folder.join("made-from"), "an older version").unwrap();
        assert!(fill(), "another version is published anew");
        fs::remove_dir_all(&folder).unwrap();
        assert!(fill(), "a folder that has gone is filled anew");
    }

    #[test]
    fn a_folder_that_was_not_filled_or_only_for_now_is_tried_again() {
        let place = tempfile::tempdir().unwrap();
        let (house, folder) = (House::find(), place.path().join("shell"));
        once(&house, PROJECT, &folder, |_| bail!("no network")).unwrap_err();
        for filled in [Filled::ForNow, Filled::ForGood] {
            once(&house, PROJECT, &folder, |folder| {
                fs::create_dir(folder).context("left from before")?;
                Ok(filled)
            })
            .unwrap();
        }
        once(&house, PROJECT, &folder, |_| panic!("filled twice")).unwrap();
    }

    #[test]
    fn what_is_there_stays_until_it_can_be_replaced_and_does_for_now_where_the_way_outside_is_closed() {
        let place = tempfile::tempdir().unwrap();
        let (house, folder) = (House::find(), place.path().join("shell"));
        let fill = |filled| {
            move |folder: &Path| {
                fs::create_dir(folder)?;
                fs::write(folder.join("pwsh"), "")?;
                Ok(filled)
            }
        };
        once(&house, PROJECT, &folder, fill(Filled::ForNow)).unwrap();
        once(&house, PROJECT, &folder, |fresh| {
            fs::create_dir(fresh)?;
            bail!("broke off")
        })
        .unwrap_err();
        assert!(folder.join("pwsh").is_file());
        once(&House::find().closed(), PROJECT, &folder, |_| panic!("published while closed")).unwrap();
    }
}
