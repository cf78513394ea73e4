//! A complete response, and how it is read: into memory, or to a file as it arrives.

use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use tollgate_http::{CloudResponse, extend_zeroizing};
use tollgate_identity::{Phase, ProgressLog};
use url::Url;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::pipeline::AttemptError;
use crate::pipeline::content_encoding::{ContentDecoder, MAX_STEP};
use crate::pipeline::download::DownloadFile;
use crate::request::Method;
use crate::trust::origin;

/// The largest body in bytes that is kept in memory.
const MAX_BODY_IN_MEMORY: usize = 256 << 20;

const NO_CONTENT: u16 = 204;
const PARTIAL: u16 = 206;

/// The byte order mark that a UTF-8 text may begin with.
const UTF8_BOM: &[u8] = b"\xef\xbb\xbf";

/// A complete response.
pub(crate) struct RawResponse {
    pub(crate) status: u16,
    pub(crate) version: &'static str,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// The method of the last request.
    pub(crate) method: Method,
    /// The URL of the last request.
    pub(crate) url: Url,
    /// The number of attempts.
    pub(crate) attempts: u32,
}

/// The destination of the body.
struct BodyReader<'file> {
    file: Option<&'file mut DownloadFile>,
    body: Zeroizing<Vec<u8>>,
    max: usize,
}

/// Reads the body: of a successful response to the file if there is one, else into memory. A compressed one is decoded
/// if `unpack` is set and the response is not partial: a part cannot be decoded.
pub(crate) async fn read_response(
    head: CloudResponse,
    method: Method,
    url: Url,
    file: Option<&mut DownloadFile>,
    unpack: bool,
    progress: &ProgressLog,
) -> Result<RawResponse, AttemptError> {
    read_response_up_to(MAX_BODY_IN_MEMORY, head, method, url, file, unpack, progress).await
}

/// The same with no more than `max` bytes in memory.
async fn read_response_up_to(
    max: usize,
    mut head: CloudResponse,
    method: Method,
    url: Url,
    file: Option<&mut DownloadFile>,
    unpack: bool,
    progress: &ProgressLog,
) -> Result<RawResponse, AttemptError> {
    progress.set_phase(Phase::Receiving, None);
    let mut file = file.filter(|_| (200..300).contains(&head.status));
    if let Some(file) = &mut file {
        file.reset().await?;
    }
    let too_large = || {
        let fault = format!("its body is larger than {} MiB; use -OutFile", max >> 20);
        AttemptError::Final(Error::MalformedResponse { endpoint: origin::origin_string(&url), fault })
    };
    let announced = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if file.is_none() && method != Method::Head && announced.is_some_and(|length: usize| length > max) {
        return Err(too_large());
    }
    let invalid_encoding = |error: std::io::Error| {
        let fault = format!("its body is not packed as it says: {error}");
        AttemptError::Final(Error::MalformedResponse { endpoint: origin::origin_string(&url), fault })
    };
    let mut decoder =
        if unpack && head.status != PARTIAL { ContentDecoder::from_headers(&head.headers) } else { None };
    let mut reader = BodyReader { file, body: Zeroizing::new(Vec::new()), max };
    let mut empty = true;
    loop {
        let chunk = match head.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            Err(failure) => return Err(AttemptError::Transport(failure, url)),
        };
        empty &= chunk.is_empty();
        let mut bytes_received = 0;
        match &mut decoder {
            None => bytes_received = reader.add(&chunk).await?.ok_or_else(too_large)?,
            Some(decoder) => {
                for step in chunk.chunks(MAX_STEP) {
                    bytes_received = reader
                        .add(&decoder.decode(step).map_err(invalid_encoding)?)
                        .await?
                        .ok_or_else(too_large)?;
                }
            }
        }
        progress.set_bytes_received(bytes_received);
    }
    if let Some(decoder) = decoder.filter(|_| !empty) {
        let bytes_received =
            reader.add(&decoder.finish().map_err(invalid_encoding)?).await?.ok_or_else(too_large)?;
        progress.set_bytes_received(bytes_received);
        // They describe the body as it was sent.
        head.headers.remove(CONTENT_ENCODING);
        head.headers.remove(CONTENT_LENGTH);
    }
    let mut body = reader.body;
    // Some services begin with a byte order mark, which JSON parsers reject.
    if body.starts_with(UTF8_BOM) {
        body.drain(..UTF8_BOM.len());
    }
    let CloudResponse { status, version, headers, .. } = head;
    Ok(RawResponse { status, version, headers, body, method, url, attempts: 0 })
}

impl RawResponse {
    /// The response that the first of several attempts would have got: done, and without content.
    pub(crate) fn into_no_content(mut self) -> Self {
        self.status = NO_CONTENT;
        self.body = Zeroizing::new(Vec::new());
        self.headers.remove(CONTENT_LENGTH);
        self
    }
}

impl BodyReader<'_> {
    /// Adds to the body; returns its size so far in bytes, or `None` when it is too large for the memory.
    async fn add(&mut self, chunk: &[u8]) -> Result<Option<u64>, Error> {
        match &mut self.file {
            Some(file) => Ok(Some(file.write(chunk).await?)),
            None if self.body.len() + chunk.len() > self.max => Ok(None),
            None => {
                extend_zeroizing(&mut self.body, chunk);
                Ok(Some(self.body.len() as u64))
            }
        }
    }
}

#[cfg(test)]
mod tests;
