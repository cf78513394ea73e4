//! Entry points of the fuzz targets: every parser of what Azure sends, with what must hold for any bytes.

use http::header::{CONTENT_ENCODING, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue};
use tollgate_core::{BootInstant, Clock};
use url::Url;

use crate::error_response;
use crate::pipeline::claims_challenge;
use crate::pipeline::content_encoding::{ContentDecoder, MAX_STEP};
use crate::pipeline::paging;
use crate::request::{Method, PollingOptions};
use crate::rest::long_running::{OperationPoller, PollResponse};
use crate::trust::redirect;

/// A body that is declared as compressed.
pub fn packed_body(body: &[u8]) {
    for encoding in ["gzip", "deflate"] {
        let headers = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static(encoding))]);
        let Some(mut decoder) = ContentDecoder::from_headers(&headers) else { continue };
        let mut steps = body.chunks(MAX_STEP);
        let whole = steps.all(|step| {
            decoder.decode(step).is_ok_and(|unpacked| {
                assert!(unpacked.len() <= 5 << 20, "a step is small");
                true
            })
        });
        if whole {
            let _ = decoder.finish();
        }
    }
}

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> BootInstant {
        BootInstant::from_nanos(1_000_000_000_000)
    }

    fn unix_now(&self) -> i64 {
        1_800_000_000
    }
}

/// A response: the first line is the value of every header that is read, the rest is the body.
pub fn answer(bytes: &[u8]) {
    let (value, body) = bytes.split_at(bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len()));
    let Ok(value) = HeaderValue::from_bytes(value) else { return };
    let names = [WWW_AUTHENTICATE, RETRY_AFTER, LOCATION, HeaderName::from_static("azure-asyncoperation")];
    let headers: HeaderMap = names.into_iter().map(|name| (name, value.clone())).collect();

    let service_error = error_response::parse(403, &headers, body, &Fixed, &[]);
    let _ = claims_challenge::needs_new_token(&headers, &service_error);
    let shown = error_response::to_error(service_error, 1).to_string();
    assert!(!shown.chars().any(char::is_control), "nothing that steers a terminal is shown");

    let Ok(from) = Url::parse("https://management.azure.com/x") else { return };
    if let Ok(Some(to)) = redirect::target(302, &headers, &from) {
        assert!(to.scheme() == "https" && to.username().is_empty(), "no redirect leaves https: {to}");
    }
    let response = PollResponse { status: 202, headers: &headers, body, retry_after: None };
    if let Some(mut operation) =
        OperationPoller::begin(Method::Put, &from, PollingOptions::default(), &response)
    {
        let _ = (operation.first(&response), operation.next(&response));
    }
    let link = paging::next_page(&headers, body).ok().and_then(|next| next.link);
    assert!(link.is_none_or(|link| !link.is_empty()), "no link is empty");
}
