//! One REST request from start to end: audience policy, request, long-running operation, next page.

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

/// Executes a request.
pub(crate) async fn execute(
    state: Arc<AzureState>,
    progress: Arc<ProgressLog>,
    request: RestRequest,
) -> Result<RestResponse, Error> {
    let url = origin::parse("Uri", &request.uri)?;
    if request.paginate && request.out_file.is_some() {
        return Err(Error::InvalidArgument {
            field: "OutFile",
            fault: "takes one answer, and -Paginate gives one for each page".to_owned(),
        });
    }
    let policy = AudiencePolicy::resolve(&url, request.audience.as_deref(), &request.audiences)?;
    let prepared = PreparedRequest::new(&request, url, &policy.audience, &*state.clock)?;
    let effort = if request.retry { Effort::Required } else { Effort::Once };
    let (identity, timeout) = (request.identity.clone(), request.timeout);
    let pipeline = Pipeline::new(state, progress, identity, policy, effort, timeout);
    // First: when the file cannot be written, nothing need be requested.
    let mut file = match &request.out_file {
        Some(target) => Some(DownloadFile::create(target).await?),
        None => None,
    };
    let response = match request.polling {
        None => pipeline.send(&prepared, file.as_mut()).await?,
        Some(polling) => {
            let first = pipeline.send(&prepared, None).await?;
            polling::poll_until_done(&pipeline, &prepared, first, polling).await?
        }
    };
    if request.fail_on_http_error && response.status >= 400 {
        return Err(error_response::to_error(pipeline.parse_error(&response), response.attempts));
    }
    build_response(&pipeline, &request, response, file).await
}

async fn build_response(
    pipeline: &Pipeline,
    request: &RestRequest,
    mut response: RawResponse,
    file: Option<DownloadFile>,
) -> Result<RestResponse, Error> {
    let succeeded = (200..300).contains(&response.status);
    let next_page = if request.paginate && succeeded { next_page(pipeline, &response)? } else { None };
    let bytes_written = match file.filter(|_| succeeded) {
        Some(mut file) => {
            // The result of an operation stays in memory until it is known to be the result.
            if request.polling.is_some() {
                file.write(&std::mem::take(&mut response.body)).await?;
            }
            Some(file.commit().await?)
        }
        None => None,
    };
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Ok(RestResponse {
        status: response.status,
        http_version: response.version.to_owned(),
        headers: response.headers.iter().map(header).collect(),
        body: response.body,
        method: response.method,
        uri: response.url.into(),
        next_link: next_page.map(String::from),
        bytes_written,
    })
}

/// The URL of the next page, if there is one; fails where the token may not be sent there.
pub(crate) fn next_page(pipeline: &Pipeline, response: &RawResponse) -> Result<Option<Url>, Error> {
    let malformed =
        |fault: String| Error::MalformedResponse { endpoint: origin::origin_string(&response.url), fault };
    let next = paging::next_page(&response.headers, &response.body)
        .map_err(|error| malformed(format!("its page {}", json_fault(&error))))?;
    if let Some(name) = next.continuation {
        let text = format!(
            "the answer has a next page, told of by {name}, which is no link and is not followed: this listing is not whole"
        );
        pipeline.progress.log(Level::Warning, text);
    }
    let Some(link) = next.link else { return Ok(None) };
    let mut url = response
        .url
        .join(&link)
        .map_err(|_| malformed("its link to the next page is no address".to_owned()))?;
    origin::normalise(&mut url);
    pipeline.policy.check(&url)?;
    Ok(Some(url))
}
