//! What was asked, as plain data: the evidence of every test that says what left a process, and what did not.

use std::collections::{BTreeMap, VecDeque};

use hyper::header::USER_AGENT;
use hyper::http::request::Parts;
use serde::Serialize;

use crate::bearer::Presented;
use crate::call::Origin;

/// More are counted and not kept.
const KEPT: usize = 20_000;

/// One request, without anything secret.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The host whose connection it came on.
    pub host: String,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// HTTP method.
    pub method: String,
    /// Path as it was sent.
    pub path: String,
    /// Query as it was sent, without the question mark.
    pub query: String,
    /// Status of its answer; nothing for as long as it has none.
    pub status: Option<u16>,
    /// Whether it carried an `Authorization` header, with whatever in it.
    pub authorized: bool,
    /// A short hash of its token.
    pub token_id: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// The application that its token names.
    pub token_app_id: Option<String>,
}

/// Counts since the start or the last reset. Calls under `/sim` are in none of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Requests that were read.
    pub requests: u64,
    /// Those among them that carried an `Authorization` header.
    pub authorized: u64,
    /// Answers by HTTP status.
    pub by_status: BTreeMap<u16, u64>,
    /// Requests by host.
    pub by_host: BTreeMap<String, u64>,
    /// Tunnels opened by host.
    pub tunnels: BTreeMap<String, u64>,
    /// What the proxy refused, by host.
    pub refused_hosts: BTreeMap<String, u64>,
    /// TLS connections that ended before the client had agreed to the certificate.
    pub failed_handshakes: u64,
    /// Faults that took the place of an answer.
    pub faults: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) counts: Counts,
    records: VecDeque<Record>,
    /// Requests before the first that is kept.
    forgotten: u64,
}

impl Record {
    pub(crate) fn of(head: &Parts, origin: &Origin, presented: &Presented) -> Self {
        let bearer = presented.token();
        let user_agent = head.headers.get(USER_AGENT);
        Self {
            host: origin.host.clone(),
            scheme: origin.scheme,
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            status: None,
            authorized: !matches!(presented, Presented::Nothing),
            token_id: bearer.map(|bearer| bearer.id.clone()),
            user_agent: user_agent.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
            token_app_id: bearer.map(|bearer| bearer.claims.app_id.clone()),
        }
    }
}

impl Log {
    /// Keeps the request, under a number for its answer.
    pub(crate) fn arrive(&mut self, record: Record) -> u64 {
        self.counts.requests += 1;
        self.counts.authorized += u64::from(record.authorized);
        add_one(&mut self.counts.by_host, &record.host);
        if self.records.len() == KEPT {
            self.records.pop_front();
            self.forgotten += 1;
        }
        self.records.push_back(record);
        self.forgotten + self.records.len() as u64 - 1
    }

    pub(crate) fn answered(&mut self, number: u64, status: u16) {
        *self.counts.by_status.entry(status).or_default() += 1;
        let index = number.checked_sub(self.forgotten).and_then(|index| usize::try_from(index).ok());
        if let Some(record) = index.and_then(|index| self.records.get_mut(index)) {
            record.status = Some(status);
        }
    }

    /// Forgets what was seen. Requests under way keep their numbers.
    pub(crate) fn forget(&mut self) {
        self.forgotten += self.records.len() as u64;
        self.records.clear();
        self.counts = Counts::default();
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        self.records.iter().cloned().collect()
    }
}

pub(crate) fn add_one(counts: &mut BTreeMap<String, u64>, name: &str) {
    *counts.entry(name.to_owned()).or_default() += 1;
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;
    use crate::hosts::Kind;

    fn record(path: &str) -> Record {
        let head = Request::builder().uri(path).body(()).unwrap().into_parts().0;
        let origin = Origin { scheme: "http", host: "h".into(), kind: Kind::Open };
        Record::of(&head, &origin, &Presented::Nothing)
    }

    #[test]
    fn the_newest_are_kept_and_all_are_counted() {
        let mut log = Log::default();
        let first = log.arrive(record("/first"));
        for _ in 0..KEPT {
            log.arrive(record("/more"));
        }
        let last = log.arrive(record("/last"));
        log.answered(first, 404);
        log.answered(last, 200);
        assert_eq!((log.records().len(), log.counts.requests), (KEPT, KEPT as u64 + 2));
        assert!(log.records().iter().all(|record| record.path != "/first"));
        assert_eq!(log.records().last().unwrap().status, Some(200));
        assert_eq!(log.counts.by_status, [(200, 1), (404, 1)].into());
    }

    #[test]
    fn an_answer_to_what_is_forgotten_marks_no_other_request() {
        let mut log = Log::default();
        let before = log.arrive(record("/before"));
        log.forget();
        log.arrive(record("/after"));
        log.answered(before, 200);
        assert_eq!(log.records()[0].status, None);
    }
}
