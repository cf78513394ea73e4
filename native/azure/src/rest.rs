//! One request from the wish to the answer: the permit, the errand, the wait, the next page.

pub(crate) mod long_running;
pub(crate) mod polling;

use std::sync::Arc;

use tollgate_identity::{Level, ProgressLog, json_fault};
use url::Url;

use crate::error::Error;
use crate::error_response;
use crate::pipeline::download::DownloadFile;
use crate::pipeline::paging;
use crate::pipeline::prepared_request::PreparedRequest;
use crate::pipeline::raw_response::RawResponse;
use crate::pipeline::{Effort, Pipeline};
use crate::request::RestRequest;
use crate::response::RestResponse;
use crate::state::AzureState;
use crate::trust::audience::AudiencePolicy;
use crate::trust::origin;

/// Does what is wished.
pub(crate) async fn execute(
    core: Arc<AzureState>,
    journal: Arc<ProgressLog>,
    request: RestRequest,
) -> Result<RestResponse, Error> {
    let url = origin::parse("Uri", &request.uri)?;
    if request.paginate && request.out_file.is_some() {
        return Err(Error::InvalidArgument {
            field: "OutFile",
            fault: "takes one answer, and -Paginate gives one for each page".to_owned(),
        });
    }
    let permit = AudiencePolicy::resolve(&url, request.audience.as_deref(), &request.audiences)?;
    let errand = PreparedRequest::new(&request, url, &permit.audience, &*core.clock)?;
    let effort = if request.retry { Effort::Required } else { Effort::Once };
    let (identity, budget) = (request.identity.clone(), request.timeout);
    let courier = Pipeline::new(core, journal, identity, permit, effort, budget);
    // First of all: what cannot be written at last need not be asked for.
    let mut file = match &request.out_file {
        Some(target) => Some(DownloadFile::create(target).await?),
        None => None,
    };
    let answer = match request.polling {
        None => courier.send(&errand, file.as_mut()).await?,
        Some(wait) => {
            let first = courier.send(&errand, None).await?;
            polling::poll_until_done(&courier, &errand, first, wait).await?
        }
    };
    if request.fail_on_http_error && answer.status >= 400 {
        return Err(error_response::to_error(courier.parse_error(&answer), answer.attempts));
    }
    build_response(&courier, &request, answer, file).await
}

async fn build_response(
    courier: &Pipeline,
    request: &RestRequest,
    mut answer: RawResponse,
    file: Option<DownloadFile>,
) -> Result<RestResponse, Error> {
    let good = (200..300).contains(&answer.status);
    let next_page = if request.paginate && good { next_page(courier, &answer)? } else { None };
    let written = match file.filter(|_| good) {
        Some(mut file) => {
            // The result of an operation was kept in memory until it was known to be the result.
            if request.polling.is_some() {
                file.write(&std::mem::take(&mut answer.body)).await?;
            }
            Some(file.commit().await?)
        }
        None => None,
    };
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Ok(RestResponse {
        status: answer.status,
        http_version: answer.version.to_owned(),
        headers: answer.headers.iter().map(line).collect(),
        body: answer.body,
        method: answer.method,
        uri: answer.url.into(),
        next_link: next_page.map(String::from),
        bytes_written: written,
    })
}

/// The next page, when there is one; it must be where the token may go.
pub(crate) fn next_page(courier: &Pipeline, answer: &RawResponse) -> Result<Option<Url>, Error> {
    let malformed =
        |fault: String| Error::MalformedResponse { endpoint: origin::origin_string(&answer.url), fault };
    let next = paging::next_page(&answer.headers, &answer.body)
        .map_err(|error| malformed(format!("its page {}", json_fault(&error))))?;
    if let Some(mark) = next.continuation {
        let text = format!(
            "the answer has a next page, told of by {mark}, which is no link and is not followed: this listing is not whole"
        );
        courier.progress.log(Level::Warning, text);
    }
    let Some(link) = next.link else { return Ok(None) };
    let mut url = answer
        .url
        .join(&link)
        .map_err(|_| malformed("its link to the next page is no address".to_owned()))?;
    origin::normalise(&mut url);
    courier.policy.check(&url)?;
    Ok(Some(url))
}
