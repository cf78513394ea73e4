//! What ARM knows of tenants and subscriptions, page by page, in the version its endpoint speaks.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value};
use tollgate_identity::{ProgressLog, json_fault};
use url::Url;

use crate::answer::Answer;
use crate::audience::Permit;
use crate::courier::{Courier, Effort};
use crate::errand::Errand;
use crate::error::Error;
use crate::lookup::request::LookupRequest;
use crate::lookup::subscription::text;
use crate::origin;
use crate::refusal;
use crate::request::Realm;
use crate::rest;
use crate::state::Core;

pub(super) const TENANTS: &str = "tenants";
pub(super) const SUBSCRIPTIONS: &str = "subscriptions";

/// The versions, the preferred one first; old private clouds know only the second.
const VERSIONS: [&str; 2] = ["2021-01-01", "2016-06-01"];
/// How many names a text holds.
const SHOWN: usize = 10;

/// ARM, for one undertaking.
pub(super) struct Directory {
    pub(super) courier: Courier,
    base: String,
}

/// A list on its way.
pub(super) struct Pages<'directory> {
    directory: &'directory Directory,
    next: Place,
    seen: HashSet<Url>,
}

enum Place {
    Start(&'static str),
    At(Url),
    End,
}

impl Directory {
    pub(super) fn open(
        core: Arc<Core>,
        journal: Arc<ProgressLog>,
        request: &LookupRequest,
        effort: Effort,
    ) -> Result<Self, Error> {
        let base = origin::parse("Environment", &request.arm_url)?;
        let realm = Realm { audience: request.arm_audience.clone(), hosts: vec![origin::of(&base)] };
        let permit = Permit::decide(&base, None, &[realm])?;
        let (identity, budget) = (request.identity.clone(), request.budget);
        let courier = Courier::new(core, journal, identity, permit, effort, budget);
        let base = base.as_str().trim_end_matches('/').to_owned();
        Ok(Self { courier, base })
    }

    /// A list, page by page.
    pub(super) fn list(&self, path: &'static str) -> Pages<'_> {
        Pages { directory: self, next: Place::Start(path), seen: HashSet::new() }
    }

    /// A whole list.
    pub(super) async fn all(&self, path: &'static str) -> Result<Vec<Value>, Error> {
        let (mut pages, mut all) = (self.list(path), Vec::new());
        while let Some(page) = pages.next().await? {
            all.extend(page);
        }
        Ok(all)
    }

    /// A subscription, if the identity sees it.
    pub(super) async fn subscription(&self, id: &str) -> Result<Option<Value>, Error> {
        match self.ask(&format!("{SUBSCRIPTIONS}/{id}")).await {
            Ok(answer) => Ok(Some(Value::Object(read(&answer)?))),
            Err(Error::NotFound { .. } | Error::AccessDenied { .. }) => Ok(None),
            // The subscription is another tenant's.
            Err(Error::Refused { answer }) if answer.mentions("invalidauthenticationtokentenant") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Some subscriptions that the identity does see, for a text; none when they cannot be had.
    pub(super) async fn visible(&self) -> Vec<String> {
        let page = self.list(SUBSCRIPTIONS).next().await;
        names(page.ok().flatten().unwrap_or_default().iter())
    }

    async fn ask(&self, path: &str) -> Result<Answer, Error> {
        let mut refused = None;
        for version in VERSIONS {
            let url = origin::parse("Environment", &format!("{}/{path}?api-version={version}", self.base))?;
            let answer = self.courier.send(&Errand::look(url), None).await?;
            if answer.status < 400 {
                return Ok(answer);
            }
            let said = self.courier.said(&answer);
            if !said.mentions("invalidapiversionparameter") {
                return Err(refusal::error(said, answer.attempts));
            }
            refused = Some(said);
        }
        Err(refusal::error(refused.unwrap_or_default(), 1))
    }
}

impl Pages<'_> {
    /// The next page; nothing after the last one.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Value>>, Error> {
        let courier = &self.directory.courier;
        let answer = match std::mem::replace(&mut self.next, Place::End) {
            Place::Start(path) => self.directory.ask(path).await?,
            Place::At(url) => {
                let answer = courier.send(&Errand::look(url), None).await?;
                if answer.status >= 400 {
                    return Err(refusal::error(courier.said(&answer), answer.attempts));
                }
                answer
            }
            Place::End => return Ok(None),
        };
        if let Some(url) = rest::next_page(courier, &answer)? {
            if url == answer.url || !self.seen.insert(url.clone()) {
                return Err(malformed(&answer, "its next page is one that was there already"));
            }
            self.next = Place::At(url);
        }
        match read(&answer)?.remove("value") {
            Some(Value::Array(page)) => Ok(Some(page)),
            // Some services write an empty list so.
            Some(Value::Null) => Ok(Some(Vec::new())),
            _ => Err(malformed(&answer, "it holds no list")),
        }
    }
}

/// What people call these subscriptions.
pub(super) fn names<'all>(subscriptions: impl Iterator<Item = &'all Value>) -> Vec<String> {
    let name = |subscription| {
        let (name, id) = (text(subscription, "displayName")?, text(subscription, "subscriptionId")?);
        Some(format!("{name} ({id})"))
    };
    subscriptions.filter_map(name).take(SHOWN).collect()
}

fn read(answer: &Answer) -> Result<Map<String, Value>, Error> {
    match serde_json::from_slice(&answer.body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(malformed(answer, "it is no JSON object")),
        Err(error) => Err(malformed(answer, &format!("it {}", json_fault(&error)))),
    }
}

fn malformed(answer: &Answer, fault: &str) -> Error {
    Error::Malformed { endpoint: origin::of(&answer.url), fault: fault.to_owned() }
}
