//! One request from the wish to the answer: the permit, the errand, the wait, the next page.

use std::sync::Arc;

use tollgate_identity::{Level, ProgressLog, json_fault};
use url::Url;

use crate::answer::Answer;
use crate::audience::Permit;
use crate::courier::{Courier, Effort};
use crate::download::Download;
use crate::errand::Errand;
use crate::error::Error;
use crate::origin;
use crate::paging;
use crate::polling;
use crate::refusal;
use crate::request::RestRequest;
use crate::response::Response;
use crate::state::Core;

/// Does what is wished.
pub(crate) async fn answer(
    core: Arc<Core>,
    journal: Arc<ProgressLog>,
    request: RestRequest,
) -> Result<Response, Error> {
    let url = origin::parse("Uri", &request.uri)?;
    if request.paginate && request.out_file.is_some() {
        return Err(Error::InvalidArgument {
            field: "OutFile",
            fault: "takes one answer, and -Paginate gives one for each page".to_owned(),
        });
    }
    let permit = Permit::decide(&url, request.audience.as_deref(), &request.realms)?;
    let errand = Errand::of(&request, url, &permit.audience, &*core.clock)?;
    let effort = if request.retry { Effort::Required } else { Effort::Once };
    let (identity, budget) = (request.identity.clone(), request.budget);
    let courier = Courier::new(core, journal, identity, permit, effort, budget);
    // First of all: what cannot be written at last need not be asked for.
    let mut file = match &request.out_file {
        Some(target) => Some(Download::begin(target).await?),
        None => None,
    };
    let answer = match request.wait {
        None => courier.send(&errand, file.as_mut()).await?,
        Some(wait) => {
            let first = courier.send(&errand, None).await?;
            polling::wait(&courier, &errand, first, wait).await?
        }
    };
    if request.strict && answer.status >= 400 {
        return Err(refusal::error(courier.said(&answer), answer.attempts));
    }
    respond(&courier, &request, answer, file).await
}

async fn respond(
    courier: &Courier,
    request: &RestRequest,
    mut answer: Answer,
    file: Option<Download>,
) -> Result<Response, Error> {
    let good = (200..300).contains(&answer.status);
    let next_page = if request.paginate && good { next_page(courier, &answer)? } else { None };
    let written = match file.filter(|_| good) {
        Some(mut file) => {
            // The result of an operation was kept in memory until it was known to be the result.
            if request.wait.is_some() {
                file.add(&std::mem::take(&mut answer.body)).await?;
            }
            Some(file.finish().await?)
        }
        None => None,
    };
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Ok(Response {
        status: answer.status,
        version: answer.version.to_owned(),
        headers: answer.headers.iter().map(line).collect(),
        body: answer.body,
        method: answer.method,
        uri: answer.url.into(),
        next_link: next_page.map(String::from),
        written,
    })
}

/// The next page, when there is one; it must be where the token may go.
pub(crate) fn next_page(courier: &Courier, answer: &Answer) -> Result<Option<Url>, Error> {
    let malformed = |fault: String| Error::Malformed { endpoint: origin::of(&answer.url), fault };
    let next = paging::next_page(&answer.headers, &answer.body)
        .map_err(|error| malformed(format!("its page {}", json_fault(&error))))?;
    if let Some(mark) = next.mark {
        let text = format!(
            "the answer has a next page, told of by {mark}, which is no link and is not followed: this listing is not whole"
        );
        courier.journal.log(Level::Warning, text);
    }
    let Some(link) = next.link else { return Ok(None) };
    let mut url = answer
        .url
        .join(&link)
        .map_err(|_| malformed("its link to the next page is no address".to_owned()))?;
    origin::normalise(&mut url);
    courier.permit.check(&url)?;
    Ok(Some(url))
}
