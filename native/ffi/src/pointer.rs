//! Handles, arrays and out parameters: the few places where a raw pointer becomes something safe.

use crate::report::Report;

/// Looks through a handle.
///
/// # Safety
/// `handle` is NULL or a handle of this type that is not freed while the reference lives.
pub(crate) unsafe fn look<'handle, T>(handle: *const T, field: &'static str) -> Result<&'handle T, Report> {
    // SAFETY: the caller's promise.
    unsafe { handle.as_ref() }.ok_or_else(|| Report::argument(field, "is NULL"))
}

/// Looks along an array.
///
/// # Safety
/// `first` points to `count` values that stay as they are while the slice lives, or `count` is 0.
pub(crate) unsafe fn look_along<'array, T>(
    first: *const T,
    count: usize,
    field: &'static str,
) -> Result<&'array [T], Report> {
    if count == 0 {
        return Ok(&[]);
    }
    if first.is_null() {
        return Err(Report::argument(field, "is NULL"));
    }
    // SAFETY: the caller's promise, and not NULL.
    Ok(unsafe { std::slice::from_raw_parts(first, count) })
}

/// An out parameter that is known to be there before any work is done.
pub(crate) struct Out<T>(*mut T);

impl<T> Out<T> {
    /// # Safety
    /// `place` is NULL or writable until the value is given.
    pub(crate) unsafe fn new(place: *mut T, field: &'static str) -> Result<Self, Report> {
        if place.is_null() { Err(Report::argument(field, "is NULL")) } else { Ok(Self(place)) }
    }

    pub(crate) fn give(self, value: T) {
        // SAFETY: `new` was promised that the place is writable, and it is not NULL.
        unsafe { self.0.write(value) };
    }
}

impl<T> Out<*mut T> {
    /// Hands a new handle out.
    pub(crate) fn hand(self, value: T) {
        self.give(Box::into_raw(Box::new(value)));
    }
}

/// Frees a handle.
///
/// # Safety
/// `handle` is NULL or came from [`Out::hand`] and was not freed.
pub(crate) unsafe fn free<T>(handle: *mut T) {
    if !handle.is_null() {
        // A panic must not reach C, and there is nobody left to tell.
        // SAFETY: the caller's promise.
        let _ =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(unsafe { Box::from_raw(handle) })));
    }
}
