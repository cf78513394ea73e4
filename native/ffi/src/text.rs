//! Text across the boundary: UTF-16, because that is what .NET holds. Borrowed both ways.

use std::ptr;

use widestring::Utf16Str;
use zeroize::Zeroizing;

use crate::error::Report;

/// Borrowed UTF-16 text. A NULL `ptr` is an absent text.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tollgate_text {
    /// The first unit, or NULL.
    pub ptr: *const u16,
    /// The number of units.
    pub len: usize,
}

impl tollgate_text {
    pub(crate) const ABSENT: Self = Self { ptr: ptr::null(), len: 0 };

    /// Copies the text in; nothing when it is absent.
    ///
    /// # Safety
    /// `ptr` is NULL or points to `len` units that do not change during the call.
    pub(crate) unsafe fn read(self, field: &'static str) -> Result<Option<String>, Report> {
        if self.ptr.is_null() {
            return Ok(None);
        }
        let units = match self.len {
            // An empty text may come with any pointer.
            0 => &[],
            // SAFETY: the caller's promise, and not NULL.
            len => unsafe { std::slice::from_raw_parts(self.ptr, len) },
        };
        let text = Utf16Str::from_slice(units).map_err(|_| Report::argument(field, "is not valid UTF-16"))?;
        Ok(Some(text.to_string()))
    }
}

/// Text that a handle owns. It is wiped when dropped, as it may be a secret.
#[derive(Debug, Default)]
pub(crate) struct Wide(Option<Zeroizing<Vec<u16>>>);

impl Wide {
    pub(crate) fn view(&self) -> tollgate_text {
        self.0
            .as_ref()
            .map_or(tollgate_text::ABSENT, |units| tollgate_text { ptr: units.as_ptr(), len: units.len() })
    }
}

impl From<&str> for Wide {
    fn from(text: &str) -> Self {
        // Tokens are ASCII, for which this is many times faster. Neither vector ever moves: both know their length.
        let units = if text.is_ascii() {
            text.bytes().map(u16::from).collect()
        } else {
            let mut units = Vec::with_capacity(text.len());
            units.extend(text.encode_utf16());
            units
        };
        Self(Some(Zeroizing::new(units)))
    }
}

impl From<Option<&str>> for Wide {
    fn from(text: Option<&str>) -> Self {
        text.map_or_else(Self::default, Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str) -> Option<String> {
        let wide = Wide::from(text);
        // SAFETY: the view borrows from `wide`, which lives on.
        unsafe { wide.view().read("x") }.ok().flatten()
    }

    #[test]
    fn text_survives_both_ways() {
        for text in ["", "plain", "Straße", "\u{1F512} lock"] {
            assert_eq!(round(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn absent_and_empty_are_not_the_same() {
        assert!(Wide::from(None).view().ptr.is_null());
        assert!(!Wide::from("").view().ptr.is_null());
    }

    #[test]
    fn half_a_character_is_refused_by_the_field_it_came_in() {
        let units = [0xd800];
        let text = tollgate_text { ptr: units.as_ptr(), len: 1 };
        // SAFETY: the text borrows from `units`, which lives on.
        let report = unsafe { text.read("resource") }.unwrap_err();
        assert!(report.message.contains("resource"), "{}", report.message);
    }
}
