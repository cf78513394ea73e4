//! The repository as it stands: no circle in any crate, no crate and no cmdlet that needs one above it, tests where what they
//! test is, no file too long to read.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand, Package, TargetKind};
use rooms::{Crate, circles, needs, read_rooms, wrong_lengths, wrong_tests};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

fn workspace() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap()
}

/// The root files of a package's library and programs.
fn roots(package: &Package) -> Vec<PathBuf> {
    let is_own = |kind: &TargetKind| {
        matches!(kind, TargetKind::Lib | TargetKind::Bin | TargetKind::CDyLib | TargetKind::StaticLib)
    };
    let targets = package.targets.iter().filter(|target| target.kind.iter().any(is_own));
    targets.map(|target| target.src_path.clone().into_std_path_buf()).collect()
}

#[test]
fn no_module_needs_one_that_needs_it() {
    let mut found = Vec::new();
    let mut count = 0;
    for root in workspace().packages.iter().flat_map(roots) {
        let read = Crate::read(&root).unwrap();
        count += read.modules.len();
        for circle in circles(&needs(&read)) {
            let names = circle.iter().map(|place| place.join("::")).collect::<Vec<_>>();
            found.push(format!("{}: {}", root.display(), names.join(", ")));
        }
    }
    assert!(count > 100, "{count} modules read");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Which crates each of the library's may need, all of them below it.
const BELOW: [(&str, &[&str]); 6] = [
    ("tollgate-core", &[]),
    ("tollgate-gate", &["tollgate-core"]),
    ("tollgate-http", &["tollgate-core"]),
    ("tollgate-identity", &["tollgate-core", "tollgate-gate", "tollgate-http"]),
    ("tollgate-azure", &["tollgate-core", "tollgate-http", "tollgate-identity"]),
    (
        "tollgate-ffi",
        &["tollgate-core", "tollgate-gate", "tollgate-http", "tollgate-identity", "tollgate-azure"],
    ),
];

#[test]
fn no_crate_needs_one_above_it() {
    let workspace = workspace();
    let ours = workspace.packages.iter().filter(|package| package.name.starts_with("tollgate-"));
    for package in ours {
        let (_, below) = BELOW.iter().find(|(name, _)| *name == package.name.as_str()).unwrap();
        let needed = package.dependencies.iter().map(|needed| needed.name.as_str());
        let needed = needed.filter(|needed| needed.starts_with("tollgate-")).collect::<Vec<_>>();
        let wrong = needed.iter().filter(|needed| !below.contains(needed)).collect::<Vec<_>>();
        assert!(wrong.is_empty(), "{} needs {wrong:?}", package.name);
    }
}

/// Files that are longer than others may be, and why they are not two.
const LONG: [(&str, &str); 2] = [
    (
        "native/gate/src/files/windows.rs",
        "one conversation with the system, in which each unsafe call stands beside what makes it safe",
    ),
    ("native/ffi/include/tollgate.h", "made by cbindgen, whole, for those who include one file"),
];

#[test]
fn no_file_is_longer_than_it_has_a_reason_to_be() {
    assert_eq!(wrong_lengths(&root(), &LONG).unwrap(), [""; 0]);
}

#[test]
fn no_cmdlet_needs_a_room_above_or_beside_its_own() {
    let read = read_rooms(&root().join("interop/Tollgate.PowerShell")).unwrap();
    assert!(read.types > 70 && read.needs > 100, "{} types read, {} needs", read.types, read.needs);
    assert_eq!(read.wrong, [""; 0]);
}

#[test]
fn the_modules_tests_are_in_the_rooms_of_what_they_test() {
    let wrong = wrong_tests(&root().join("tests/pester"), &root().join("interop/Tollgate.PowerShell"));
    assert_eq!(wrong.unwrap(), [""; 0]);
}
