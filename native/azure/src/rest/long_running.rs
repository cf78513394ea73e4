//! What to do about a long-running operation: a pure function of the request and of what was answered so far.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>

use std::time::Duration;

use http::HeaderMap;
use serde_json::{Map, Value};
use url::Url;

use crate::request::{Method, OperationLink, PollingOptions};
use crate::trust::origin;

/// The pause between two looks when Azure names none.
const DEFAULT_POLL_INTERVAL: Duration = Duration::from_secs(30);

/// An answer, as far as it matters here.
pub(crate) struct PollResponse<'answer> {
    pub(crate) status: u16,
    pub(crate) headers: &'answer HeaderMap,
    pub(crate) body: &'answer [u8],
    /// What it asks to wait.
    pub(crate) retry_after: Option<Duration>,
}

/// An operation under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OperationPoller {
    method: Method,
    original: Url,
    status_source: StatusSource,
    /// Where its state is asked for.
    poll_url: Url,
    /// What `Location` named last.
    location: Option<Url>,
    final_result_from: Option<OperationLink>,
}

/// What tells the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StatusSource {
    /// An address of the operation's own, by the property `status`.
    StatusMonitor(&'static str),
    /// The address of the result, by its status.
    Location,
    /// The resource itself, by the property `provisioningState`.
    Resource,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NextStep {
    /// Ask for the state, after a pause.
    Poll(Url, Duration),
    /// Ask for the result.
    FetchResult(Url),
    /// The answer at hand is the result.
    Done,
    /// What was to go is gone: the first answer is the result.
    Deleted,
    /// The operation failed or was cancelled: its state.
    Failed(String),
    /// The answer says nothing of a state.
    Invalid,
}

impl OperationPoller {
    /// The operation that a first answer tells of, if it does.
    pub(crate) fn begin(
        method: Method,
        original: &Url,
        wait: PollingOptions,
        heard: &PollResponse<'_>,
    ) -> Option<Self> {
        let link = |name: &str| link(heard.headers, name, original);
        let location = link(LOCATION);
        let operation = |name: &'static str| Some((StatusSource::StatusMonitor(name), link(name)?));
        let at_location = || Some((StatusSource::Location, location.clone()?));
        let resource = || Some((StatusSource::Resource, original.clone()));
        let (teller, place) = match wait.poll_from {
            Some(OperationLink::AzureAsyncOperation) => operation(ASYNC_OPERATION),
            Some(OperationLink::OperationLocation) => operation(OPERATION_LOCATION),
            Some(OperationLink::Location) => at_location(),
            Some(OperationLink::OriginalUri) => resource(),
            None => operation(OPERATION_LOCATION)
                .or_else(|| operation(ASYNC_OPERATION))
                // Beside 201 it names what was made, and that is no operation.
                .or_else(|| at_location().filter(|_| heard.status == 202))
                .or_else(|| resource().filter(|_| is_provisioning(method, heard))),
        }?;
        let (original, final_from) = (original.clone(), wait.final_result_from);
        Some(Self {
            method,
            original,
            status_source: teller,
            poll_url: place,
            location,
            final_result_from: final_from,
        })
    }

    /// What to do after the first answer.
    pub(crate) fn first(&self, heard: &PollResponse<'_>) -> NextStep {
        match self.status_source {
            StatusSource::Resource if state(heard.body, self.status_source).is_some() => {
                self.after_resource(heard)
            }
            _ => self.poll(heard),
        }
    }

    /// What to do after an answer about the state.
    pub(crate) fn next(&mut self, heard: &PollResponse<'_>) -> NextStep {
        let link = |name: &str| link(heard.headers, name, &self.poll_url);
        let (location, place) = (
            link(LOCATION),
            match self.status_source {
                StatusSource::StatusMonitor(name) => link(name),
                StatusSource::Location => link(LOCATION),
                _ => None,
            },
        );
        self.location = location.or(self.location.take());
        if let Some(place) = place {
            self.poll_url = place;
        }
        match self.status_source {
            StatusSource::Resource => self.after_resource(heard),
            StatusSource::Location if heard.status >= 400 => {
                NextStep::Failed(format!("HTTP {}", heard.status))
            }
            StatusSource::Location if heard.status == 202 => self.poll(heard),
            StatusSource::Location => self.finish(),
            StatusSource::StatusMonitor(_) => match state(heard.body, self.status_source) {
                Some(state) => self.after_state(&state, heard),
                None if heard.status == 202 => self.poll(heard),
                None if heard.status == 204 => self.finish(),
                None => NextStep::Invalid,
            },
        }
    }

    /// Whether an answer with the status of an error tells of the operation, and not of the question.
    pub(crate) fn is_terminal_status(&self, status: u16) -> bool {
        match self.status_source {
            // What tells of the asker, of the rate or of trouble does not tell of the operation, which may go on.
            StatusSource::Location => !matches!(status, 401 | 403 | 408 | 429 | 500..),
            StatusSource::Resource => status == 404 && self.method == Method::Delete,
            StatusSource::StatusMonitor(_) => false,
        }
    }

    fn after_resource(&self, heard: &PollResponse<'_>) -> NextStep {
        if heard.status == 404 && self.method == Method::Delete {
            return NextStep::Deleted;
        }
        match state(heard.body, self.status_source) {
            Some(state) => self.after_state(&state, heard),
            None if heard.status == 202 => self.poll(heard),
            None => self.finish(),
        }
    }

    fn after_state(&self, state: &str, heard: &PollResponse<'_>) -> NextStep {
        match terminal_state(state) {
            Some(true) => self.finish(),
            Some(false) => NextStep::Failed(state.to_owned()),
            None => self.poll(heard),
        }
    }

    fn poll(&self, heard: &PollResponse<'_>) -> NextStep {
        NextStep::Poll(self.poll_url.clone(), heard.retry_after.unwrap_or(DEFAULT_POLL_INTERVAL))
    }

    fn finish(&self) -> NextStep {
        let result = match (self.final_result_from, self.status_source) {
            // What was just asked for need not be asked for again.
            (Some(OperationLink::Location), StatusSource::Location)
            | (Some(OperationLink::OriginalUri), StatusSource::Resource) => None,
            (Some(OperationLink::Location), _) => self.location.as_ref(),
            (Some(OperationLink::OriginalUri), _) => Some(&self.original),
            (Some(OperationLink::AzureAsyncOperation | OperationLink::OperationLocation), _)
            | (None, StatusSource::Resource) => None,
            (None, teller) => match self.method {
                Method::Put | Method::Patch => Some(&self.original),
                Method::Post if teller != StatusSource::Location => self.location.as_ref(),
                _ => None,
            },
        };
        result.map_or(NextStep::Done, |result| NextStep::FetchResult(result.clone()))
    }
}

const ASYNC_OPERATION: &str = "azure-asyncoperation";
const OPERATION_LOCATION: &str = "operation-location";
const LOCATION: &str = "location";

/// Whether a first answer shows a resource that is not finished, or was just made.
fn is_provisioning(method: Method, heard: &PollResponse<'_>) -> bool {
    let state = state(heard.body, StatusSource::Resource);
    let at_work = state.as_deref().is_some_and(|state| terminal_state(state).is_none());
    matches!(method, Method::Put | Method::Patch)
        && (heard.status == 201 && state.is_some() || heard.status == 200 && at_work)
}

/// Whether an operation in this state has ended well; nothing while it goes on.
fn terminal_state(state: &str) -> Option<bool> {
    match state.to_ascii_lowercase().as_str() {
        "succeeded" => Some(true),
        "failed" | "canceled" | "cancelled" => Some(false),
        _ => None,
    }
}

fn state(body: &[u8], teller: StatusSource) -> Option<String> {
    let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let state = match teller {
        StatusSource::Resource => body.get("properties")?.get("provisioningState")?,
        StatusSource::StatusMonitor(_) | StatusSource::Location => body.get("status")?,
    };
    state.as_str().map(str::to_owned)
}

/// The address a line names; it may be relative.
fn link(headers: &HeaderMap, name: &str, base: &Url) -> Option<Url> {
    let mut url = base.join(headers.get(name)?.to_str().ok()?.trim()).ok()?;
    origin::normalise(&mut url);
    Some(url)
}

#[cfg(test)]
mod tests;
