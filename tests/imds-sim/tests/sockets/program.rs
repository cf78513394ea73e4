//! The program: what it prints, and that its options reach the service.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use imds_sim::{FIRST_CLIENT_ID, SECOND_CLIENT_ID, SYSTEM_CLIENT_ID};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_imds-sim"));
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
        let mut lines = String::new();
        out.read_line(&mut lines).unwrap();
        out.read_line(&mut lines).unwrap();
        let (_, url) = lines.trim_end().split_once("AZURE_POD_IDENTITY_AUTHORITY_HOST=").unwrap();
        let url = url.to_owned();
        assert!(lines.starts_with(&format!("The metadata service is simulated at {url}\n")));
        Self { child, out, url }
    }

    fn ask(&self, query: &str) -> String {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let request = format!(
            "GET /metadata/identity/oauth2/token?api-version=2018-02-01&{query} HTTP/1.1\r\nHost: {address}\r\n\
             Metadata: true\r\nConnection: close\r\n\r\n"
        );
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_machine_is_the_one_that_was_chosen() {
    let other = "44444444-c11e-4000-8000-000000000001";
    let chosen = Running::start(&["--no-system-assigned", "--user-assigned", other, "--expired"]);
    let reply = chosen.ask("resource=r");
    assert!(reply.contains(&format!(r#""client_id":"{other}""#)), "{reply}");
    assert!(reply.contains(r#""expires_in":"0""#), "{reply}");
    assert!(chosen.ask(&format!("resource=r&client_id={FIRST_CLIENT_ID}")).contains("Identity not found"));
}

#[test]
fn without_limits_any_number_of_requests_is_served() {
    let open = Running::start(&["--no-limits", "--token-lifetime-seconds", "77"]);
    for _ in 0..40 {
        assert!(open.ask("resource=r").contains(r#""expires_in":"77""#));
    }
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_it_with_a_summary() {
    let mut running = Running::start(&["--latency-ms", "1"]);
    assert!(running.ask("resource=r").starts_with("HTTP/1.1 200 OK"));
    let pid = running.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let mut summary = String::new();
    running.out.read_to_string(&mut summary).unwrap();
    assert!(running.child.wait().unwrap().success());
    for line in ["requests               1", "  answered 200         1", "tokens                 1"] {
        assert!(summary.lines().any(|seen| seen == line), "{line}\n{summary}");
    }
}

#[test]
fn help_shows_two_examples_and_the_identities_as_they_are() {
    let help = String::from_utf8(run(&["--help"]).stdout).unwrap();
    assert_eq!(help.matches("\n    imds-sim --").count(), 2);
    for id in [SYSTEM_CLIENT_ID, FIRST_CLIENT_ID, SECOND_CLIENT_ID, imds_sim::TENANT_ID] {
        assert!(help.contains(id), "{id}");
    }
}

#[test]
fn an_option_that_makes_no_sense_is_refused() {
    for arguments in [
        ["--user-assigned", "web"].as_slice(),
        &["--listen", "nowhere"],
        &["--expired", "--token-lifetime-seconds", "5"],
        &["--no-user-assigned", "--user-assigned", FIRST_CLIENT_ID],
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
