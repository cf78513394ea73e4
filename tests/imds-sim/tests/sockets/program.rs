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
    #[cfg_attr(windows, expect(dead_code, reason = "it is open as long as the program runs"))]
    out: BufReader<ChildStdout>,
    url: String,
    /// What it told of the environment, as many lines as were asked for.
    environment: Vec<String>,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let running = Self::with_variables(1, arguments);
        assert_eq!(running.environment, [format!("AZURE_POD_IDENTITY_AUTHORITY_HOST={}", running.url)]);
        running
    }

    fn with_variables(count: usize, arguments: &[&str]) -> Self {
        let mut child =
            command(&["--listen", "127.0.0.1:0"]).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut lines = out.by_ref().lines().map(Result::unwrap);
        let first = lines.next().unwrap();
        let url = first.strip_prefix("The metadata service is simulated at ").unwrap().to_owned();
        let environment = lines.take(count).collect();
        Self { child, out, url, environment }
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
fn every_host_tells_the_variables_by_which_a_program_finds_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let hosts: [(&[&str], &[&str]); 8] = [
        (&["vm"], &["AZURE_POD_IDENTITY_AUTHORITY_HOST=http://127.0.0.1:"]),
        (&["app-service"], &["IDENTITY_ENDPOINT=http://127.0.0.1:", "IDENTITY_HEADER="]),
        (&["automation"], &["IDENTITY_ENDPOINT=http://127.0.0.1:", "IDENTITY_HEADER="]),
        (
            &["machine-learning"],
            &["MSI_ENDPOINT=http://127.0.0.1:", "MSI_SECRET=", "DEFAULT_IDENTITY_CLIENT_ID=10000000-"],
        ),
        (&["cloud-shell"], &["MSI_ENDPOINT=http://127.0.0.1:"]),
        (
            &["arc", "--key-folder", folder],
            &["IDENTITY_ENDPOINT=http://127.0.0.1:", "IMDS_ENDPOINT=http://127.0.0.1:"],
        ),
        (
            &["service-fabric"],
            &["IDENTITY_ENDPOINT=https://127.0.0.1:", "IDENTITY_HEADER=", "IDENTITY_SERVER_THUMBPRINT="],
        ),
        (&["pod-identity"], &["AZURE_POD_IDENTITY_AUTHORITY_HOST=http://127.0.0.1:"]),
    ];
    for (host, expected) in hosts {
        let arguments = [&["--host"], host].concat();
        let running = Running::with_variables(expected.len(), &arguments);
        assert_eq!(running.environment.len(), expected.len(), "{host:?}");
        for (told, expected) in running.environment.iter().zip(expected) {
            assert!(told.starts_with(expected) && told.len() > expected.len(), "{host:?}: {told}");
        }
    }
}

#[test]
fn the_agent_s_keys_are_in_the_folder_that_was_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let chosen = folder.path().join("tokens");
    let arc = Running::with_variables(2, &["--host", "arc", "--key-folder", chosen.to_str().unwrap()]);
    let realm = format!("Www-Authenticate: Basic realm={}", chosen.display());
    assert!(arc.ask("resource=r").contains(&realm));
    assert_eq!(std::fs::read_dir(&chosen).unwrap().count(), 1);
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
fn help_shows_examples_and_the_identities_as_they_are() {
    let help = String::from_utf8(run(&["--help"]).stdout).unwrap();
    assert_eq!(help.matches("\n    imds-sim --").count(), 3);
    for id in [SYSTEM_CLIENT_ID, FIRST_CLIENT_ID, SECOND_CLIENT_ID, imds_sim::TENANT_ID] {
        assert!(help.contains(id), "{id}");
    }
}

#[test]
fn an_option_that_makes_no_sense_is_refused() {
    for arguments in [
        ["--user-assigned", "web"].as_slice(),
        &["--host", "mainframe"],
        &["--key-folder", "/nowhere"],
        &["--host", "app-service", "--agent-ignores-ids"],
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
