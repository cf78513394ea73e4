//! An answer of Azure as C reads it: status, header lines, body, and where the next page is.

use tollgate_azure::RestResponse;

use crate::document::tollgate_document;
use crate::error::tollgate_error;
use crate::guard::guarded;
use crate::operation::{Outcome, tollgate_operation};
use crate::pointer::{self, Out, look};
use crate::status::tollgate_status;
use crate::text::{Wide, tollgate_text};

/// An answer of Azure.
pub struct tollgate_response {
    response: RestResponse,
    headers: Vec<tollgate_header>,
    // What the header lines' texts point to.
    _texts: Vec<[Wide; 2]>,
    version: Wide,
    uri: Wide,
    method: Wide,
    next_link: Wide,
}

/// A header line.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_header {
    /// Its name.
    pub name: tollgate_text,
    /// Its value.
    pub value: tollgate_text,
}

/// What an answer says. Texts, lines and bytes are borrowed until the response is freed.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_response_view {
    /// The HTTP version, such as `1.1`.
    pub version: tollgate_text,
    /// The address that was asked last.
    pub uri: tollgate_text,
    /// How it was asked, such as `GET`.
    pub method: tollgate_text,
    /// Where the next page is; absent on the last page, and where it was not asked for.
    pub next_link: tollgate_text,
    /// The first header line.
    pub headers: *const tollgate_header,
    /// The number of header lines.
    pub header_count: usize,
    /// The first byte of the body.
    pub body: *const u8,
    /// The number of bytes of the body in memory.
    pub body_len: usize,
    /// The number of bytes written to the file, where one was asked for.
    pub written: u64,
    /// The HTTP status.
    pub status: u32,
    /// Always 0.
    pub reserved: u32,
}

impl tollgate_response {
    fn new(response: RestResponse) -> Self {
        let (headers, texts) = response.headers.iter().map(read).unzip();
        Self {
            headers,
            _texts: texts,
            version: Wide::from(response.http_version.as_str()),
            uri: Wide::from(response.uri.as_str()),
            method: Wide::from(response.method.as_str()),
            next_link: Wide::from(response.next_link.as_deref()),
            response,
        }
    }
}

/// The texts' memory does not move when the array that owns them does.
fn read((name, value): &(String, String)) -> (tollgate_header, [Wide; 2]) {
    let texts = [Wide::from(name.as_str()), Wide::from(value.as_str())];
    let [name, value] = texts.each_ref().map(Wide::view);
    (tollgate_header { name, value }, texts)
}

/// Moves the response out, once. Pending: the request has not ended.
///
/// # Safety
/// `operation` is NULL or an operation that was not freed; `response` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_operation_take_response(
    operation: *const tollgate_operation,
    response: *mut *mut tollgate_response,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (operation, out) = (look(operation, "operation")?, Out::new(response, "response")?);
            operation.take("response", out, |outcome| match outcome {
                Outcome::Response(response) => Ok(tollgate_response::new(*response)),
                other => Err(other),
            })
        })
    }
}

/// Reads a response.
///
/// # Safety
/// `response` is NULL or a response that was not freed; `view` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_response_read(
    response: *const tollgate_response,
    view: *mut tollgate_response_view,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (response, out) = (look(response, "response")?, Out::new(view, "view")?);
            let body = &response.response.body;
            out.give(tollgate_response_view {
                version: response.version.view(),
                uri: response.uri.view(),
                method: response.method.view(),
                next_link: response.next_link.view(),
                headers: response.headers.as_ptr(),
                header_count: response.headers.len(),
                body: body.as_ptr(),
                body_len: body.len(),
                written: response.response.bytes_written.unwrap_or_default(),
                status: response.response.status.into(),
                reserved: 0,
            });
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Reads the body of a response as a JSON document. TOLLGATE_MALFORMED_RESPONSE: it is none.
///
/// # Safety
/// `response` is NULL or a response that was not freed; `document` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_response_parse(
    response: *const tollgate_response,
    document: *mut *mut tollgate_document,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (response, out) = (look(response, "response")?, Out::new(document, "document")?);
            out.hand(tollgate_document::parse(&response.response.body)?);
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Frees a response.
///
/// # Safety
/// `response` is NULL or a response that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_response_free(response: *mut tollgate_response) {
    // SAFETY: the caller's promise.
    unsafe { pointer::free(response) };
}
