//! What the simulator saw, as plain data: the evidence of every test and bench that uses it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Counts since the start or the last reset. Calls under `/sim` are in none of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Connections accepted, those of admin calls included: whom a connection is for is not known when it comes.
    pub connections: u64,
    /// TLS connections that ended before the client had agreed to the certificate.
    pub failed_handshakes: u64,
    /// Requests of every kind that were read: what a client said before it left is in none of them.
    pub requests: u64,
    /// Answers by HTTP status.
    pub by_status: BTreeMap<u16, u64>,
    /// Requests to the token path.
    pub token_requests: u64,
    /// Tokens given out.
    pub tokens: u64,
    /// Tokens by the client id of their identity.
    pub by_identity: BTreeMap<String, u64>,
    /// Tokens by resource.
    pub by_resource: BTreeMap<String, u64>,
    /// Token requests by the name of the selector they carried, or `none`.
    pub by_selector: BTreeMap<String, u64>,
    /// Identity requests that the limits let through.
    pub served: u64,
    /// Identity requests refused because the second was full.
    pub refused_by_rate: u64,
    /// Identity requests refused because too many were in flight.
    pub refused_by_concurrency: u64,
    /// Other requests that the limits let through.
    pub other_served: u64,
    /// Other requests refused because the second was full.
    pub other_refused: u64,
    /// Identity requests in flight now.
    pub in_flight: usize,
    /// Most identity requests in flight at once.
    pub max_in_flight: usize,
    /// Most identity requests served in any sliding second; in any ten on Service Fabric.
    pub max_per_second: usize,
    /// Seconds from the simulator's start to the arrival of the first identity request served.
    pub first_served_seconds: Option<f64>,
    /// Seconds from the simulator's start to the arrival of the last identity request served.
    pub last_served_seconds: Option<f64>,
    /// Requests that lacked `Metadata: true`.
    pub without_metadata_header: u64,
    /// Requests that carried `X-Forwarded-For`.
    pub with_forwarded_for: u64,
    /// Requests that carried the header for the host's secret, with whatever in it.
    pub with_secret: u64,
    /// Faults that took the place of an answer.
    pub faults: u64,
    /// Requests held by a fault now, waiting for a release.
    pub held: usize,
    /// Token requests whose client left before its answer.
    pub abandoned: u64,
}

impl Counts {
    /// From the first identity request served to the last.
    pub fn served_span(&self) -> Duration {
        match (self.first_served_seconds, self.last_served_seconds) {
            (Some(first), Some(last)) => Duration::from_secs_f64((last - first).max(0.0)),
            _ => Duration::ZERO,
        }
    }

    /// Answers with this status.
    pub fn status(&self, status: u16) -> u64 {
        self.by_status.get(&status).copied().unwrap_or_default()
    }

    pub(crate) fn served_at(&mut self, arrival: Duration) {
        self.served += 1;
        self.first_served_seconds.get_or_insert(arrival.as_secs_f64());
        self.last_served_seconds = Some(arrival.as_secs_f64());
    }

    /// Forgets the past; what is in flight or held stays so.
    pub(crate) fn forget(&mut self) {
        *self = Self {
            in_flight: self.in_flight,
            max_in_flight: self.in_flight,
            held: self.held,
            ..Self::default()
        };
    }
}

pub(crate) fn add_one(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            counts.insert(name.to_owned(), 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_span_runs_from_the_first_to_the_last_request_served() {
        let mut counts = Counts::default();
        assert_eq!(counts.served_span(), Duration::ZERO);
        for seconds in [2, 3, 7] {
            counts.served_at(Duration::from_secs(seconds));
        }
        assert_eq!(counts.served_span(), Duration::from_secs(5));
        assert_eq!(counts.served, 3);
    }

    #[test]
    fn forgetting_keeps_only_what_is_going_on() {
        let mut counts = Counts { requests: 9, in_flight: 2, max_in_flight: 5, held: 1, ..Counts::default() };
        counts.forget();
        assert_eq!(counts, Counts { in_flight: 2, max_in_flight: 2, held: 1, ..Counts::default() });
    }

    #[test]
    fn counts_survive_their_json() {
        let mut counts = Counts { tokens: 3, ..Counts::default() };
        counts.by_status.insert(429, 2);
        let json = serde_json::to_string(&counts).unwrap();
        assert_eq!(serde_json::from_str::<Counts>(&json).unwrap(), counts);
        assert_eq!(counts.status(429), 2);
        assert_eq!(counts.status(200), 0);
    }
}
