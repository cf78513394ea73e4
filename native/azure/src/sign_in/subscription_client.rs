//! What ARM knows of tenants and subscriptions, page by page, in the version its endpoint speaks.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value};
use tollgate_identity::{ProgressLog, json_fault};
use url::Url;

use crate::error::Error;
use crate::error_response;
use crate::pipeline::prepared_request::PreparedRequest;
use crate::pipeline::raw_response::RawResponse;
use crate::pipeline::{Effort, Pipeline};
use crate::request::AudienceHosts;
use crate::rest;
use crate::sign_in::request::LookupRequest;
use crate::sign_in::subscription::text;
use crate::state::AzureState;
use crate::trust::audience::AudiencePolicy;
use crate::trust::origin;

pub(super) const TENANTS: &str = "tenants";
pub(super) const SUBSCRIPTIONS: &str = "subscriptions";

/// The versions, the preferred one first; old private clouds know only the second.
const API_VERSIONS: [&str; 2] = ["2021-01-01", "2016-06-01"];
/// How many names a text holds.
const MAX_NAMES_SHOWN: usize = 10;

/// ARM, for one undertaking.
pub(super) struct SubscriptionClient {
    pub(super) pipeline: Pipeline,
    base: String,
}

/// A list on its way.
pub(super) struct Pager<'directory> {
    client: &'directory SubscriptionClient,
    next: PagerState,
    seen: HashSet<Url>,
}

enum PagerState {
    First(&'static str),
    Next(Url),
    Done,
}

impl SubscriptionClient {
    pub(super) fn open(
        core: Arc<AzureState>,
        journal: Arc<ProgressLog>,
        request: &LookupRequest,
        effort: Effort,
    ) -> Result<Self, Error> {
        let base = origin::parse("Environment", &request.arm_url)?;
        let realm = AudienceHosts {
            audience: request.arm_audience.clone(),
            hosts: vec![origin::origin_string(&base)],
        };
        let permit = AudiencePolicy::resolve(&base, None, &[realm])?;
        let (identity, budget) = (request.identity.clone(), request.timeout);
        let courier = Pipeline::new(core, journal, identity, permit, effort, budget);
        let base = base.as_str().trim_end_matches('/').to_owned();
        Ok(Self { pipeline: courier, base })
    }

    /// A list, page by page.
    pub(super) fn list(&self, path: &'static str) -> Pager<'_> {
        Pager { client: self, next: PagerState::First(path), seen: HashSet::new() }
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
        match self.get(&format!("{SUBSCRIPTIONS}/{id}")).await {
            Ok(answer) => Ok(Some(Value::Object(parse(&answer)?))),
            Err(Error::ResourceNotFound { .. } | Error::AccessDenied { .. }) => Ok(None),
            // The subscription is another tenant's.
            Err(Error::Refused { answer }) if answer.mentions("invalidauthenticationtokentenant") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Some subscriptions that the identity does see, for a text; none when they cannot be had.
    pub(super) async fn visible_names(&self) -> Vec<String> {
        let page = self.list(SUBSCRIPTIONS).next().await;
        names(page.ok().flatten().unwrap_or_default().iter())
    }

    async fn get(&self, path: &str) -> Result<RawResponse, Error> {
        let mut refused = None;
        for version in API_VERSIONS {
            let url = origin::parse("Environment", &format!("{}/{path}?api-version={version}", self.base))?;
            let answer = self.pipeline.send(&PreparedRequest::get(url), None).await?;
            if answer.status < 400 {
                return Ok(answer);
            }
            let said = self.pipeline.parse_error(&answer);
            if !said.mentions("invalidapiversionparameter") {
                return Err(error_response::to_error(said, answer.attempts));
            }
            refused = Some(said);
        }
        Err(error_response::to_error(refused.unwrap_or_default(), 1))
    }
}

impl Pager<'_> {
    /// The next page; nothing after the last one.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Value>>, Error> {
        let courier = &self.client.pipeline;
        let answer = match std::mem::replace(&mut self.next, PagerState::Done) {
            PagerState::First(path) => self.client.get(path).await?,
            PagerState::Next(url) => {
                let answer = courier.send(&PreparedRequest::get(url), None).await?;
                if answer.status >= 400 {
                    return Err(error_response::to_error(courier.parse_error(&answer), answer.attempts));
                }
                answer
            }
            PagerState::Done => return Ok(None),
        };
        if let Some(url) = rest::next_page(courier, &answer)? {
            if url == answer.url || !self.seen.insert(url.clone()) {
                return Err(malformed(&answer, "its next page is one that was there already"));
            }
            self.next = PagerState::Next(url);
        }
        match parse(&answer)?.remove("value") {
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
    subscriptions.filter_map(name).take(MAX_NAMES_SHOWN).collect()
}

fn parse(answer: &RawResponse) -> Result<Map<String, Value>, Error> {
    match serde_json::from_slice(&answer.body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(malformed(answer, "it is no JSON object")),
        Err(error) => Err(malformed(answer, &format!("it {}", json_fault(&error)))),
    }
}

fn malformed(answer: &RawResponse, fault: &str) -> Error {
    Error::MalformedResponse { endpoint: origin::origin_string(&answer.url), fault: fault.to_owned() }
}
