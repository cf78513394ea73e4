//! Every export runs in here: a panic becomes `TOLLGATE_INTERNAL`, a failure becomes an error handle.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use crate::error::tollgate_error;
use crate::report::Report;
use crate::status::tollgate_status;

thread_local! {
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs the work of an export and reports its failure.
///
/// # Safety
/// `error` is NULL or writable.
pub(crate) unsafe fn guarded(
    error: *mut *mut tollgate_error,
    work: impl FnOnce() -> Result<tollgate_status, Report>,
) -> tollgate_status {
    hush();
    // The state a panic leaves behind is safe to use: locks recover from poison, handles are whole or not handed out.
    let report = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(status)) => return status,
        Ok(Err(report)) => report,
        Err(_) => Report::internal(&panic_place()),
    };
    let status = report.status;
    if !error.is_null() {
        // SAFETY: not NULL, and writable by the caller's promise.
        unsafe { error.write(Box::into_raw(Box::new(tollgate_error::from(report)))) };
    }
    status
}

/// Where this thread panicked last.
pub(crate) fn panic_place() -> String {
    PLACE.with_borrow(String::clone)
}

/// Keeps panics off the console, where the message could show anything, and notes where they happened. The hook is that
/// of this library's own copy of the standard library: nobody else's panics pass through it.
fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            PLACE.with_borrow_mut(|last| *last = place);
        }));
    });
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;

    #[test]
    fn a_panic_becomes_an_internal_error_that_names_its_place_and_not_its_message() {
        let mut error = ptr::null_mut();
        // SAFETY: `error` is writable.
        let status = unsafe { guarded(&raw mut error, || panic!("the secret")) };
        assert_eq!(status, tollgate_status::TOLLGATE_INTERNAL);
        // SAFETY: the guard wrote a new handle.
        let error = unsafe { Box::from_raw(error) };
        let shown = format!("{error:?}");
        assert!(!shown.contains("the secret"));
    }

    #[test]
    fn nobody_has_to_take_the_error() {
        // SAFETY: NULL is allowed.
        let status = unsafe { guarded(ptr::null_mut(), || Err(Report::argument("x", "is bad"))) };
        assert_eq!(status, tollgate_status::TOLLGATE_INVALID_ARGUMENT);
    }
}
