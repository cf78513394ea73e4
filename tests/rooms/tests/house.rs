//! The repository as it stands: no circle in any crate, no crate that needs one above it, no file too long to read.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand, Package, TargetKind};
use rooms::{Crate, circles, needs};

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

const MOST_LINES: usize = 300;

/// Files that are longer, and why they are not two.
const LONG: [(&str, &str); 1] = [(
    "native/gate/src/files/windows.rs",
    "one conversation with the system, in which each unsafe call stands beside what makes it safe",
)];

#[test]
fn no_file_is_longer_than_it_has_a_reason_to_be() {
    let mut found = Vec::new();
    for path in files(&root()) {
        let lines = fs::read_to_string(root().join(&path)).unwrap().lines().count();
        let is_listed = LONG.iter().any(|(listed, _)| *listed == path);
        if (lines > MOST_LINES) != is_listed {
            found.push(format!("{path}: {lines} lines"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What people have written here, by its path from the root.
fn files(root: &Path) -> Vec<String> {
    let kinds = ["rs", "cs", "ps1", "psm1", "c"];
    let skipped = ["target", "output", "obj", "bin", "node_modules"];
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let (name, path) = (entry.file_name().into_string().unwrap(), entry.path());
            if path.is_dir() {
                if !name.starts_with('.') && !skipped.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|kind| kinds.iter().any(|known| kind == *known)) {
                files.push(path.strip_prefix(root).unwrap().display().to_string().replace('\\', "/"));
            }
        }
    }
    assert!(files.len() > 300, "{} files found", files.len());
    files
}
