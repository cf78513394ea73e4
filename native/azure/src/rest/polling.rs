//! Polls a long-running operation until it completes, by the rules in `long_running`.

use std::time::Duration;

use tollgate_core::Clock;
use tollgate_identity::{Level, Phase, ServiceError};

use crate::error::Error;
use crate::error_response;
use crate::pipeline::Pipeline;
use crate::pipeline::prepared_request::PreparedRequest;
use crate::pipeline::raw_response::RawResponse;
use crate::pipeline::retry;
use crate::request::PollingOptions;
use crate::rest::long_running::{NextStep, OperationPoller, PollResponse};
use crate::trust::origin;

const NO_OPERATION: &str = "The -WaitForCompletion flag was specified, but the request does not appear to be a long-running operation.";

/// Waits for the result of the operation, and returns it in place of the first response.
pub(crate) async fn poll_until_done(
    pipeline: &Pipeline,
    request: &PreparedRequest,
    first: RawResponse,
    polling: PollingOptions,
) -> Result<RawResponse, Error> {
    if first.status >= 400 {
        return Ok(first);
    }
    let clock = &*pipeline.state.clock;
    let begun = OperationPoller::begin(request.method, &request.url, polling, &poll_response(&first, clock));
    let Some(mut operation) = begun else {
        pipeline.progress.log(Level::Warning, NO_OPERATION.to_owned());
        return Ok(first);
    };
    let mut next = operation.first(&poll_response(&first, clock));
    let mut last = None;
    loop {
        match next {
            NextStep::Poll(url, asked) => {
                // Before the delay: an operation that may not be polled is not waited for.
                pipeline.policy.check(&url)?;
                let delay = interval(asked);
                let (seconds, asked) = (delay.as_secs_f64(), asked.as_secs_f64());
                let instead = match seconds < asked {
                    true => format!(", and not in the {asked:.1} s that it asks for"),
                    false => String::new(),
                };
                pipeline.progress.log(
                    Level::Verbose,
                    format!("the operation goes on, looking again in {seconds:.1} s{instead}"),
                );
                pipeline.progress.set_phase(Phase::Polling, Some(delay));
                tokio::time::sleep(delay).await;
                let response = pipeline.send(&PreparedRequest::get(url), None).await?;
                if response.status >= 400 && !operation.is_terminal_status(response.status) {
                    return Err(error_response::to_error(pipeline.parse_error(&response), response.attempts));
                }
                next = operation.next(&poll_response(&response, clock));
                last = Some(response);
            }
            NextStep::FetchResult(url) => return pipeline.send(&PreparedRequest::get(url), None).await,
            NextStep::Done => return Ok(last.unwrap_or(first)),
            NextStep::Deleted => return Ok(first),
            NextStep::Failed(state) => {
                let service_error = operation_error(
                    pipeline.parse_error(last.as_ref().unwrap_or(&first)),
                    &pipeline.redacted(&state),
                );
                return Err(Error::OperationFailed { answer: service_error });
            }
            NextStep::Invalid => {
                let url = last.as_ref().map_or(&first.url, |response| &response.url);
                let fault = "it tells no status of the operation".to_owned();
                return Err(Error::MalformedResponse { endpoint: origin::origin_string(url), fault });
            }
        }
    }
}

/// The delay before the next poll, within bounds whatever Azure asks for: without a delay polling would be a busy loop,
/// and a poll after a day is too late for the caller.
fn interval(asked: Duration) -> Duration {
    asked.clamp(retry::MIN_RETRY_AFTER, retry::MAX_RETRY_AFTER)
}

fn poll_response<'response>(response: &'response RawResponse, clock: &dyn Clock) -> PollResponse<'response> {
    let retry_after = retry::requested_delay(&response.headers, clock);
    PollResponse { status: response.status, headers: &response.headers, body: &response.body, retry_after }
}

/// The error of a failed operation; if the response holds none, the state in which it ended.
fn operation_error(mut service_error: ServiceError, state: &str) -> ServiceError {
    if service_error.code.is_none() && service_error.message.is_none() {
        service_error.message = Some(format!("it ended as {state}"));
    }
    service_error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_comes_a_quarter_of_a_second_to_five_minutes_after_the_one_before() {
        for (asked, pause) in
            [(0, 250), (249, 250), (250, 250), (30_000, 30_000), (300_000, 300_000), (300_001, 300_000)]
        {
            assert_eq!(interval(Duration::from_millis(asked)), Duration::from_millis(pause), "{asked}");
        }
        assert_eq!(interval(Duration::MAX), Duration::from_secs(300));
    }
}
