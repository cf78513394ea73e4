//! What counts as a circle, and what does not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use rooms::{Crate, circles, needs};

/// The circles of a crate with these files.
fn found(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let read = Crate::read(&folder.path().join("lib.rs")).unwrap();
    let circles = circles(&needs(&read));
    circles.iter().map(|circle| circle.iter().map(|place| place.join("::")).collect()).collect()
}

const TWO: &str = "mod a; mod b;";

#[test]
fn two_that_import_each_other_are_one() {
    let circle = found(&[
        ("lib.rs", TWO),
        ("a.rs", "use crate::b::B; pub struct A;"),
        ("b.rs", "use super::a::A; pub struct B;"),
    ]);
    assert_eq!(circle, [["a", "b"]]);
}

#[test]
fn paths_count_in_code_and_in_macros() {
    let a = ("a.rs", "pub struct A; fn f() { crate::b::g() }");
    for b in ["pub fn g() { println!(\"{:?}\", crate::a::A) }", "pub fn g() -> crate::a::A { todo!() }"] {
        assert_eq!(found(&[("lib.rs", TWO), a, ("b.rs", b)]), [["a", "b"]], "{b}");
    }
}

#[test]
fn what_a_child_takes_from_its_parent_counts_where_the_parent_uses_the_child() {
    let child = ("a/b.rs", "use super::A; pub struct B(A);");
    let uses = ("a.rs", "mod b; use b::B; pub struct A; struct C(B);");
    assert_eq!(found(&[("lib.rs", "mod a;"), uses, child]), [["a", "a::b"]]);
    let shows = ("a.rs", "mod b; pub use b::B; pub struct A;");
    assert!(found(&[("lib.rs", "mod a;"), shows, child]).is_empty());
}

#[test]
fn a_name_leads_through_re_exports_to_where_it_is_defined() {
    let lib = ("lib.rs", "mod a; mod b; pub use a::A; pub use b::B;");
    assert_eq!(
        found(&[lib, ("a.rs", "use crate::B; pub struct A;"), ("b.rs", "use crate::A; pub struct B;")]),
        [["a", "b"]]
    );
}

#[test]
fn tests_and_visibility_and_other_crates_do_not_count() {
    let a = ("a.rs", "use crate::b::B; pub(crate) struct A;");
    let b = ("b.rs", "use std::fmt; pub(in crate::a) struct B; #[cfg(test)] mod tests { use crate::a::A; }");
    assert!(found(&[("lib.rs", TWO), a, b]).is_empty());
}

#[test]
fn three_in_a_ring_are_one_circle_and_whoever_only_leads_to_it_is_not_in_it() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c; mod d;"),
        ("a.rs", "use crate::b::B; pub struct A;"),
        ("b.rs", "use crate::c::C; pub struct B;"),
        ("c.rs", "use crate::a::A; pub struct C;"),
        ("d.rs", "use crate::a::A;"),
    ];
    assert_eq!(found(&files), [["a", "b", "c"]]);
}
