//! Text across the boundary: UTF-16, because that is what .NET holds. Borrowed both ways.

use std::ptr;

use crate::report::Report;

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
        let text = String::from_utf16(units).map_err(|_| Report::argument(field, "is not valid UTF-16"))?;
        Ok(Some(text))
    }
}

/// Text that a handle owns. It is wiped when dropped, as it may be a secret.
#[derive(Debug, Default)]
pub(crate) struct Wide(Option<Box<[u16]>>);

impl Wide {
    pub(crate) fn view(&self) -> tollgate_text {
        self.0
            .as_ref()
            .map_or(tollgate_text::ABSENT, |units| tollgate_text { ptr: units.as_ptr(), len: units.len() })
    }

    fn wipe(&mut self) {
        if let Some(units) = &mut self.0 {
            // In one sweep, where Zeroizing writes unit by unit: a token has some two thousand. The barrier keeps the writes,
            // though nobody reads them.
            units.fill(0);
            zeroize::optimization_barrier(&**units);
        }
    }
}

impl Drop for Wide {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl From<&str> for Wide {
    fn from(text: &str) -> Self {
        let mut units = Vec::with_capacity(length(text));
        append(&mut units, text);
        Self(Some(units.into_boxed_slice()))
    }
}

impl From<Option<&str>> for Wide {
    fn from(text: Option<&str>) -> Self {
        text.map_or_else(Self::default, Self::from)
    }
}

/// Texts that a handle owns, one behind the other in one piece of memory, which is quicker to make and to wipe than many.
#[derive(Debug)]
pub(crate) struct Wides<const COUNT: usize> {
    units: Wide,
    lengths: [Option<usize>; COUNT],
}

impl<const COUNT: usize> Wides<COUNT> {
    pub(crate) fn views(&self) -> [tollgate_text; COUNT] {
        let mut rest = self.units.0.as_deref().unwrap_or_default();
        self.lengths.map(|length| {
            let Some((text, behind)) = length.and_then(|length| rest.split_at_checked(length)) else {
                return tollgate_text::ABSENT;
            };
            rest = behind;
            tollgate_text { ptr: text.as_ptr(), len: text.len() }
        })
    }
}

impl<const COUNT: usize> From<[Option<&str>; COUNT]> for Wides<COUNT> {
    fn from(texts: [Option<&str>; COUNT]) -> Self {
        let lengths = texts.map(|text| text.map(length));
        let mut units = Vec::with_capacity(lengths.iter().flatten().sum());
        texts.into_iter().flatten().for_each(|text| append(&mut units, text));
        Self { units: Wide(Some(units.into_boxed_slice())), lengths }
    }
}

/// The units a text takes. Tokens are ASCII, for which this and [`append`] are many times faster.
fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// Writes a text behind others. The room was made before: text that moved would leave itself behind unwiped.
fn append(units: &mut Vec<u16>, text: &str) {
    if text.is_ascii() {
        units.extend(text.bytes().map(u16::from));
    } else {
        units.extend(text.encode_utf16());
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
    fn several_texts_keep_their_order_and_absent_is_not_empty_among_them_either() {
        let texts = [Some("plain"), None, Some(""), Some("Straße \u{1F512}"), Some("last")];
        let wides = Wides::from(texts);
        // SAFETY: the views borrow from `wides`, which lives on.
        let read = wides.views().map(|view| unsafe { view.read("x") }.ok().flatten());
        assert_eq!(read.each_ref().map(Option::as_deref), texts);
        let units = wides.units.0.as_deref().map(<[u16]>::len);
        assert_eq!(units, Some(5 + 9 + 4), "one piece of memory holds them all");
    }

    #[test]
    fn what_is_wiped_is_zero() {
        for text in ["secret", "Straße"] {
            let mut wide = Wide::from(text);
            wide.wipe();
            assert_eq!(wide.0.as_deref(), Some(&*vec![0; text.chars().count()]));
        }
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
