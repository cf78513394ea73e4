//! Waits for the end of a long-running operation, as the rules of such operations say.

use std::time::Duration;

use tollgate_core::Clock;
use tollgate_identity::{Level, Phase, ServiceError};

use crate::answer::Answer;
use crate::courier::Courier;
use crate::errand::Errand;
use crate::error::Error;
use crate::long_running::{Heard, Next, Operation};
use crate::origin;
use crate::refusal;
use crate::request::Wait;
use crate::retry;

const NO_OPERATION: &str = "The -WaitForCompletion flag was specified, but the request does not appear to be a long-running operation.";

/// Waits for the result of what was asked, and gives it in place of the first answer.
pub(crate) async fn wait(
    courier: &Courier,
    errand: &Errand,
    first: Answer,
    wait: Wait,
) -> Result<Answer, Error> {
    if first.status >= 400 {
        return Ok(first);
    }
    let clock = &*courier.core.clock;
    let begun = Operation::begin(errand.method, &errand.url, wait, &heard(&first, clock));
    let Some(mut operation) = begun else {
        courier.journal.log(Level::Warning, NO_OPERATION.to_owned());
        return Ok(first);
    };
    let mut next = operation.first(&heard(&first, clock));
    let mut last = None;
    loop {
        match next {
            Next::Ask(url, asked) => {
                // Before the pause: an operation that cannot be followed is not waited for.
                courier.permit.check(&url)?;
                let pause = interval(asked);
                let (seconds, asked) = (pause.as_secs_f64(), asked.as_secs_f64());
                let instead = match seconds < asked {
                    true => format!(", and not in the {asked:.1} s that it asks for"),
                    false => String::new(),
                };
                courier.journal.log(
                    Level::Verbose,
                    format!("the operation goes on, looking again in {seconds:.1} s{instead}"),
                );
                courier.journal.set_phase(Phase::Polling, Some(pause));
                tokio::time::sleep(pause).await;
                let answer = courier.send(&Errand::look(url), None).await?;
                if answer.status >= 400 && !operation.speaks_by_status(answer.status) {
                    return Err(refusal::error(courier.said(&answer), answer.attempts));
                }
                next = operation.next(&heard(&answer, clock));
                last = Some(answer);
            }
            Next::Fetch(url) => return courier.send(&Errand::look(url), None).await,
            Next::Done => return Ok(last.unwrap_or(first)),
            Next::Gone => return Ok(first),
            Next::Failed(state) => {
                let answer =
                    failure(courier.said(last.as_ref().unwrap_or(&first)), &courier.redacted(&state));
                return Err(Error::OperationFailed { answer });
            }
            Next::Unclear => {
                let url = last.as_ref().map_or(&first.url, |answer| &answer.url);
                let fault = "it tells no status of the operation".to_owned();
                return Err(Error::Malformed { endpoint: origin::of(url), fault });
            }
        }
    }
}

/// The pause before the next look, whatever was asked for: a look without a pause would never end, and one after a day comes
/// too late for whoever waits.
fn interval(asked: Duration) -> Duration {
    asked.clamp(retry::LEAST, retry::GRANTED)
}

fn heard<'answer>(answer: &'answer Answer, clock: &dyn Clock) -> Heard<'answer> {
    let wait = retry::wait(&answer.headers, clock);
    Heard { status: answer.status, headers: &answer.headers, body: &answer.body, wait }
}

/// What is known of the failure; at the least, how the operation ended.
fn failure(mut said: ServiceError, state: &str) -> ServiceError {
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
