//! What to do next in a long-running operation: a pure function of the request and of the responses so far.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>

use std::time::Duration;

use http::HeaderMap;
use serde_json::{Map, Value};
use url::Url;

use crate::request::{Method, OperationLink, PollingOptions};
use crate::trust::origin;

/// The poll interval when Azure names none.
const DEFAULT_POLL_INTERVAL: Duration = Duration::from_secs(30);

/// A response, as far as polling needs it.
pub(crate) struct PollResponse<'response> {
    pub(crate) status: u16,
    pub(crate) headers: &'response HeaderMap,
    pub(crate) body: &'response [u8],
    /// The delay that it asks for.
    pub(crate) retry_after: Option<Duration>,
}

/// An operation in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OperationPoller {
    method: Method,
    original: Url,
    status_source: StatusSource,
    /// The URL to poll.
    poll_url: Url,
    /// The last URL in `Location`.
    location: Option<Url>,
    final_result_from: Option<OperationLink>,
}

/// Where the state of an operation is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StatusSource {
    /// At a URL of the operation's own, in the property `status`; holds the header that names it.
    StatusMonitor(&'static str),
    /// At the URL of the result, from its HTTP status.
    Location,
    /// At the resource itself, in the property `provisioningState`.
    Resource,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NextStep {
    /// Poll this URL after a delay.
    Poll(Url, Duration),
    /// Fetch the result.
    FetchResult(Url),
    /// The last response is the result.
    Done,
    /// The resource to delete is gone: the first response is the result.
    Deleted,
    /// The operation failed or was cancelled, with this state.
    Failed(String),
    /// The response holds no state.
    Invalid,
}

impl OperationPoller {
    /// The operation that a first response announces; `None` when it announces none.
    pub(crate) fn begin(
        method: Method,
        original: &Url,
        polling: PollingOptions,
        response: &PollResponse<'_>,
    ) -> Option<Self> {
        let link = |name: &str| link(response.headers, name, original);
        let location = link(LOCATION);
        let operation = |name: &'static str| Some((StatusSource::StatusMonitor(name), link(name)?));
        let at_location = || Some((StatusSource::Location, location.clone()?));
        let resource = || Some((StatusSource::Resource, original.clone()));
        let (status_source, poll_url) = match polling.poll_from {
            Some(OperationLink::AzureAsyncOperation) => operation(ASYNC_OPERATION),
            Some(OperationLink::OperationLocation) => operation(OPERATION_LOCATION),
            Some(OperationLink::Location) => at_location(),
            Some(OperationLink::OriginalUri) => resource(),
            None => operation(OPERATION_LOCATION)
                .or_else(|| operation(ASYNC_OPERATION))
                // With 201 it names what was created, which is no operation.
                .or_else(|| at_location().filter(|_| response.status == 202))
                .or_else(|| resource().filter(|_| is_provisioning(method, response))),
        }?;
        let (original, final_result_from) = (original.clone(), polling.final_result_from);
        Some(Self { method, original, status_source, poll_url, location, final_result_from })
    }

    /// What to do after the first response.
    pub(crate) fn first(&self, response: &PollResponse<'_>) -> NextStep {
        match self.status_source {
            StatusSource::Resource if state(response.body, self.status_source).is_some() => {
                self.after_resource(response)
            }
            _ => self.poll(response),
        }
    }

    /// What to do after a poll response.
    pub(crate) fn next(&mut self, response: &PollResponse<'_>) -> NextStep {
        let link = |name: &str| link(response.headers, name, &self.poll_url);
        let (location, poll_url) = (
            link(LOCATION),
            match self.status_source {
                StatusSource::StatusMonitor(name) => link(name),
                StatusSource::Location => link(LOCATION),
                _ => None,
            },
        );
        self.location = location.or(self.location.take());
        if let Some(poll_url) = poll_url {
            self.poll_url = poll_url;
        }
        match self.status_source {
            StatusSource::Resource => self.after_resource(response),
            StatusSource::Location if response.status >= 400 => {
                NextStep::Failed(format!("HTTP {}", response.status))
            }
            StatusSource::Location if response.status == 202 => self.poll(response),
            StatusSource::Location => self.finish(),
            StatusSource::StatusMonitor(_) => match state(response.body, self.status_source) {
                Some(state) => self.after_state(&state, response),
                None if response.status == 202 => self.poll(response),
                None if response.status == 204 => self.finish(),
                None => NextStep::Invalid,
            },
        }
    }

    /// Whether an error status describes the operation, and not the poll request.
    pub(crate) fn is_terminal_status(&self, status: u16) -> bool {
        match self.status_source {
            // 401, 403, 408, 429 and 5xx describe the poll request, not the operation: it may still be running.
            StatusSource::Location => !matches!(status, 401 | 403 | 408 | 429 | 500..),
            StatusSource::Resource => status == 404 && self.method == Method::Delete,
            StatusSource::StatusMonitor(_) => false,
        }
    }

    fn after_resource(&self, response: &PollResponse<'_>) -> NextStep {
        if response.status == 404 && self.method == Method::Delete {
            return NextStep::Deleted;
        }
        match state(response.body, self.status_source) {
            Some(state) => self.after_state(&state, response),
            None if response.status == 202 => self.poll(response),
            None => self.finish(),
        }
    }

    fn after_state(&self, state: &str, response: &PollResponse<'_>) -> NextStep {
        match terminal_state(state) {
            Some(true) => self.finish(),
            Some(false) => NextStep::Failed(state.to_owned()),
            None => self.poll(response),
        }
    }

    fn poll(&self, response: &PollResponse<'_>) -> NextStep {
        NextStep::Poll(self.poll_url.clone(), response.retry_after.unwrap_or(DEFAULT_POLL_INTERVAL))
    }

    fn finish(&self) -> NextStep {
        let result = match (self.final_result_from, self.status_source) {
            // The result is at the URL that was polled.
            (Some(OperationLink::Location), StatusSource::Location)
            | (Some(OperationLink::OriginalUri), StatusSource::Resource) => None,
            (Some(OperationLink::Location), _) => self.location.as_ref(),
            (Some(OperationLink::OriginalUri), _) => Some(&self.original),
            (Some(OperationLink::AzureAsyncOperation | OperationLink::OperationLocation), _)
            | (None, StatusSource::Resource) => None,
            (None, status_source) => match self.method {
                Method::Put | Method::Patch => Some(&self.original),
                Method::Post if status_source != StatusSource::Location => self.location.as_ref(),
                _ => None,
            },
        };
        result.map_or(NextStep::Done, |result| NextStep::FetchResult(result.clone()))
    }
}

const ASYNC_OPERATION: &str = "azure-asyncoperation";
const OPERATION_LOCATION: &str = "operation-location";
const LOCATION: &str = "location";

/// Whether a first response shows a resource that is not finished, or was just created.
fn is_provisioning(method: Method, response: &PollResponse<'_>) -> bool {
    let state = state(response.body, StatusSource::Resource);
    let in_progress = state.as_deref().is_some_and(|state| terminal_state(state).is_none());
    matches!(method, Method::Put | Method::Patch)
        && (response.status == 201 && state.is_some() || response.status == 200 && in_progress)
}

/// Whether an operation in this state has succeeded; `None` while it runs.
fn terminal_state(state: &str) -> Option<bool> {
    match state.to_ascii_lowercase().as_str() {
        "succeeded" => Some(true),
        "failed" | "canceled" | "cancelled" => Some(false),
        _ => None,
    }
}

fn state(body: &[u8], status_source: StatusSource) -> Option<String> {
    let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let state = match status_source {
        StatusSource::Resource => body.get("properties")?.get("provisioningState")?,
        StatusSource::StatusMonitor(_) | StatusSource::Location => body.get("status")?,
    };
    state.as_str().map(str::to_owned)
}

/// The URL in a header; it may be relative.
fn link(headers: &HeaderMap, name: &str, base: &Url) -> Option<Url> {
    let mut url = base.join(headers.get(name)?.to_str().ok()?.trim()).ok()?;
    origin::normalise(&mut url);
    Some(url)
}

#[cfg(test)]
mod tests;
