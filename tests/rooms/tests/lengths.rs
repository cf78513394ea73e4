//! What counts as too long, and which exceptions are none.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use rooms::{MOST_LINES, wrong_lengths};

/// What is found where one file with this name has this many lines.
fn found(name: &str, lines: usize, reasons: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "x\n".repeat(lines)).unwrap();
    wrong_lengths(folder.path(), reasons).unwrap()
}

#[test]
fn each_kind_that_people_write_is_measured() {
    for name in ["a.rs", "b/a.cs", "a.Tests.ps1", "a.psm1", "a.c", "c/d/a.h"] {
        assert_eq!(found(name, MOST_LINES, &[]), [""; 0], "{name}");
        assert_eq!(found(name, MOST_LINES + 1, &[]), [format!("{name} has 301 lines")]);
    }
    for name in ["a.md", "target/a.rs", "b/obj/a.cs", ".git/a.c"] {
        assert_eq!(found(name, MOST_LINES + 1, &[]), [""; 0], "{name}");
    }
}

#[test]
fn an_exception_is_for_one_long_file_and_has_a_reason() {
    let why = [("b/a.rs", "because")];
    assert_eq!(found("b/a.rs", MOST_LINES + 1, &why), [""; 0]);
    assert_eq!(found("b/a.rs", MOST_LINES, &why), ["b/a.rs needs no exception"]);
    assert_eq!(found("c.rs", 1, &why), ["b/a.rs needs no exception"]);
    assert_eq!(found("b/a.rs", MOST_LINES + 1, &[("b/a.rs", " ")]), ["b/a.rs is excepted without a reason"]);
}
