//! A whole answer, and how it is taken in: to memory, or to a file as it comes.

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

/// The most bytes of an answer that are kept in memory.
const MAX_BODY_IN_MEMORY: usize = 256 << 20;

/// The status of an answer that has nothing to tell.
const NO_CONTENT: u16 = 204;
/// The status of an answer that is a part of the whole.
const PARTIAL: u16 = 206;

/// How a UTF-8 text may begin.
const UTF8_BOM: &[u8] = b"\xef\xbb\xbf";

/// A whole answer.
pub(crate) struct RawResponse {
    pub(crate) status: u16,
    pub(crate) version: &'static str,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// How it was asked.
    pub(crate) method: Method,
    /// What was asked last.
    pub(crate) url: Url,
    /// How often was asked.
    pub(crate) attempts: u32,
}

/// What takes the body in.
struct BodyReader<'file> {
    file: Option<&'file mut DownloadFile>,
    body: Zeroizing<Vec<u8>>,
    max: usize,
}

/// Takes the body: of a good answer to the file where there is one, else to memory. One that comes packed is unpacked where
/// `unpack` says so and it is whole: a part of one is none.
pub(crate) async fn read_response(
    head: CloudResponse,
    method: Method,
    url: Url,
    file: Option<&mut DownloadFile>,
    unpack: bool,
    journal: &ProgressLog,
) -> Result<RawResponse, AttemptError> {
    read_response_up_to(MAX_BODY_IN_MEMORY, head, method, url, file, unpack, journal).await
}

/// The same with no more than `most` bytes in memory.
async fn read_response_up_to(
    most: usize,
    mut head: CloudResponse,
    method: Method,
    url: Url,
    file: Option<&mut DownloadFile>,
    unpack: bool,
    journal: &ProgressLog,
) -> Result<RawResponse, AttemptError> {
    journal.set_phase(Phase::Receiving, None);
    let mut file = file.filter(|_| (200..300).contains(&head.status));
    if let Some(file) = &mut file {
        file.reset().await?;
    }
    let too_large = || {
        let fault = format!("its body is larger than {} MiB; use -OutFile", most >> 20);
        AttemptError::Final(Error::MalformedResponse { endpoint: origin::origin_string(&url), fault })
    };
    let announced = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if file.is_none() && method != Method::Head && announced.is_some_and(|length: usize| length > most) {
        return Err(too_large());
    }
    let broken = |error: std::io::Error| {
        let fault = format!("its body is not packed as it says: {error}");
        AttemptError::Final(Error::MalformedResponse { endpoint: origin::origin_string(&url), fault })
    };
    let mut decoder =
        if unpack && head.status != PARTIAL { ContentDecoder::from_headers(&head.headers) } else { None };
    let mut intake = BodyReader { file, body: Zeroizing::new(Vec::new()), max: most };
    let mut empty = true;
    loop {
        let piece = match head.chunk().await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(failure) => return Err(AttemptError::Transport(failure, url)),
        };
        empty &= piece.is_empty();
        let mut amount = 0;
        match &mut decoder {
            None => amount = intake.add(&piece).await?.ok_or_else(too_large)?,
            Some(decoder) => {
                for step in piece.chunks(MAX_STEP) {
                    amount =
                        intake.add(&decoder.decode(step).map_err(broken)?).await?.ok_or_else(too_large)?;
                }
            }
        }
        journal.set_bytes_received(amount);
    }
    if let Some(decoder) = decoder.filter(|_| !empty) {
        let amount = intake.add(&decoder.finish().map_err(broken)?).await?.ok_or_else(too_large)?;
        journal.set_bytes_received(amount);
        // They told of the body as it came.
        head.headers.remove(CONTENT_ENCODING);
        head.headers.remove(CONTENT_LENGTH);
    }
    let mut body = intake.body;
    // Some services begin with the mark of the encoding, which no reader of JSON takes.
    if body.starts_with(UTF8_BOM) {
        body.drain(..UTF8_BOM.len());
    }
    let CloudResponse { status, version, headers, .. } = head;
    Ok(RawResponse { status, version, headers, body, method, url, attempts: 0 })
}

impl RawResponse {
    /// The answer that the first of several tries would have got: it is done, and there is nothing to tell.
    pub(crate) fn into_no_content(mut self) -> Self {
        self.status = NO_CONTENT;
        self.body = Zeroizing::new(Vec::new());
        self.headers.remove(CONTENT_LENGTH);
        self
    }
}

impl BodyReader<'_> {
    /// Takes more of the body; gives how many bytes there are now, or nothing when they are too many for the memory.
    async fn add(&mut self, piece: &[u8]) -> Result<Option<u64>, Error> {
        match &mut self.file {
            Some(file) => Ok(Some(file.write(piece).await?)),
            None if self.body.len() + piece.len() > self.max => Ok(None),
            None => {
                extend_zeroizing(&mut self.body, piece);
                Ok(Some(self.body.len() as u64))
            }
        }
    }
}

#[cfg(test)]
mod tests;
