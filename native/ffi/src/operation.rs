//! A request under way: waited for in slices, listened to, cancelled from anywhere.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::AbortHandle;
use tollgate_azure::{Error, PendingOperation};
use tollgate_identity::{Error as TokenError, PendingDiagnosis, PendingToken, ProgressLog, TokenResult};

use crate::error::tollgate_error;
use crate::guard::{self, guarded};
use crate::pointer::{self, Out, look};
use crate::progress::{tollgate_event, tollgate_progress};
use crate::report::Report;
use crate::runtime::Runtime;
use crate::status::tollgate_status;
use crate::text::Wide;

mod outcome;

use outcome::Failure;
pub(crate) use outcome::Outcome;

/// A request under way.
pub struct tollgate_operation {
    shared: Arc<Shared>,
    journal: Option<Arc<ProgressLog>>,
    heard: Mutex<(usize, Wide)>,
    task: Option<AbortHandle>,
    // Keeps the thread for as long as the request needs it.
    runtime: Option<Arc<Runtime>>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

enum State {
    Running,
    Ended(Result<Outcome, Failure>),
    Taken,
}

/// Ends the request when its work goes, however it goes: a panic on the way unwinds through here, and a runtime that ends drops it.
struct EndGuard(Arc<Shared>);

impl Drop for EndGuard {
    fn drop(&mut self) {
        let place =
            if std::thread::panicking() { guard::panic_place() } else { "the end of its thread".to_owned() };
        self.0.end(Err(Failure::Internal(place)));
    }
}

impl Shared {
    fn new(state: State) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(state), changed: Condvar::new() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the request once; what comes later is too late.
    fn end(&self, result: Result<Outcome, Failure>) {
        let mut state = self.lock();
        if matches!(*state, State::Running) {
            *state = State::Ended(result);
            self.changed.notify_all();
        }
    }
}

impl tollgate_operation {
    pub(crate) fn ready(grant: TokenResult) -> Self {
        Self {
            shared: Shared::new(State::Ended(Ok(Outcome::Token(grant)))),
            journal: None,
            heard: Mutex::default(),
            task: None,
            runtime: None,
        }
    }

    pub(crate) fn token(pending: PendingToken, runtime: &Arc<Runtime>) -> Result<Self, Report> {
        let journal = Arc::clone(pending.progress());
        let work = async move { pending.wait().await.map(Outcome::Token).map_err(Error::from) };
        Self::start(journal, work, runtime)
    }

    pub(crate) fn diagnosis(inquiry: PendingDiagnosis, runtime: &Arc<Runtime>) -> Result<Self, Report> {
        let PendingDiagnosis { progress: journal, checks } = inquiry;
        Self::start(journal, async move { Ok(Outcome::Diagnosis(checks.await)) }, runtime)
    }

    pub(crate) fn undertaking<T: 'static>(
        undertaking: PendingOperation<T>,
        outcome: fn(T) -> Outcome,
        runtime: &Arc<Runtime>,
    ) -> Result<Self, Report> {
        let PendingOperation { progress: journal, future: work } = undertaking;
        Self::start(journal, async move { work.await.map(outcome) }, runtime)
    }

    fn start(
        journal: Arc<ProgressLog>,
        work: impl Future<Output = Result<Outcome, Error>> + Send + 'static,
        runtime: &Arc<Runtime>,
    ) -> Result<Self, Report> {
        let shared = Shared::new(State::Running);
        let ending = EndGuard(Arc::clone(&shared));
        let task = runtime.spawn(Box::pin(async move {
            let result = work.await;
            ending.0.end(result.map_err(Failure::Error));
        }))?;
        Ok(Self {
            shared,
            journal: Some(journal),
            heard: Mutex::default(),
            task: Some(task),
            runtime: Some(Arc::clone(runtime)),
        })
    }

    /// Moves the outcome out, once; one of another kind stays where it is.
    pub(crate) fn take<T>(
        &self,
        wanted: &str,
        out: Out<*mut T>,
        pick: impl FnOnce(Outcome) -> Result<T, Outcome>,
    ) -> Result<tollgate_status, Report> {
        let mut state = self.shared.lock();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Running => {
                *state = State::Running;
                return Ok(tollgate_status::TOLLGATE_PENDING);
            }
            State::Taken => return Err(Report::argument("operation", "has given its result away already")),
            State::Ended(Err(error)) => {
                *state = State::Ended(Err(error.clone()));
                return Err(error.into());
            }
            State::Ended(Ok(outcome)) => match pick(outcome) {
                Ok(taken) => out.hand(taken),
                Err(other) => {
                    let fault = format!("ends with a {} and not with a {wanted}", other.name());
                    *state = State::Ended(Ok(other));
                    return Err(Report::argument("operation", &fault));
                }
            },
        }
        Ok(tollgate_status::TOLLGATE_OK)
    }

    fn cancel(&self) {
        self.shared.end(Err(Failure::Error(TokenError::Cancelled.into())));
        if let Some(task) = &self.task {
            task.abort();
        }
    }

    fn progress(&self) -> tollgate_progress {
        self.journal.as_ref().map(|journal| journal.progress()).unwrap_or_default().into()
    }
}

impl Drop for tollgate_operation {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// Waits for the end of a request, at most this long. Pending: `progress` is written. Ok: the result can be taken.
/// A failure: the request has failed, and each wait tells so anew.
///
/// # Safety
/// `operation` is NULL or an operation that was not freed; `progress` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_operation_wait(
    operation: *const tollgate_operation,
    timeout_ms: u32,
    progress: *mut tollgate_progress,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (operation, out) = (look(operation, "operation")?, Out::new(progress, "progress")?);
            if let Some(runtime) = &operation.runtime {
                runtime.check_process()?;
            }
            let shared = &operation.shared;
            let mut state = shared.lock();
            // What has ended already, as a cached token has, is no wait and costs no look at the clock.
            if matches!(*state, State::Running) {
                let timeout = Duration::from_millis(timeout_ms.into());
                let running = |state: &mut State| matches!(state, State::Running);
                let waited = shared.changed.wait_timeout_while(state, timeout, running);
                (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            }
            match &*state {
                State::Running => {
                    drop(state);
                    out.give(operation.progress());
                    Ok(tollgate_status::TOLLGATE_PENDING)
                }
                State::Ended(Err(error)) => Err(error.clone().into()),
                State::Ended(Ok(_)) | State::Taken => Ok(tollgate_status::TOLLGATE_OK),
            }
        })
    }
}

/// The next line the request has to say. Pending: there is none now.
///
/// # Safety
/// `operation` is NULL or an operation that was not freed; `event` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_operation_next_event(
    operation: *const tollgate_operation,
    event: *mut tollgate_event,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (operation, out) = (look(operation, "operation")?, Out::new(event, "event")?);
            let mut heard = operation.heard.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(next) = operation.journal.as_ref().and_then(|journal| journal.event(heard.0)) else {
                return Ok(tollgate_status::TOLLGATE_PENDING);
            };
            *heard = (heard.0 + 1, Wide::from(next.text.as_str()));
            out.give(tollgate_event { level: next.level.into(), reserved: 0, text: heard.1.view() });
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Gives a request up: whoever waits for it is woken at once. Any number of times, from any thread.
///
/// # Safety
/// `operation` is NULL or an operation that was not freed; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_operation_cancel(
    operation: *const tollgate_operation,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            look(operation, "operation")?.cancel();
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Frees an operation; one that is under way is given up.
///
/// # Safety
/// `operation` is NULL or an operation that was not freed and that no other call is using.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_operation_free(operation: *mut tollgate_operation) {
    // SAFETY: the caller's promise.
    unsafe { pointer::free(operation) };
}

#[cfg(test)]
mod tests;
