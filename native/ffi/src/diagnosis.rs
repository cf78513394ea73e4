//! A diagnosis as C reads it: the checks in their order.

use tollgate_identity::{Check, CheckResult};

use crate::error::tollgate_error;
use crate::guard::guarded;
use crate::operation::{Outcome, tollgate_operation};
use crate::pointer::{self, Out, look};
use crate::status::tollgate_status;
use crate::text::{Wide, tollgate_text};

/// What was found to be in the way of a token, or not to be.
pub struct tollgate_diagnosis {
    checks: Vec<tollgate_check>,
    // What the checks' texts point to.
    _texts: Vec<[Wide; 3]>,
}

/// How a check came out.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tollgate_check_result {
    /// As it should be.
    TOLLGATE_CHECK_PASSED = 0,
    /// It works, and something is worth knowing.
    TOLLGATE_CHECK_WARNING = 1,
    /// This is in the way.
    TOLLGATE_CHECK_FAILED = 2,
    /// It could not be told.
    TOLLGATE_CHECK_SKIPPED = 3,
}

/// A check. The texts are borrowed until the diagnosis is freed.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_check {
    /// What was looked at; the same word for ever.
    pub name: tollgate_text,
    /// What was found; never a secret.
    pub detail: tollgate_text,
    /// What to do; absent when there is nothing to do.
    pub advice: tollgate_text,
    /// How it came out.
    pub result: tollgate_check_result,
    /// Always 0.
    pub reserved: u32,
}

/// The checks of a diagnosis, borrowed until it is freed.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_diagnosis_view {
    /// The first check.
    pub ptr: *const tollgate_check,
    /// The number of checks.
    pub len: usize,
}

impl tollgate_diagnosis {
    pub(crate) fn new(checks: &[Check]) -> Self {
        let (checks, texts) = checks.iter().map(read).unzip();
        Self { checks, _texts: texts }
    }
}

/// The texts' memory does not move when the array that owns them does.
fn read(check: &Check) -> (tollgate_check, [Wide; 3]) {
    let texts = [Wide::from(check.name), Wide::from(check.detail.as_str()), Wide::from(check.advice)];
    let [name, detail, advice] = texts.each_ref().map(Wide::view);
    let result = match check.result {
        CheckResult::Passed => tollgate_check_result::TOLLGATE_CHECK_PASSED,
        CheckResult::Warning => tollgate_check_result::TOLLGATE_CHECK_WARNING,
        CheckResult::Failed => tollgate_check_result::TOLLGATE_CHECK_FAILED,
        CheckResult::Skipped => tollgate_check_result::TOLLGATE_CHECK_SKIPPED,
    };
    (tollgate_check { name, detail, advice, result, reserved: 0 }, texts)
}

/// Moves the diagnosis out, once. Pending: it is not complete.
///
/// # Safety
/// `operation` is NULL or an operation that was not freed; `diagnosis` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_operation_take_diagnosis(
    operation: *const tollgate_operation,
    diagnosis: *mut *mut tollgate_diagnosis,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (operation, out) = (look(operation, "operation")?, Out::new(diagnosis, "diagnosis")?);
            operation.take("diagnosis", out, |outcome| match outcome {
                Outcome::Diagnosis(checks) => Ok(tollgate_diagnosis::new(&checks)),
                other => Err(other),
            })
        })
    }
}

/// Reads a diagnosis.
///
/// # Safety
/// `diagnosis` is NULL or a diagnosis that was not freed; `view` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_diagnosis_read(
    diagnosis: *const tollgate_diagnosis,
    view: *mut tollgate_diagnosis_view,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (diagnosis, out) = (look(diagnosis, "diagnosis")?, Out::new(view, "view")?);
            out.give(tollgate_diagnosis_view { ptr: diagnosis.checks.as_ptr(), len: diagnosis.checks.len() });
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Frees a diagnosis.
///
/// # Safety
/// `diagnosis` is NULL or a diagnosis that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_diagnosis_free(diagnosis: *mut tollgate_diagnosis) {
    // SAFETY: the caller's promise.
    unsafe { pointer::free(diagnosis) };
}
