//! Reads tenants and subscriptions from ARM, page by page, in an API version that its endpoint supports.

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

/// The API versions, the preferred one first; old private clouds support only the second.
const API_VERSIONS: [&str; 2] = ["2021-01-01", "2016-06-01"];
/// How many names a message lists.
const MAX_NAMES_SHOWN: usize = 10;

/// The client for one lookup.
pub(super) struct SubscriptionClient {
    pub(super) pipeline: Pipeline,
    base: String,
}

/// A list being read.
pub(super) struct Pager<'client> {
    client: &'client SubscriptionClient,
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
        state: Arc<AzureState>,
        progress: Arc<ProgressLog>,
        request: &LookupRequest,
        effort: Effort,
    ) -> Result<Self, Error> {
        let base = origin::parse("Environment", &request.arm_url)?;
        let audience_hosts = AudienceHosts {
            audience: request.arm_audience.clone(),
            hosts: vec![origin::origin_string(&base)],
        };
        let policy = AudiencePolicy::resolve(&base, None, &[audience_hosts])?;
        let (identity, timeout) = (request.identity.clone(), request.timeout);
        let pipeline = Pipeline::new(state, progress, identity, policy, effort, timeout);
        let base = base.as_str().trim_end_matches('/').to_owned();
        Ok(Self { pipeline, base })
    }

    /// Reads a list page by page.
    pub(super) fn list(&self, path: &'static str) -> Pager<'_> {
        Pager { client: self, next: PagerState::First(path), seen: HashSet::new() }
    }

    /// Reads a whole list.
    pub(super) async fn all(&self, path: &'static str) -> Result<Vec<Value>, Error> {
        let (mut pages, mut all) = (self.list(path), Vec::new());
        while let Some(page) = pages.next().await? {
            all.extend(page);
        }
        Ok(all)
    }

    /// A subscription; `None` when it is not visible to the identity.
    pub(super) async fn subscription(&self, id: &str) -> Result<Option<Value>, Error> {
        match self.get(&format!("{SUBSCRIPTIONS}/{id}")).await {
            Ok(response) => Ok(Some(Value::Object(parse(&response)?))),
            Err(Error::ResourceNotFound { .. } | Error::AccessDenied { .. }) => Ok(None),
            // The subscription belongs to another tenant.
            Err(Error::Refused { answer }) if answer.mentions("invalidauthenticationtokentenant") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Some subscriptions that the identity sees, for a message; none when they cannot be read.
    pub(super) async fn visible_names(&self) -> Vec<String> {
        let page = self.list(SUBSCRIPTIONS).next().await;
        names(page.ok().flatten().unwrap_or_default().iter())
    }

    async fn get(&self, path: &str) -> Result<RawResponse, Error> {
        let mut refused = None;
        for version in API_VERSIONS {
            let url = origin::parse("Environment", &format!("{}/{path}?api-version={version}", self.base))?;
            let response = self.pipeline.send(&PreparedRequest::get(url), None).await?;
            if response.status < 400 {
                return Ok(response);
            }
            let service_error = self.pipeline.parse_error(&response);
            if !service_error.mentions("invalidapiversionparameter") {
                return Err(error_response::to_error(service_error, response.attempts));
            }
            refused = Some(service_error);
        }
        Err(error_response::to_error(refused.unwrap_or_default(), 1))
    }
}

impl Pager<'_> {
    /// The next page; `None` after the last one.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Value>>, Error> {
        let pipeline = &self.client.pipeline;
        let response = match std::mem::replace(&mut self.next, PagerState::Done) {
            PagerState::First(path) => self.client.get(path).await?,
            PagerState::Next(url) => {
                let response = pipeline.send(&PreparedRequest::get(url), None).await?;
                if response.status >= 400 {
                    return Err(error_response::to_error(pipeline.parse_error(&response), response.attempts));
                }
                response
            }
            PagerState::Done => return Ok(None),
        };
        if let Some(url) = rest::next_page(pipeline, &response)? {
            if url == response.url || !self.seen.insert(url.clone()) {
                return Err(malformed(&response, "its next page is one that was there already"));
            }
            self.next = PagerState::Next(url);
        }
        match parse(&response)?.remove("value") {
            Some(Value::Array(page)) => Ok(Some(page)),
            // Some services write an empty list as null.
            Some(Value::Null) => Ok(Some(Vec::new())),
            _ => Err(malformed(&response, "it holds no list")),
        }
    }
}

/// The names and ids of these subscriptions, for a message.
pub(super) fn names<'all>(subscriptions: impl Iterator<Item = &'all Value>) -> Vec<String> {
    let name = |subscription| {
        let (name, id) = (text(subscription, "displayName")?, text(subscription, "subscriptionId")?);
        Some(format!("{name} ({id})"))
    };
    subscriptions.filter_map(name).take(MAX_NAMES_SHOWN).collect()
}

fn parse(response: &RawResponse) -> Result<Map<String, Value>, Error> {
    match serde_json::from_slice(&response.body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(malformed(response, "it is no JSON object")),
        Err(error) => Err(malformed(response, &format!("it {}", json_fault(&error)))),
    }
}

fn malformed(response: &RawResponse, fault: &str) -> Error {
    Error::MalformedResponse { endpoint: origin::origin_string(&response.url), fault: fault.to_owned() }
}
