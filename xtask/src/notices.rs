//! What the library is made of besides our own code, and on what terms: the notices that go along with every copy of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::house::House;
use crate::program::cargo;
use crate::runtime::RUNTIMES;

pub(crate) const FILE: &str = "THIRD-PARTY-NOTICES.txt";

const LIBRARY: &str = "tollgate-ffi";

/// What `cargo metadata` says, as far as it matters.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    /// Absent for our own.
    source: Option<String>,
    license: Option<String>,
    manifest_path: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Need>,
}

#[derive(Deserialize)]
struct Need {
    pkg: String,
    dep_kinds: Vec<NeedKind>,
}

#[derive(Deserialize)]
struct NeedKind {
    /// Absent for what ends up in the library; else `build` or `dev`.
    kind: Option<String>,
}

/// Writes the notices for the libraries of every promised runtime into a folder.
pub(crate) fn write(house: &House, folder: &Path) -> Result<()> {
    // Who shares a text is named above it together.
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for runtime in &RUNTIMES {
        for package in contained(house, runtime.targets[0])? {
            for text in package.terms()? {
                texts.entry(text).or_default().insert(format!("{} {}", package.name, package.version));
            }
        }
    }
    let path = folder.join(FILE);
    fs::write(&path, page(&texts)).with_context(|| format!("cannot write {}", path.display()))
}

/// The packages of others that the library has in it on a target.
fn contained(house: &House, target: &str) -> Result<Vec<Package>> {
    let mut asking = cargo(house);
    asking.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", target]);
    let told = asking.output().context("cannot start cargo metadata")?;
    ensure!(
        told.status.success(),
        "cargo metadata failed for {target}: {}",
        String::from_utf8_lossy(&told.stderr)
    );
    let Metadata { mut packages, resolve } =
        serde_json::from_slice(&told.stdout).context("cargo metadata is not understood")?;
    let reached = reached(&packages, &resolve)?;
    packages.retain(|package| package.source.is_some() && reached.contains(&package.id));
    Ok(packages)
}

/// Whatever the library needs in the end. What only helps to compile is not in it, nor is what that needs.
fn reached(packages: &[Package], resolve: &Resolve) -> Result<BTreeSet<String>> {
    let library = packages.iter().find(|package| package.name == LIBRARY).context("there is no library")?;
    let mut reached = BTreeSet::new();
    let mut next = vec![library.id.as_str()];
    while let Some(id) = next.pop() {
        let helps =
            packages.iter().any(|package| package.id == id && package.targets.iter().any(Target::helps));
        if helps || !reached.insert(id.to_owned()) {
            continue;
        }
        let node = resolve.nodes.iter().find(|node| node.id == id);
        let needs = node.into_iter().flat_map(|node| &node.deps);
        next.extend(needs.filter(|need| need.is_linked()).map(|need| need.pkg.as_str()));
    }
    Ok(reached)
}

impl Target {
    fn helps(&self) -> bool {
        self.kind.iter().any(|kind| kind == "proc-macro")
    }
}

impl Need {
    fn is_linked(&self) -> bool {
        self.dep_kinds.iter().any(|kind| kind.kind.is_none())
    }
}

impl Package {
    /// The texts under which it is taken.
    fn terms(&self) -> Result<Vec<String>> {
        let folder = Path::new(&self.manifest_path).parent().context("a manifest lies in a folder")?;
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        let chosen = chosen(self.license.as_deref().unwrap_or_default(), &names);
        if chosen.is_empty() {
            bail!("{} {} carries no text of its licence", self.name, self.version);
        }
        let read = |name: &&String| {
            let path = folder.join(name);
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(text.replace("\r\n", "\n").trim().to_owned())
        };
        chosen.iter().map(read).collect()
    }
}

/// The files that say the terms: of a choice with MIT in it MIT's, which is the shortest; else all there are.
fn chosen<'names>(license: &str, names: &'names [String]) -> Vec<&'names String> {
    const BEGINNINGS: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE"];
    let is_terms = |name: &&String| {
        let name = name.to_ascii_uppercase();
        BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
    };
    let mut all: Vec<_> = names.iter().filter(is_terms).collect();
    all.sort();
    let is_mit = |name: &&&String| name.to_ascii_uppercase().ends_with("-MIT");
    match license.split(" OR ").any(|choice| choice == "MIT") && all.iter().any(|name| is_mit(&name)) {
        true => all.into_iter().filter(|name| is_mit(&name)).collect(),
        false => all,
    }
}

fn page(texts: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut parts: Vec<_> = texts.iter().map(|(text, packages)| (packages, text)).collect();
    parts.sort();
    let mut page =
        "Tollgate's native library has the following software of others in it, each on these terms.\n"
            .to_owned();
    for (packages, text) in parts {
        let packages: Vec<_> = packages.iter().map(String::as_str).collect();
        page += &format!("\n{}\n\n{}\n\n{text}\n", "-".repeat(80), packages.join(", "));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_choice_the_shortest_text_is_taken_and_else_all_are() {
        let names =
            ["Cargo.toml", "LICENSE-MIT", "LICENSE-APACHE", "README.md", "license-mit"].map(str::to_owned);
        assert_eq!(chosen("Apache-2.0 OR MIT", &names), ["LICENSE-MIT", "license-mit"]);
        assert_eq!(chosen("MIT AND Apache-2.0", &names).len(), 3);
        assert_eq!(chosen("(MIT OR Apache-2.0) AND Unicode-3.0", &names).len(), 3);
        assert_eq!(chosen("MIT OR Apache-2.0", &["LICENSE".to_owned()]), ["LICENSE"]);
        assert!(chosen("MIT", &["README.md".to_owned()]).is_empty());
    }

    #[test]
    fn who_shares_a_text_is_named_above_it_once() {
        let texts = BTreeMap::from([
            ("B's".to_owned(), BTreeSet::from(["b 1".to_owned()])),
            ("shared".to_owned(), BTreeSet::from(["a 1".to_owned(), "c 2".to_owned()])),
        ]);
        let page = page(&texts);
        let (shared, other) =
            (page.find("a 1, c 2\n\nshared\n").unwrap(), page.find("b 1\n\nB's\n").unwrap());
        assert!(shared < other, "{page}");
    }

    #[test]
    fn what_only_helps_to_compile_is_not_in_the_library() {
        let package = |id: &str, kind: &str| {
            serde_json::json!({
                "id": id, "name": id, "version": "1", "manifest_path": "", "targets": [{ "kind": [kind] }],
            })
        };
        let need =
            |id: &str, kind: Option<&str>| serde_json::json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] });
        let told = serde_json::json!({
            "packages": [
                package(LIBRARY, "cdylib"), package("in", "lib"), package("macro", "proc-macro"),
                package("of-macro", "lib"), package("built", "lib"), package("deep", "lib"),
            ],
            "resolve": { "nodes": [
                { "id": LIBRARY, "deps": [need("in", None), need("macro", None), need("built", Some("build"))] },
                { "id": "in", "deps": [need("deep", None)] },
                { "id": "macro", "deps": [need("of-macro", None)] },
            ] },
        });
        let Metadata { packages, resolve } = serde_json::from_value(told).unwrap();
        let names: Vec<_> = reached(&packages, &resolve).unwrap().into_iter().collect();
        assert_eq!(names, ["deep", "in", LIBRARY]);
    }
}
