//! The native runtimes a finished package carries: what .NET calls them, what Rust calls them, what their library is called.

use std::env::consts::{ARCH, DLL_PREFIX, DLL_SUFFIX, OS};

/// One platform as .NET names it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Runtime {
    pub(crate) name: &'static str,
    /// The file name of the native library there.
    pub(crate) library: &'static str,
    /// Rust's targets that make it, the preferred one first.
    pub(crate) targets: &'static [&'static str],
}

/// All that is promised, and nothing else.
pub(crate) const RUNTIMES: [Runtime; 6] = [
    Runtime { name: "linux-arm64", library: "libtollgate.so", targets: &["aarch64-unknown-linux-gnu"] },
    Runtime { name: "linux-musl-x64", library: "libtollgate.so", targets: &["x86_64-unknown-linux-musl"] },
    Runtime { name: "linux-x64", library: "libtollgate.so", targets: &["x86_64-unknown-linux-gnu"] },
    Runtime { name: "osx-arm64", library: "libtollgate.dylib", targets: &["aarch64-apple-darwin"] },
    Runtime { name: "win-arm64", library: "tollgate.dll", targets: &["aarch64-pc-windows-msvc"] },
    Runtime {
        name: "win-x64",
        library: "tollgate.dll",
        targets: &["x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu"],
    },
];

impl Runtime {
    /// Where its library lies below the packed module.
    pub(crate) fn place(&self) -> String {
        place(self.name, self.library)
    }
}

/// Where the library of a runtime lies below the packed module.
fn place(name: &str, library: &str) -> String {
    format!("runtimes/{name}/native/{library}")
}

/// Where the library of this machine lies, promised or not.
pub(crate) fn own_place() -> String {
    place(&here(), &own_library())
}

/// The library's file name on this machine.
pub(crate) fn own_library() -> String {
    format!("{DLL_PREFIX}tollgate{DLL_SUFFIX}")
}

/// .NET's name of this machine, promised or not.
pub(crate) fn here() -> String {
    let system = match OS {
        "macos" => "osx",
        "windows" => "win",
        "linux" if cfg!(target_env = "musl") => "linux-musl",
        other => other,
    };
    let architecture = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}-{architecture}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_lies_where_dotnet_looks_for_natives() {
        let windows = RUNTIMES.iter().find(|runtime| runtime.name == "win-x64").unwrap();
        assert_eq!(windows.place(), "runtimes/win-x64/native/tollgate.dll");
    }

    #[test]
    fn this_machine_looks_where_its_library_is_packed() {
        let own = RUNTIMES.iter().find(|runtime| runtime.name == here());
        assert!(own.is_none_or(|own| own.place() == own_place()), "{own:?}");
    }

    #[test]
    fn the_names_are_sorted_and_fit_the_system_of_their_targets() {
        assert!(RUNTIMES.is_sorted_by_key(|runtime| runtime.name));
        for runtime in &RUNTIMES {
            let (system, suffix) = match runtime.name.split('-').next().unwrap() {
                "win" => ("windows", ".dll"),
                "osx" => ("apple", ".dylib"),
                system => (system, ".so"),
            };
            assert!(runtime.library.ends_with(suffix), "{runtime:?}");
            assert!(runtime.targets.iter().all(|target| target.contains(system)), "{runtime:?}");
        }
    }
    #[test]
    fn the_workflow_builds_and_tests_every_one() {
        let file = crate::house::House::find().at(".github/workflows/build.yml");
        let workflow = std::fs::read_to_string(file).unwrap();
        for runtime in &RUNTIMES {
            let start = format!("- {{ runtime: {}, ", runtime.name);
            let lines: Vec<&str> = workflow.lines().filter(|line| line.trim().starts_with(&start)).collect();
            let builds = |line: &&&str| line.contains(&format!("library: {}", runtime.library));
            let tests = |line: &&&str| line.contains("version: '*'");
            assert_eq!(lines.iter().filter(builds).count(), 1, "{}", runtime.name);
            assert!(lines.iter().any(|line| tests(&line)), "{}", runtime.name);
        }
        let count = workflow.matches(", library: ").count();
        assert_eq!(count, RUNTIMES.len());
        for runner in ["windows-2022", "windows-2025"] {
            for version in ["5.1", "*"] {
                let job = format!("runtime: win-x64, runner: {runner}, version: '{version}'");
                assert!(workflow.contains(&job), "{job}");
            }
            assert!(
                workflow.lines().any(|line| line.trim().starts_with("runner: [") && line.contains(runner))
            );
        }
    }

    #[test]
    fn every_action_is_pinned_to_a_commit_with_its_tag_beside_it() {
        let house = crate::house::House::find();
        for file in [".github/workflows/build.yml", ".github/actions/test-package/action.yml"] {
            let text = std::fs::read_to_string(house.at(file)).unwrap();
            let mut others = 0;
            for line in text.lines() {
                let Some((_, action)) = line.split_once("uses: ") else { continue };
                if action.starts_with("./") {
                    continue;
                }
                others += 1;
                let (name, tag) = action.split_once(" # v").unwrap_or_default();
                let commit = name.split_once('@').unwrap_or_default().1;
                let is_pinned = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
                assert!(is_pinned && tag.starts_with(|first: char| first.is_ascii_digit()), "{file}: {line}");
            }
            assert!(others > 0, "{file}");
        }
    }
}
