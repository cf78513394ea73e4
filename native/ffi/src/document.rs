//! A JSON document as C reads it: its values one after the other, each before those inside it. So any depth is one array,
//! and whoever reads it needs no parser.

use serde_json::Value;
use tollgate_identity::json_fault;
use zeroize::Zeroizing;

use crate::error::tollgate_error;
use crate::guard::guarded;
use crate::operation::{Outcome, tollgate_operation};
use crate::pointer::{self, Out, look};
use crate::report::Report;
use crate::status::tollgate_status;
use crate::text::tollgate_text;

/// A JSON document.
pub struct tollgate_document {
    nodes: Vec<tollgate_node>,
    // What the nodes' texts point to. Wiped when dropped: an answer may be a secret.
    _units: Zeroizing<Vec<u16>>,
}

/// What a value is.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tollgate_node_kind {
    /// Nothing.
    TOLLGATE_NODE_NULL = 0,
    /// False.
    TOLLGATE_NODE_FALSE = 1,
    /// True.
    TOLLGATE_NODE_TRUE = 2,
    /// A number without a fraction, in `whole`.
    TOLLGATE_NODE_WHOLE = 3,
    /// Any other number, in `number`.
    TOLLGATE_NODE_NUMBER = 4,
    /// A text, in `text`.
    TOLLGATE_NODE_TEXT = 5,
    /// A list; `count` values follow.
    TOLLGATE_NODE_LIST = 6,
    /// An object; `count` named values follow.
    TOLLGATE_NODE_MAP = 7,
}

/// A value. The texts are borrowed until the document is freed.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_node {
    /// Its name in the object it belongs to; absent elsewhere.
    pub name: tollgate_text,
    /// The text, where it is one.
    pub text: tollgate_text,
    /// The number without a fraction, where it is one.
    pub whole: i64,
    /// Any other number.
    pub number: f64,
    /// What it is.
    pub kind: tollgate_node_kind,
    /// How many values it holds; each may hold more, which stand right behind it.
    pub count: u32,
}

/// The values of a document, borrowed until it is freed. The first is the document's own.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_document_view {
    /// The first value.
    pub ptr: *const tollgate_node,
    /// The number of values.
    pub len: usize,
}

/// A document while it is being written: where texts begin and end, for their memory still moves.
#[derive(Default)]
struct Draft {
    nodes: Vec<(tollgate_node, Option<Span>, Option<Span>)>,
    units: Zeroizing<Vec<u16>>,
}

#[derive(Clone, Copy)]
struct Span {
    start: usize,
    len: usize,
}

impl tollgate_document {
    pub(crate) fn new(value: &Value) -> Self {
        // Enough from the start: a vector that grows would leave copies of a secret behind.
        let mut draft =
            Draft { units: Zeroizing::new(Vec::with_capacity(units_of(value))), ..Draft::default() };
        draft.write(None, value);
        let Draft { nodes, units } = draft;
        let view = |span: Option<Span>| {
            span.and_then(|Span { start, len }| units.get(start..start + len))
                .map_or(tollgate_text::ABSENT, |text| tollgate_text { ptr: text.as_ptr(), len: text.len() })
        };
        let point = |(node, name, text)| tollgate_node { name: view(name), text: view(text), ..node };
        Self { nodes: nodes.into_iter().map(point).collect(), _units: units }
    }

    /// Reads a document from JSON.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, Report> {
        match serde_json::from_slice::<Value>(json) {
            Ok(value) => Ok(Self::new(&value)),
            // The parser's own words tell the place and may tell the text.
            Err(error) => Err(Report::malformed(&json_fault(&error))),
        }
    }
}

/// How many units the texts of a value need at most.
fn units_of(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(units_of).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| name.len() + units_of(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

impl Draft {
    fn write(&mut self, name: Option<&str>, value: &Value) {
        let name = name.map(|name| self.copy(name));
        let mut node = tollgate_node {
            name: tollgate_text::ABSENT,
            text: tollgate_text::ABSENT,
            whole: 0,
            number: 0.0,
            kind: kind_of(value),
            count: 0,
        };
        let mut text = None;
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => match number.as_i64() {
                Some(whole) => node.whole = whole,
                None => node.number = number.as_f64().unwrap_or_default(),
            },
            Value::String(string) => text = Some(self.copy(string)),
            Value::Array(values) => node.count = count(values.len()),
            Value::Object(members) => node.count = count(members.len()),
        }
        self.nodes.push((node, name, text));
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.write(None, value)),
            Value::Object(members) => members.iter().for_each(|(name, value)| self.write(Some(name), value)),
            _ => {}
        }
    }

    fn copy(&mut self, text: &str) -> Span {
        let start = self.units.len();
        self.units.extend(text.encode_utf16());
        Span { start, len: self.units.len() - start }
    }
}

fn kind_of(value: &Value) -> tollgate_node_kind {
    match value {
        Value::Null => tollgate_node_kind::TOLLGATE_NODE_NULL,
        Value::Bool(false) => tollgate_node_kind::TOLLGATE_NODE_FALSE,
        Value::Bool(true) => tollgate_node_kind::TOLLGATE_NODE_TRUE,
        Value::Number(number) if number.is_i64() => tollgate_node_kind::TOLLGATE_NODE_WHOLE,
        Value::Number(_) => tollgate_node_kind::TOLLGATE_NODE_NUMBER,
        Value::String(_) => tollgate_node_kind::TOLLGATE_NODE_TEXT,
        Value::Array(_) => tollgate_node_kind::TOLLGATE_NODE_LIST,
        Value::Object(_) => tollgate_node_kind::TOLLGATE_NODE_MAP,
    }
}

/// Answers are bounded far below what a count can hold.
fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// Moves the document out, once. Pending: the request has not ended.
///
/// # Safety
/// `operation` is NULL or an operation that was not freed; `document` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_operation_take_document(
    operation: *const tollgate_operation,
    document: *mut *mut tollgate_document,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (operation, out) = (look(operation, "operation")?, Out::new(document, "document")?);
            operation.take("document", out, |outcome| match outcome {
                Outcome::Document(value) => Ok(tollgate_document::new(&value)),
                other => Err(other),
            })
        })
    }
}

/// Reads a document.
///
/// # Safety
/// `document` is NULL or a document that was not freed; `view` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_document_read(
    document: *const tollgate_document,
    view: *mut tollgate_document_view,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (document, out) = (look(document, "document")?, Out::new(view, "view")?);
            out.give(tollgate_document_view { ptr: document.nodes.as_ptr(), len: document.nodes.len() });
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Frees a document.
///
/// # Safety
/// `document` is NULL or a document that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_document_free(document: *mut tollgate_document) {
    // SAFETY: the caller's promise.
    unsafe { pointer::free(document) };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str) -> Vec<String> {
        let document = tollgate_document::parse(json.as_bytes()).unwrap();
        let text = |text: tollgate_text| {
            // SAFETY: the view borrows from `document`, which lives on.
            unsafe { text.read("text") }.unwrap().unwrap_or_else(|| "-".to_owned())
        };
        let show = |node: &tollgate_node| {
            let (kind, count, name) = (node.kind as u32, node.count, text(node.name));
            format!("{kind} {count} {name} {} {} {}", text(node.text), node.whole, node.number)
        };
        document.nodes.iter().map(show).collect()
    }

    #[test]
    fn values_stand_before_what_they_hold_in_the_order_of_the_document() {
        assert_eq!(
            shown(r#"{"z":[1,{"k":null}],"a":"Straße \ud83d\udd12","t":true,"f":false,"n":1.5}"#),
            [
                "7 5 - - 0 0",
                "6 2 z - 0 0",
                "3 0 - - 1 0",
                "7 1 - - 0 0",
                "0 0 k - 0 0",
                "5 0 a Straße \u{1F512} 0 0",
                "2 0 t - 0 0",
                "1 0 f - 0 0",
                "4 0 n - 0 1.5",
            ],
        );
    }

    #[test]
    fn numbers_keep_what_fits_and_empty_is_not_absent() {
        assert_eq!(shown("-9223372036854775808"), ["3 0 - - -9223372036854775808 0"]);
        assert_eq!(shown("18446744073709551615"), ["4 0 - - 0 18446744073709552000"]);
        assert_eq!(shown(r#"{"":""}"#), ["7 1 - - 0 0", "5 0   0 0"]);
        assert_eq!(shown("[]"), ["6 0 - - 0 0"]);
    }

    #[test]
    fn what_is_no_json_is_refused_without_showing_it() {
        for text in ["", "secret", "{\"secret\":", "[1,]"] {
            let report = tollgate_document::parse(text.as_bytes()).err().unwrap();
            assert_eq!(report.status, tollgate_status::TOLLGATE_MALFORMED_RESPONSE);
            assert!(!report.message.contains("secret"), "{}", report.message);
        }
        let deep = tollgate_document::parse("[".repeat(1000).as_bytes()).err().unwrap();
        assert!(deep.message.contains("is nested deeper than 127 levels"), "{}", deep.message);
    }
}
