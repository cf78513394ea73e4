//! What may happen to a request instead of its answer, as JSON for `POST /sim/faults`; the README lists them.

use std::collections::VecDeque;

use serde::Deserialize;

use crate::bearer::Bearer;
use crate::call::Origin;

/// A fault, the requests it is meant for, and how many of them it happens to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Told")]
pub(crate) struct Fault {
    method: Option<String>,
    host: Option<String>,
    path: Option<String>,
    count: u32,
    effect: Effect,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    Status {
        status: u16,
        retry_after: Option<String>,
        code: Option<String>,
        message: Option<String>,
        body: Option<String>,
    },
    /// The token is revoked, and says so by a claims challenge from now on.
    Claims,
    Hang,
    Close,
    /// The answer as it would be without a plan, so that a series may have good ones in it.
    Pass,
}

/// As it is written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Told {
    method: Option<String>,
    host: Option<String>,
    path: Option<String>,
    count: Option<u32>,
    status: Option<u16>,
    retry_after: Option<String>,
    code: Option<String>,
    message: Option<String>,
    body: Option<String>,
    #[serde(default)]
    claims: bool,
    #[serde(default)]
    hang: bool,
    #[serde(default)]
    close: bool,
    #[serde(default)]
    pass: bool,
}

impl TryFrom<Told> for Fault {
    type Error = &'static str;

    fn try_from(told: Told) -> Result<Self, Self::Error> {
        let told_of = [&told.retry_after, &told.code, &told.message, &told.body];
        let extras = told_of.into_iter().any(Option::is_some);
        let effect = match (told.status, told.claims, told.hang, told.close, told.pass) {
            (Some(status @ 200..=599), false, false, false, false) => Effect::Status {
                status,
                retry_after: told.retry_after,
                code: told.code,
                message: told.message,
                body: told.body,
            },
            (Some(_), false, false, false, false) => return Err("a status is from 200 to 599"),
            (None, ..) if extras => return Err("retryAfter, code, message and body belong to a status"),
            (None, true, false, false, false) => Effect::Claims,
            (None, false, true, false, false) => Effect::Hang,
            (None, false, false, true, false) => Effect::Close,
            (None, false, false, false, true) => Effect::Pass,
            _ => return Err("a fault is one of status, claims, hang, close and pass"),
        };
        let Told { method, host, path, count, .. } = told;
        Ok(Self { method, host, path, count: count.unwrap_or(1), effect })
    }
}

impl Fault {
    fn is_for(&self, method: &str, origin: &Origin, path: &str, bearer: Option<&Bearer>) -> bool {
        let same = |wanted: &Option<String>, seen: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(seen))
        };
        let starts = |wanted: &String| {
            path.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted))
        };
        same(&self.method, method)
            && same(&self.host, &origin.host)
            && self.path.as_ref().is_none_or(starts)
            && (self.effect != Effect::Claims || bearer.is_some())
    }
}

/// Faults in the order in which requests meet them.
#[derive(Debug, Default)]
pub(crate) struct Plan(VecDeque<Fault>);

impl Plan {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self(faults.into_iter().filter(|fault| fault.count > 0).collect())
    }

    /// The first that is meant for this request.
    pub(crate) fn take(
        &mut self,
        method: &str,
        origin: &Origin,
        path: &str,
        bearer: Option<&Bearer>,
    ) -> Option<Effect> {
        let index = self.0.iter().position(|fault| fault.is_for(method, origin, path, bearer))?;
        let fault = self.0.get_mut(index)?;
        fault.count -= 1;
        let effect = fault.effect.clone();
        if fault.count == 0 {
            self.0.remove(index);
        }
        Some(effect)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;
    use crate::hosts::Kind;

    fn plan(faults: Value) -> Plan {
        Plan::new(from_value(faults).unwrap())
    }

    fn take(plan: &mut Plan, method: &str, path: &str) -> Option<Effect> {
        let origin = Origin { scheme: "https", host: "management.azure.com".into(), kind: Kind::Open };
        plan.take(method, &origin, path, None)
    }

    #[test]
    fn a_fault_waits_for_the_requests_it_is_meant_for() {
        let mut plan = plan(json!([
            {"hang": true, "method": "post", "path": "/Subscriptions/"},
            {"close": true, "host": "MANAGEMENT.azure.com", "count": 2},
            {"hang": true, "host": "elsewhere.example"},
        ]));
        assert_eq!(take(&mut plan, "GET", "/subscriptions/x"), Some(Effect::Close));
        assert_eq!(take(&mut plan, "POST", "/subscriptions/x"), Some(Effect::Hang));
        assert_eq!(take(&mut plan, "POST", "/sub"), Some(Effect::Close));
        assert_eq!(take(&mut plan, "POST", "/subscriptions/x"), None);
    }

    #[test]
    fn a_token_is_revoked_only_if_there_is_one() {
        assert_eq!(take(&mut plan(json!([{"claims": true}])), "GET", "/"), None);
    }

    #[test]
    fn a_fault_is_one_thing() {
        for wrong in [
            json!({}),
            json!({"status": 429, "hang": true}),
            json!({"claims": true, "close": true}),
            json!({"status": 429, "pass": true}),
            json!({"status": 99}),
            json!({"close": true, "retryAfter": "1"}),
            json!({"hangs": true}),
        ] {
            assert!(from_value::<Fault>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
