//! What every host has in common: faults, latency, counts and control, on a request that deserves a token there.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use imds_sim::{Fault, Host, Simulator};

use crate::client::{PATIENCE, Reply, ask, on, receive, send, variable};
use crate::secure::{ask_securely, ask_trusting};

/// Every host without TLS; the other one has a test of its own.
const PLAIN: [Host; 7] = [
    Host::Vm,
    Host::AppService,
    Host::Automation,
    Host::MachineLearning,
    Host::CloudShell,
    Host::Arc,
    Host::PodIdentity,
];

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
const FABRIC: &str = "/metadata/identity/oauth2/token?api-version=2020-05-01&resource=r";

/// Method, target, headers and body.
struct Good(&'static str, &'static str, Vec<String>, &'static str);

impl Good {
    /// A request that deserves a token on such a host; on Arc, once a challenge has been answered.
    fn on(sim: &Simulator, host: Host) -> Self {
        const MACHINE: &str = "/metadata/identity/oauth2/token?api-version=2020-06-01&resource=r";
        let metadata = "Metadata: true".to_owned();
        let secret = |header: &str, name: &str| format!("{header}: {}", variable(sim, name));
        match host {
            Host::Vm | Host::PodIdentity => Self("GET", MACHINE, vec![metadata], ""),
            Host::Arc => {
                let reply = ask(sim, "GET", MACHINE, &[&metadata], "");
                let file = reply.header("Www-Authenticate").unwrap().split_once('=').unwrap().1;
                let key = std::fs::read_to_string(file).unwrap();
                Self("GET", MACHINE, vec![metadata, format!("Authorization: Basic {key}")], "")
            }
            Host::AppService => {
                let headers = vec![secret("X-IDENTITY-HEADER", "IDENTITY_HEADER")];
                Self("GET", "/msi/token?api-version=2019-08-01&resource=r", headers, "")
            }
            Host::Automation => {
                let headers = vec![metadata, FORM.to_owned(), secret("X-IDENTITY-HEADER", "IDENTITY_HEADER")];
                Self("POST", "/oauth2/token", headers, "resource=r")
            }
            Host::MachineLearning => {
                let headers = vec![secret("secret", "MSI_SECRET")];
                Self("GET", "/msi/token?api-version=2017-09-01&resource=r", headers, "")
            }
            Host::CloudShell => {
                let headers = vec![metadata, FORM.to_owned()];
                Self("POST", "/oauth2/token", headers, "resource=https://management.azure.com/")
            }
            Host::ServiceFabric => unreachable!("it is asked over TLS"),
        }
    }

    fn send(&self, sim: &Simulator) -> std::net::TcpStream {
        let Self(method, target, headers, body) = self;
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        send(sim, method, target, &headers, body)
    }

    fn ask(&self, sim: &Simulator) -> Reply {
        receive(self.send(sim)).unwrap()
    }
}

#[test]
fn faults_are_met_on_every_host_and_wear_off() {
    for host in PLAIN {
        let sim = on(host);
        let requests = [(); 3].map(|()| Good::on(&sim, host));
        sim.faults([Fault::Gone.times(2)]);
        let statuses = requests.map(|good| good.ask(&sim).status);
        assert_eq!(statuses, [410, 410, 200], "{host:?}");
        let counts = sim.counts();
        assert_eq!((counts.faults, counts.tokens, counts.status(410)), (2, 1, 2), "{host:?}");
    }
}

#[test]
fn a_connection_can_be_reset_on_every_host() {
    for host in PLAIN {
        let sim = on(host);
        let good = Good::on(&sim, host);
        sim.push_fault(Fault::Reset);
        let fault = receive(good.send(&sim)).unwrap_err();
        assert_eq!(fault.kind(), ErrorKind::ConnectionReset, "{host:?}");
    }
}

#[test]
fn a_request_can_be_held_on_every_host() {
    for host in PLAIN {
        let sim = on(host);
        let good = Good::on(&sim, host);
        sim.push_fault(Fault::Hold);
        let held = good.send(&sim);
        sim.wait_until(|counts| counts.held == 1, PATIENCE).unwrap();
        sim.release();
        assert_eq!(receive(held).unwrap().json()["token_type"], "Bearer", "{host:?}");
    }
}

#[test]
fn a_bad_answer_is_made_of_the_host_s_own_good_one() {
    for host in PLAIN {
        let sim = on(host);
        let requests = [(); 2].map(|()| Good::on(&sim, host));
        sim.faults([Fault::MissingToken, Fault::Truncated]);
        let [missing, truncated] = requests.map(|good| good.ask(&sim));
        assert_eq!(missing.json().get("access_token"), None, "{host:?}");
        let promised: usize = truncated.header("Content-Length").unwrap().parse().unwrap();
        assert_eq!(truncated.body.len(), promised / 2, "{host:?}");
    }
}

#[test]
fn every_host_takes_its_time_and_is_controlled_over_http() {
    for host in PLAIN {
        let sim = on(host);
        let good = Good::on(&sim, host);
        assert_eq!(ask(&sim, "POST", "/sim/latency", &[], r#"{"ms":20}"#).status, 200);
        let asked = Instant::now();
        assert_eq!(good.ask(&sim).status, 200, "{host:?}");
        assert!(asked.elapsed() >= Duration::from_millis(20), "{host:?}");
        assert_eq!(ask(&sim, "GET", "/sim/counts", &[], "").json()["tokens"], 1, "{host:?}");
    }
}

#[test]
fn a_path_without_tokens_is_not_found() {
    for host in PLAIN {
        assert_eq!(ask(&on(host), "GET", "/somewhere", &["Metadata: true"], "").status, 404, "{host:?}");
    }
}

#[test]
fn a_body_that_is_too_long_is_refused() {
    let body = format!("resource={}", "x".repeat(1024 * 1024));
    let reply = ask(&on(Host::CloudShell), "POST", "/oauth2/token", &["Metadata: true", FORM], &body);
    assert_eq!(reply.status, 413);
}

#[test]
fn faults_are_met_over_tls_too() {
    let sim = on(Host::ServiceFabric);
    let secret = format!("secret: {}", variable(&sim, "IDENTITY_HEADER"));
    let get = || ask_trusting(sim.certificate().unwrap(), &sim, FABRIC, &[&secret]);
    let redirect = Fault::Redirect { location: "http://elsewhere.example/".into() };
    sim.faults([redirect, Fault::MissingToken, Fault::Reset]);
    assert_eq!(get().unwrap().header("Location"), Some("http://elsewhere.example/"));
    assert_eq!(get().unwrap().json().get("access_token"), None);
    assert_eq!(get().unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(ask_securely(&sim, FABRIC, &[&secret]).json()["token_type"], "Bearer");
    assert_eq!((sim.counts().faults, sim.counts().in_flight), (3, 0));
}
