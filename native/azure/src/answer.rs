//! A whole answer, and how it is taken in: to memory, or to a file as it comes.

use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use tollgate_http::{CloudAnswer, append};
use tollgate_identity::{Journal, Phase};
use url::Url;
use zeroize::Zeroizing;

use crate::courier::Setback;
use crate::download::Download;
use crate::error::Error;
use crate::origin;
use crate::request::Method;

/// The most bytes of an answer that are kept in memory.
const MEMORY: usize = 256 << 20;

/// How a UTF-8 text may begin.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A whole answer.
pub(crate) struct Answer {
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

/// Takes the body: of a good answer to the file where there is one, else to memory.
pub(crate) async fn take(
    mut head: CloudAnswer,
    method: Method,
    url: Url,
    file: Option<&mut Download>,
    journal: &Journal,
) -> Result<Answer, Setback> {
    journal.enter(Phase::Receiving, None);
    let mut file = file.filter(|_| (200..300).contains(&head.status));
    if let Some(file) = &mut file {
        file.rewind().await?;
    }
    let too_large = || {
        let fault = format!("its body is larger than {} MiB; use -OutFile", MEMORY >> 20);
        Setback::Final(Error::Malformed { endpoint: origin::of(&url), fault })
    };
    let announced = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if file.is_none() && method != Method::Head && announced.is_some_and(|length: usize| length > MEMORY) {
        return Err(too_large());
    }
    let mut body = Zeroizing::new(Vec::new());
    loop {
        let piece = match head.piece().await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(failure) => return Err(Setback::Failure(failure, url)),
        };
        let amount = match &mut file {
            Some(file) => file.add(&piece).await?,
            None if body.len() + piece.len() > MEMORY => return Err(too_large()),
            None => {
                append(&mut body, &piece);
                body.len() as u64
            }
        };
        journal.received(amount);
    }
    // Some services begin with the mark of the encoding, which no reader of JSON takes.
    if body.starts_with(MARK) {
        body.drain(..MARK.len());
    }
    let CloudAnswer { status, version, headers, .. } = head;
    Ok(Answer { status, version, headers, body, method, url, attempts: 0 })
}
