//! The documents as they stand: every relative link leads to a file and a heading that exist, and README is short.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use rooms::Document;

const README_WORDS: usize = 700;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

fn read(path: &Path) -> Document {
    Document::parse(&fs::read_to_string(path).unwrap())
}

/// All that people read on GitHub.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for name in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"] {
        found.push(root().join(name));
    }
    collect(&root().join("docs"), &mut found);
    for entry in fs::read_dir(root().join("tests")).unwrap() {
        found.extend(Some(entry.unwrap().path().join("README.md")).filter(|path| path.is_file()));
    }
    assert!(found.len() > 25, "{} documents found", found.len());
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

/// Why this link of the document at `path` leads nowhere; `None` when it leads somewhere or to another site.
fn broken(path: &Path, document: &Document, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = path.parent().unwrap().join(file);
    let why = if !file.is_empty() && !target.exists() {
        "no such file"
    } else if anchor.is_empty() {
        return None;
    } else if file.is_empty() {
        if document.anchors.contains(anchor) {
            return None;
        }
        "no such heading in this file"
    } else if target.is_file() && read(&target).anchors.contains(anchor) {
        return None;
    } else {
        "no such heading there"
    };
    Some(format!("{}: {link}: {why}", path.strip_prefix(root()).unwrap().display()))
}

#[test]
fn every_link_leads_to_what_exists() {
    let (mut found, mut count) = (Vec::new(), 0);
    for path in documents() {
        let document = read(&path);
        count += document.links.len();
        found.extend(document.links.iter().filter_map(|link| broken(&path, &document, link)));
    }
    assert!(count > 100, "{count} links read");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_readme_is_short() {
    let words = read(&root().join("README.md")).words;
    assert!(
        words <= README_WORDS,
        "README.md has {words} words outside of tables and code, {README_WORDS} at most"
    );
}
