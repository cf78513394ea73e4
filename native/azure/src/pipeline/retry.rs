//! When to retry a request to Azure: a pure function of the method, the number of attempts and the last outcome.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>

use std::time::Duration;

use http::HeaderMap;
use tollgate_core::{Clock, add_jitter};
use tollgate_http::retry_after;

use crate::request::Method;

/// The outcome of an attempt, as far as it decides on a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttemptOutcome {
    /// A response, and the delay that it asks for.
    Response { status: u16, retry_after: Option<Duration> },
    /// The request certainly never left.
    NotSent,
    /// The connection broke or its idle timeout expired: whether the request was carried out is unknown.
    ConnectionLost,
}

/// The largest number of attempts.
pub(crate) const MAX_ATTEMPTS: u32 = 5;
/// The first delay; each further one is twice as long.
const INITIAL_DELAY: Duration = Duration::from_millis(800);
/// The shortest delay that seconds or a date result in: a date is in the past for a clock that is ahead, and no service
/// means to be asked again at once.
pub(crate) const MIN_RETRY_AFTER: Duration = Duration::from_millis(250);
/// The longest delay of our own schedule.
const MAX_DELAY: Duration = Duration::from_secs(30);
/// The longest delay that is accepted when Azure asks for it.
pub(crate) const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);

/// The delay before the next attempt; `None` when the outcome is final. `attempts` counts those made, `remaining` is
/// the time left, `random` is between 0 and 1.
pub(crate) fn delay(
    method: Method,
    outcome: AttemptOutcome,
    attempts: u32,
    max_attempts: u32,
    remaining: Option<Duration>,
    random: f64,
) -> Option<Duration> {
    let retry_after = match outcome {
        AttemptOutcome::Response { status: 429, retry_after } => retry_after,
        AttemptOutcome::Response { status: 503, retry_after: Some(retry_after) } => Some(retry_after),
        // A request that may have been carried out is sent again only if it is idempotent.
        AttemptOutcome::Response { status: 408 | 500 | 502..=504, retry_after } if method.is_idempotent() => {
            retry_after
        }
        AttemptOutcome::Response { .. } => return None,
        AttemptOutcome::ConnectionLost if !method.is_idempotent() => return None,
        AttemptOutcome::NotSent | AttemptOutcome::ConnectionLost => None,
    };
    // First: nothing is computed with a delay that only the service bounds.
    if attempts >= max_attempts || retry_after.is_some_and(|asked| asked > MAX_RETRY_AFTER) {
        return None;
    }
    let own = || add_jitter(INITIAL_DELAY * (1 << attempts.saturating_sub(1).min(10)), random).min(MAX_DELAY);
    // Clients that were throttled together must not return together.
    let spread = |asked: Duration| asked.mul_f64(1.0 + random / 2.0);
    let delay = retry_after.map_or_else(own, spread);
    remaining.is_none_or(|remaining| delay < remaining).then_some(delay)
}

/// The delay that a response asks for, in milliseconds where it names them.
pub(crate) fn requested_delay(headers: &HeaderMap, clock: &dyn Clock) -> Option<Duration> {
    let millis = ["x-ms-retry-after-ms", "retry-after-ms"]
        .into_iter()
        .find_map(|name| headers.get(name)?.to_str().ok()?.trim().parse().ok().map(Duration::from_millis));
    millis.or_else(|| retry_after(headers, clock).map(|asked| asked.max(MIN_RETRY_AFTER)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn status(status: u16) -> AttemptOutcome {
        AttemptOutcome::Response { status, retry_after: None }
    }

    const fn asking(status: u16, seconds: u64) -> AttemptOutcome {
        AttemptOutcome::Response { status, retry_after: Some(Duration::from_secs(seconds)) }
    }

    fn pauses(method: Method, outcome: AttemptOutcome) -> Vec<u128> {
        let next = |tries| delay(method, outcome, tries, MAX_ATTEMPTS, None, 0.0);
        (1..20).map_while(next).map(|pause| pause.as_millis()).collect()
    }

    #[test]
    fn what_only_looks_or_may_be_done_twice_is_asked_five_times() {
        for method in [Method::Get, Method::Head, Method::Put, Method::Delete] {
            for outcome in [
                status(408),
                status(429),
                status(500),
                status(502),
                status(503),
                status(504),
                AttemptOutcome::NotSent,
                AttemptOutcome::ConnectionLost,
            ] {
                assert_eq!(pauses(method, outcome), [800, 1_600, 3_200, 6_400], "{method:?} {outcome:?}");
            }
            for outcome in [status(200), status(400), status(401), status(404), status(409), status(501)] {
                assert_eq!(pauses(method, outcome), [0; 0], "{method:?} {outcome:?}");
            }
        }
    }

    #[test]
    fn what_must_not_be_done_twice_is_repeated_only_when_it_was_surely_not_done() {
        for method in [Method::Post, Method::Patch] {
            for outcome in [status(429), AttemptOutcome::NotSent] {
                assert_eq!(pauses(method, outcome), [800, 1_600, 3_200, 6_400], "{method:?} {outcome:?}");
            }
            assert_eq!(pauses(method, asking(503, 2)), [2_000; 4]);
            for outcome in [
                status(503),
                status(500),
                asking(500, 2),
                asking(502, 2),
                asking(408, 2),
                AttemptOutcome::ConnectionLost,
            ] {
                assert_eq!(pauses(method, outcome), [0; 0], "{method:?} {outcome:?}");
            }
        }
    }

    #[test]
    fn what_azure_asks_is_waited_to_the_letter_up_to_five_minutes() {
        assert_eq!(pauses(Method::Get, asking(429, 0)), [0; 4]);
        assert_eq!(pauses(Method::Get, asking(429, 17)), [17_000; 4]);
        assert_eq!(pauses(Method::Get, asking(429, 300)), [300_000; 4]);
        assert_eq!(pauses(Method::Get, asking(429, 301)), [0; 0]);
        for endless in [Duration::MAX, Duration::from_secs(18_446_744_073_709_549_568)] {
            let outcome = AttemptOutcome::Response { status: 429, retry_after: Some(endless) };
            assert_eq!(delay(Method::Get, outcome, 1, MAX_ATTEMPTS, None, 1.0), None);
        }
    }

    #[test]
    fn those_who_were_refused_together_do_not_come_back_together() {
        let pause =
            |chance| delay(Method::Get, asking(429, 300), 1, MAX_ATTEMPTS, None, chance).unwrap().as_secs();
        assert_eq!([pause(0.0), pause(0.5), pause(1.0)], [300, 375, 450]);
    }

    #[test]
    fn a_pause_that_the_time_left_does_not_hold_is_not_begun() {
        let within =
            |left| delay(Method::Get, asking(503, 10), 1, MAX_ATTEMPTS, Some(Duration::from_secs(left)), 0.0);
        assert_eq!((within(11), within(10)), (Some(Duration::from_secs(10)), None));
    }

    #[test]
    fn chance_only_adds_and_no_pause_of_our_own_is_longer_than_half_a_minute() {
        let pause =
            |tries, chance| delay(Method::Get, status(500), tries, 99, None, chance).unwrap().as_millis();
        assert_eq!((pause(1, 1.0), pause(2, 0.5)), (960, 1_760));
        assert_eq!((pause(6, 0.0), pause(7, 0.0), pause(50, 1.0)), (25_600, 30_000, 30_000));
    }

    #[test]
    fn the_finer_measure_counts_where_there_is_one() {
        let clock = tollgate_core::SystemClock;
        let read = |lines: &[(&'static str, &'static str)]| {
            let lines = lines.iter().map(|(name, value)| {
                (http::HeaderName::from_static(name), http::HeaderValue::from_static(value))
            });
            requested_delay(&lines.collect(), &clock).map(|wait| wait.as_millis())
        };
        assert_eq!(read(&[("retry-after", "5")]), Some(5_000));
        assert_eq!(read(&[("retry-after", "5"), ("x-ms-retry-after-ms", "20")]), Some(20));
        assert_eq!(read(&[("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT")]), Some(250));
        assert_eq!(read(&[("retry-after", "0")]), Some(250));
        assert_eq!(read(&[("retry-after", "5"), ("retry-after-ms", "30")]), Some(30));
        assert_eq!(read(&[("retry-after", "soon"), ("x-ms-retry-after-ms", "-1")]), None);
    }
}
