//! Where the module's tests may be, and where not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use rooms::wrong_tests;

/// What is wrong where these files are the tests, and these those of the assembly.
fn wrong(tests: &[&str], assembly: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let places = [("tests", tests), ("assembly", assembly)];
    for (root, files) in places {
        fs::create_dir_all(folder.path().join(root)).unwrap();
        for place in files {
            let path = folder.path().join(root).join(place);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
    }
    wrong_tests(&folder.path().join("tests"), &folder.path().join("assembly")).unwrap()
}

#[test]
fn each_folder_is_a_rooms_or_module_or_az() {
    let right = [
        "Gate/A.Tests.ps1",
        "Accounts/Contexts/B.Tests.ps1",
        "Module/C.Tests.ps1",
        "Az/D.Tests.ps1",
        "Az/D.psd1",
    ];
    assert_eq!(wrong(&right, &[]), [""; 0]);
    for place in ["Misc/A.Tests.ps1", "Module/More/A.Tests.ps1", "Gate/Contexts/A.psm1", "gate/A.Tests.ps1"] {
        assert_eq!(wrong(&[place], &[]), [format!("{place} is in a folder that is no room")]);
    }
}

#[test]
fn nothing_is_beside_the_rooms_but_the_layer() {
    let right = ["Invoke-Layer.ps1", "Layer.Tests.ps1", "LeftOut.psd1", "TollgateTest.psm1"];
    assert_eq!(wrong(&right, &[]), [""; 0]);
    assert_eq!(wrong(&["Hosts.Tests.ps1"], &[]), ["Hosts.Tests.ps1 is in no room"]);
}

#[test]
fn a_cmdlets_tests_are_where_the_cmdlet_is() {
    let cmdlet = ["Accounts/Contexts/GetMiContextCommand.cs"];
    assert_eq!(wrong(&["Accounts/Contexts/Get-MiContext.Tests.ps1"], &cmdlet), [""; 0]);
    assert_eq!(
        wrong(&["Accounts/Get-MiContext.Tests.ps1"], &cmdlet),
        ["Accounts/Get-MiContext.Tests.ps1 tests a cmdlet of Accounts/Contexts"]
    );
}

#[test]
fn a_name_is_one_files() {
    assert_eq!(
        wrong(&["Gate/A.Tests.ps1", "Rest/A.Tests.ps1"], &[]),
        ["Rest/A.Tests.ps1 is called as Gate/A.Tests.ps1"]
    );
}

#[test]
fn what_tests_use_is_no_room_and_has_no_tests() {
    let stand_in = "Accounts/StandIn/Az.Accounts/Az.Accounts.psd1";
    assert_eq!(wrong(&[stand_in], &[]), [""; 0]);
    let lost = "Accounts/StandIn/A.Tests.ps1";
    assert_eq!(wrong(&[lost], &[]), [format!("{lost} is among what tests use")]);
    assert_eq!(
        wrong(&["Accounts/StandIns/a.psd1"], &[]),
        ["Accounts/StandIns/a.psd1 is in a folder that is no room"]
    );
}
