//! The program: what it prints, and that its options reach the service.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use crate::client::{ARM, Reply, request, token};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_arm-sim"));
    command.args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// A running program, stopped when the test ends in whatever way.
struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    url: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child =
            command(&["--listen", "127.0.0.1:0"]).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("Azure Resource Manager is simulated at ").unwrap().to_owned();
        Self { child, out, url }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn get(&self, target: &str) -> Reply {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&request("GET", address, target, &[&token(ARM)], b"")).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Reply::parse(&bytes)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_tells_its_address_and_then_what_clients_need() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let path = file.to_str().unwrap();
    let mut running = Running::start(&["--proxy", "127.0.0.1:0", "--ca-file", path]);
    let url = format!("ARM_SIM_URL={}", running.url);
    assert_eq!(running.line(), url);
    assert!(running.line().starts_with("HTTPS_PROXY=http://127.0.0.1:"));
    assert_eq!(running.line(), format!("SSL_CERT_FILE={path}"));
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
}

#[test]
fn the_azure_is_the_one_that_was_chosen() {
    let chosen = Running::start(&["--subscriptions", "1", "--pages", "2", "--page-size", "3"]);
    assert_eq!(chosen.get("/subscriptions?api-version=1").each("state"), ["Enabled", "Disabled"]);
    let path = "/subscriptions/b0000000-5b5c-4000-8000-000000000001/resources?api-version=1";
    let page = chosen.get(path);
    assert_eq!(page.each("name"), ["generated-1-0", "generated-1-1", "generated-1-2"]);
    assert!(page.json()["nextLink"].as_str().unwrap().starts_with(&chosen.url));
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_it() {
    let mut running = Running::start(&[]);
    let pid = running.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert!(running.child.wait().unwrap().success());
}

#[test]
fn help_shows_examples() {
    let help = String::from_utf8(run(&["--help"]).stdout).unwrap();
    assert_eq!(help.matches("\n    arm-sim --").count(), 3);
}

#[test]
fn an_option_that_makes_no_sense_is_refused() {
    for arguments in [
        ["--proxy", "127.0.0.1:0"].as_slice(),
        &["--ca-file", "ca.pem"],
        &["--listen", "nowhere"],
        &["--page-size", "many"],
    ] {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains(&address));
}
