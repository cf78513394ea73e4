//! Waits for the end of a long-running operation, as the rules of such operations say.

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

/// Waits for the result of what was asked, and gives it in place of the first answer.
pub(crate) async fn poll_until_done(
    courier: &Pipeline,
    errand: &PreparedRequest,
    first: RawResponse,
    wait: PollingOptions,
) -> Result<RawResponse, Error> {
    if first.status >= 400 {
        return Ok(first);
    }
    let clock = &*courier.state.clock;
    let begun = OperationPoller::begin(errand.method, &errand.url, wait, &poll_response(&first, clock));
    let Some(mut operation) = begun else {
        courier.progress.log(Level::Warning, NO_OPERATION.to_owned());
        return Ok(first);
    };
    let mut next = operation.first(&poll_response(&first, clock));
    let mut last = None;
    loop {
        match next {
            NextStep::Poll(url, asked) => {
                // Before the pause: an operation that cannot be followed is not waited for.
                courier.policy.check(&url)?;
                let pause = interval(asked);
                let (seconds, asked) = (pause.as_secs_f64(), asked.as_secs_f64());
                let instead = match seconds < asked {
                    true => format!(", and not in the {asked:.1} s that it asks for"),
                    false => String::new(),
                };
                courier.progress.log(
                    Level::Verbose,
                    format!("the operation goes on, looking again in {seconds:.1} s{instead}"),
                );
                courier.progress.set_phase(Phase::Polling, Some(pause));
                tokio::time::sleep(pause).await;
                let answer = courier.send(&PreparedRequest::get(url), None).await?;
                if answer.status >= 400 && !operation.is_terminal_status(answer.status) {
                    return Err(error_response::to_error(courier.parse_error(&answer), answer.attempts));
                }
                next = operation.next(&poll_response(&answer, clock));
                last = Some(answer);
            }
            NextStep::FetchResult(url) => return courier.send(&PreparedRequest::get(url), None).await,
            NextStep::Done => return Ok(last.unwrap_or(first)),
            NextStep::Deleted => return Ok(first),
            NextStep::Failed(state) => {
                let answer = operation_error(
                    courier.parse_error(last.as_ref().unwrap_or(&first)),
                    &courier.redacted(&state),
                );
                return Err(Error::OperationFailed { answer });
            }
            NextStep::Invalid => {
                let url = last.as_ref().map_or(&first.url, |answer| &answer.url);
                let fault = "it tells no status of the operation".to_owned();
                return Err(Error::MalformedResponse { endpoint: origin::origin_string(url), fault });
            }
        }
    }
}

/// The pause before the next look, whatever was asked for: a look without a pause would never end, and one after a day comes
/// too late for whoever waits.
fn interval(asked: Duration) -> Duration {
    asked.clamp(retry::MIN_RETRY_AFTER, retry::MAX_RETRY_AFTER)
}

fn poll_response<'answer>(answer: &'answer RawResponse, clock: &dyn Clock) -> PollResponse<'answer> {
    let wait = retry::requested_delay(&answer.headers, clock);
    PollResponse { status: answer.status, headers: &answer.headers, body: &answer.body, retry_after: wait }
}

/// What is known of the failure; at the least, how the operation ended.
fn operation_error(mut said: ServiceError, state: &str) -> ServiceError {
    if said.code.is_none() && said.message.is_none() {
        said.message = Some(format!("it ended as {state}"));
    }
    said
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
