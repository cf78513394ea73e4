//! What a cmdlet's file may need, and what not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use rooms::{ROOMS, read_rooms};

/// What is wrong where each of these files declares the type that it is called by, and has this in it.
fn wrong(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (place, body) in files {
        let path = folder.path().join(place);
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("namespace N;\npublic class {name} {{ {body} }}\n")).unwrap();
    }
    read_rooms(folder.path()).unwrap().wrong
}

/// The lines that say a room may not need another, over all pairs.
fn forbidden() -> Vec<(&'static str, &'static str)> {
    let mut forbidden = Vec::new();
    let names = || ROOMS.iter().map(|room| room.folders[0]);
    for (from, to) in names().flat_map(|from| names().map(move |to| (from, to))) {
        let place =
            |folder: &str, name: &str| format!("{folder}/{name}.cs").trim_start_matches('/').to_owned();
        if !wrong(&[(&place(from, "Needing"), "Needed x;"), (&place(to, "Needed"), "")]).is_empty() {
            forbidden.push((from, to));
        }
    }
    forbidden
}

#[test]
fn rooms_look_down_only_and_to_no_sibling() {
    let upper = [
        "Gate",
        "Diagnosis",
        "Resources",
        "Compute",
        "KeyVault",
        "Storage",
        "Instance",
        "Endpoint",
        "Aws",
        "Registries",
        "Pipelines",
    ];
    let levels: [&[&str]; 4] = [&["", "Json"], &["Accounts"], &["Tokens", "Rest"], &upper];
    let level = |room| levels.iter().position(|rooms| rooms.contains(&room)).unwrap();
    let all = levels.concat();
    let mut expected = Vec::new();
    for (from, to) in all.iter().flat_map(|from| all.iter().map(move |to| (*from, *to))) {
        if from != to && level(to) >= level(from) {
            expected.push((from, to));
        }
    }
    let mut found = forbidden();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn folders_of_one_room_need_each_other() {
    let two = [
        ("Accounts/A.cs", "B b;"),
        ("Accounts/Contexts/B.cs", "C c;"),
        ("Accounts/Environments/C.cs", "A a;"),
    ];
    assert_eq!(wrong(&two), [""; 0]);
}

#[test]
fn what_is_wrong_names_the_file_the_type_and_its_room() {
    assert_eq!(wrong(&[("Gate/A.cs", "B b;"), ("Compute/B.cs", "")]), ["Gate/A.cs needs B of Compute"]);
    assert_eq!(wrong(&[("Json/A.cs", "typeof(B)"), ("B.cs", "")]), ["Json/A.cs needs B of the root"]);
}

#[test]
fn words_that_are_no_code_are_no_need() {
    assert_eq!(
        wrong(&[("Gate/A.cs", "/// <see cref=\"B\"/>\nstring x = \"B\"; // B\n"), ("Compute/B.cs", "")]),
        [""; 0]
    );
    assert_eq!(
        wrong(&[("Gate/A.cs", "string x = $\"{B.X}\";"), ("Compute/B.cs", "")]),
        ["Gate/A.cs needs B of Compute"]
    );
    // A type within another is nobody else's.
    assert_eq!(wrong(&[("Gate/A.cs", "class B { }"), ("Compute/C.cs", "class B { } B b;")]), [""; 0]);
}

#[test]
fn a_folder_that_no_room_has_is_wrong() {
    assert_eq!(wrong(&[("Common/A.cs", "")]), ["Common/A.cs is in no room"]);
    assert_eq!(wrong(&[("Accounts/Common/A.cs", "")]), ["Accounts/Common/A.cs is in no room"]);
}

#[test]
fn a_type_has_one_room() {
    assert_eq!(wrong(&[("Gate/A.cs", ""), ("Rest/A.cs", "")]), ["Rest/A.cs declares A, which Gate has too"]);
}
