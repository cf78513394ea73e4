//! What to do about a long-running operation: a pure function of the request and of what was answered so far.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>

use std::time::Duration;

use http::HeaderMap;
use serde_json::{Map, Value};
use url::Url;

use crate::origin;
use crate::request::{Method, OperationLink, Wait};

/// The pause between two looks when Azure names none.
const PAUSE: Duration = Duration::from_secs(30);

/// An answer, as far as it matters here.
pub(crate) struct Heard<'answer> {
    pub(crate) status: u16,
    pub(crate) headers: &'answer HeaderMap,
    pub(crate) body: &'answer [u8],
    /// What it asks to wait.
    pub(crate) wait: Option<Duration>,
}

/// An operation under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    method: Method,
    original: Url,
    teller: Teller,
    /// Where its state is asked for.
    place: Url,
    /// What `Location` named last.
    location: Option<Url>,
    final_from: Option<OperationLink>,
}

/// What tells the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Teller {
    /// An address of the operation's own, by the property `status`.
    Operation(&'static str),
    /// The address of the result, by its status.
    Location,
    /// The resource itself, by the property `provisioningState`.
    Resource,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Ask for the state, after a pause.
    Ask(Url, Duration),
    /// Ask for the result.
    Fetch(Url),
    /// The answer at hand is the result.
    Done,
    /// What was to go is gone: the first answer is the result.
    Gone,
    /// The operation failed or was cancelled: its state.
    Failed(String),
    /// The answer says nothing of a state.
    Unclear,
}

impl Operation {
    /// The operation that a first answer tells of, if it does.
    pub(crate) fn begin(method: Method, original: &Url, wait: Wait, heard: &Heard<'_>) -> Option<Self> {
        let link = |name: &str| link(heard.headers, name, original);
        let location = link(LOCATION);
        let operation = |name: &'static str| Some((Teller::Operation(name), link(name)?));
        let at_location = || Some((Teller::Location, location.clone()?));
        let resource = || Some((Teller::Resource, original.clone()));
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
        let (original, final_from) = (original.clone(), wait.final_from);
        Some(Self { method, original, teller, place, location, final_from })
    }

    /// What to do after the first answer.
    pub(crate) fn first(&self, heard: &Heard<'_>) -> Next {
        match self.teller {
            Teller::Resource if state(heard.body, self.teller).is_some() => self.after_resource(heard),
            _ => self.ask(heard),
        }
    }

    /// What to do after an answer about the state.
    pub(crate) fn next(&mut self, heard: &Heard<'_>) -> Next {
        let link = |name: &str| link(heard.headers, name, &self.place);
        let (location, place) = (
            link(LOCATION),
            match self.teller {
                Teller::Operation(name) => link(name),
                Teller::Location => link(LOCATION),
                _ => None,
            },
        );
        self.location = location.or(self.location.take());
        if let Some(place) = place {
            self.place = place;
        }
        match self.teller {
            Teller::Resource => self.after_resource(heard),
            Teller::Location if heard.status >= 400 => Next::Failed(format!("HTTP {}", heard.status)),
            Teller::Location if heard.status == 202 => self.ask(heard),
            Teller::Location => self.finish(),
            Teller::Operation(_) => match state(heard.body, self.teller) {
                Some(state) => self.after_state(&state, heard),
                None if heard.status == 202 => self.ask(heard),
                None if heard.status == 204 => self.finish(),
                None => Next::Unclear,
            },
        }
    }

    /// Whether an answer with the status of an error tells of the operation, and not of the question.
    pub(crate) fn speaks_by_status(&self, status: u16) -> bool {
        match self.teller {
            // What tells of the asker, of the rate or of trouble does not tell of the operation, which may go on.
            Teller::Location => !matches!(status, 401 | 403 | 408 | 429 | 500..),
            Teller::Resource => status == 404 && self.method == Method::Delete,
            Teller::Operation(_) => false,
        }
    }

    fn after_resource(&self, heard: &Heard<'_>) -> Next {
        if heard.status == 404 && self.method == Method::Delete {
            return Next::Gone;
        }
        match state(heard.body, self.teller) {
            Some(state) => self.after_state(&state, heard),
            None if heard.status == 202 => self.ask(heard),
            None => self.finish(),
        }
    }

    fn after_state(&self, state: &str, heard: &Heard<'_>) -> Next {
        match ended_well(state) {
            Some(true) => self.finish(),
            Some(false) => Next::Failed(state.to_owned()),
            None => self.ask(heard),
        }
    }

    fn ask(&self, heard: &Heard<'_>) -> Next {
        Next::Ask(self.place.clone(), heard.wait.unwrap_or(PAUSE))
    }

    fn finish(&self) -> Next {
        let result = match (self.final_from, self.teller) {
            // What was just asked for need not be asked for again.
            (Some(OperationLink::Location), Teller::Location)
            | (Some(OperationLink::OriginalUri), Teller::Resource) => None,
            (Some(OperationLink::Location), _) => self.location.as_ref(),
            (Some(OperationLink::OriginalUri), _) => Some(&self.original),
            (Some(OperationLink::AzureAsyncOperation | OperationLink::OperationLocation), _)
            | (None, Teller::Resource) => None,
            (None, teller) => match self.method {
                Method::Put | Method::Patch => Some(&self.original),
                Method::Post if teller != Teller::Location => self.location.as_ref(),
                _ => None,
            },
        };
        result.map_or(Next::Done, |result| Next::Fetch(result.clone()))
    }
}

const ASYNC_OPERATION: &str = "azure-asyncoperation";
const OPERATION_LOCATION: &str = "operation-location";
const LOCATION: &str = "location";

/// Whether a first answer shows a resource that is not finished, or was just made.
fn is_provisioning(method: Method, heard: &Heard<'_>) -> bool {
    let state = state(heard.body, Teller::Resource);
    let at_work = state.as_deref().is_some_and(|state| ended_well(state).is_none());
    matches!(method, Method::Put | Method::Patch)
        && (heard.status == 201 && state.is_some() || heard.status == 200 && at_work)
}

/// Whether an operation in this state has ended well; nothing while it goes on.
fn ended_well(state: &str) -> Option<bool> {
    match state.to_ascii_lowercase().as_str() {
        "succeeded" => Some(true),
        "failed" | "canceled" | "cancelled" => Some(false),
        _ => None,
    }
}

fn state(body: &[u8], teller: Teller) -> Option<String> {
    let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let state = match teller {
        Teller::Resource => body.get("properties")?.get("provisioningState")?,
        Teller::Operation(_) | Teller::Location => body.get("status")?,
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
