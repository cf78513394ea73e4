//! Whatever ends the work of a request ends the request.

use std::ptr;

use tollgate_core::SystemClock;
use tollgate_identity::Progress;

use super::*;

fn operation(
    work: impl Future<Output = Result<Outcome, Error>> + Send + 'static,
    runtime: &Arc<Runtime>,
) -> tollgate_operation {
    let journal = Arc::new(ProgressLog::new(Arc::new(SystemClock)));
    tollgate_operation::start(journal, work, runtime).unwrap_or_else(|report| panic!("{report:?}"))
}

/// How it ends, and what is said of it.
fn end(operation: &tollgate_operation) -> (tollgate_status, String) {
    let (mut progress, mut error) = (tollgate_progress::from(Progress::default()), ptr::null_mut());
    // SAFETY: the operation lives, and both places are writable.
    let status = unsafe { tollgate_operation_wait(operation, 60_000, &raw mut progress, &raw mut error) };
    if error.is_null() {
        return (status, String::new());
    }
    // SAFETY: the call wrote a new handle.
    (status, format!("{:?}", unsafe { Box::from_raw(error) }))
}

#[test]
fn a_panic_ends_the_request_and_nobody_waits_for_it_for_ever() {
    let runtime = Arc::new(Runtime::default());
    let one = operation(
        async {
            tokio::task::yield_now().await;
            panic!("the secret")
        },
        &runtime,
    );
    for _ in 0..2 {
        let (status, shown) = end(&one);
        assert_eq!(status, tollgate_status::TOLLGATE_INTERNAL);
        assert!(!shown.contains("the secret"), "{shown}");
    }
    // The thread goes on with others.
    let other = operation(async { Ok(Outcome::Document(serde_json::Value::Null)) }, &runtime);
    assert_eq!(end(&other).0, tollgate_status::TOLLGATE_OK);
}

#[test]
fn work_that_is_dropped_ends_the_request_too() {
    let one = operation(std::future::pending(), &Arc::new(Runtime::default()));
    if let Some(task) = &one.task {
        task.abort();
    }
    assert_eq!(end(&one).0, tollgate_status::TOLLGATE_INTERNAL);
}

#[test]
fn whoever_gives_up_is_told_that_and_nothing_else() {
    let one = operation(std::future::pending(), &Arc::new(Runtime::default()));
    one.cancel();
    assert_eq!(end(&one).0, tollgate_status::TOLLGATE_CANCELLED);
}
