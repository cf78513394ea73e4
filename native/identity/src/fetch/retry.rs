//! When to retry: pure functions of the number of retries and of what failed. The state belongs to one request.
//!
//! Guidance: <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#retry-guidance>

use std::time::Duration;

/// Class of a failed attempt, which decides whether and when it is retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryClass {
    /// The response will not change.
    Permanent,
    /// No connection. A machine without the service must get the error within 3 s.
    ConnectFailed,
    /// The connection was lost, or no response came in time.
    ConnectionLost,
    /// 429.
    Throttled,
    /// 410: the service is being updated and is back within 70 s.
    Gone,
    /// 404: from IMDS, a sign that it is being updated.
    NotFound,
    /// 408 and 5xx.
    Unavailable,
}

/// Longest `Retry-After` that is honored; a larger one counts as this.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// How long connecting to an expected service is retried.
pub(crate) const START_TIMEOUT: Duration = Duration::from_secs(30);
/// First delay of these retries; each further one is twice as long, up to [`MAX_START_DELAY`].
const FIRST_START_DELAY: Duration = Duration::from_millis(200);
const MAX_START_DELAY: Duration = Duration::from_secs(2);

/// Which schedule of delays applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryPolicy {
    /// IMDS, by its retry guidance.
    Imds,
    /// A local token service, for which there is no guidance: three retries.
    Local,
    /// Service Fabric: a 404 is final, and a 429 is retried for about half a minute.
    ServiceFabric,
}

/// Delays before each retry, in milliseconds.
const fn delays(policy: RetryPolicy, class: RetryClass) -> &'static [u64] {
    match (class, policy) {
        (RetryClass::Permanent, _) => &[],
        (RetryClass::NotFound, RetryPolicy::ServiceFabric) => &[],
        (RetryClass::ConnectFailed, _) => &[200, 400],
        (RetryClass::ConnectionLost, _) => &[1_000, 2_000],
        // The gate limits the machine's callers as well: this only keeps one caller from retrying forever.
        (RetryClass::Throttled, RetryPolicy::Imds) => {
            &[1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000]
        }
        (RetryClass::Throttled, RetryPolicy::ServiceFabric) => &[1_000, 2_000, 4_000, 8_000, 16_000],
        (RetryClass::Gone, RetryPolicy::Imds) => &[10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000],
        (RetryClass::NotFound | RetryClass::Unavailable, RetryPolicy::Imds) => {
            &[1_000, 2_000, 6_000, 14_000, 30_000]
        }
        (RetryClass::Gone, _) => &[],
        _ => &[1_000, 2_000, 4_000],
    }
}

/// Delay before the next retry, at least `retry_after` up to [`MAX_RETRY_AFTER`]; `None` when there is no retry left.
/// `retries` counts the retries so far.
pub(crate) fn delay(
    policy: RetryPolicy,
    class: RetryClass,
    retries: usize,
    retry_after: Option<Duration>,
) -> Option<Duration> {
    let delay = Duration::from_millis(*delays(policy, class).get(retries)?);
    Some(delay.max(retry_after.unwrap_or_default().min(MAX_RETRY_AFTER)))
}

/// Delay before the next retry of a connection to an expected service: the machine or the service is starting.
/// `waited` is the time since the first such failure; `None` from [`START_TIMEOUT`] on.
pub(crate) fn delay_while_starting(retries: usize, waited: Duration) -> Option<Duration> {
    let doubled = FIRST_START_DELAY * (1 << retries.min(10));
    let delay = doubled.min(MAX_START_DELAY);
    let remaining = START_TIMEOUT.saturating_sub(waited);
    // The last retry is at the end of that time.
    (!remaining.is_zero()).then_some(delay.min(remaining))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(rules: RetryPolicy, outcome: RetryClass, retry_after: Option<u64>) -> Vec<u128> {
        let next = |retries| delay(rules, outcome, retries, retry_after.map(Duration::from_secs));
        (0..20).map_while(next).map(|pause| pause.as_millis()).collect()
    }

    #[test]
    fn each_outcome_at_the_metadata_service_has_its_schedule() {
        let pauses = |outcome| pauses(RetryPolicy::Imds, outcome, None);
        assert_eq!(pauses(RetryClass::Permanent), [0; 0]);
        assert_eq!(pauses(RetryClass::ConnectFailed), [200, 400]);
        assert_eq!(pauses(RetryClass::ConnectionLost), [1_000, 2_000]);
        assert_eq!(pauses(RetryClass::Throttled), [1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000]);
        assert_eq!(pauses(RetryClass::Gone), [10_000; 7]);
        assert_eq!(pauses(RetryClass::NotFound), [1_000, 2_000, 6_000, 14_000, 30_000]);
        assert_eq!(pauses(RetryClass::Unavailable), [1_000, 2_000, 6_000, 14_000, 30_000]);
    }

    #[test]
    fn a_service_on_the_machine_itself_is_asked_three_times_more() {
        for outcome in [RetryClass::NotFound, RetryClass::Unavailable, RetryClass::Throttled] {
            assert_eq!(pauses(RetryPolicy::Local, outcome, None), [1_000, 2_000, 4_000], "{outcome:?}");
        }
        assert_eq!(pauses(RetryPolicy::Local, RetryClass::Gone, None), [0; 0]);
        assert_eq!(pauses(RetryPolicy::Local, RetryClass::ConnectFailed, None), [200, 400]);
    }

    #[test]
    fn service_fabric_is_not_asked_again_for_what_it_does_not_have() {
        let pauses = |outcome| pauses(RetryPolicy::ServiceFabric, outcome, None);
        assert_eq!(pauses(RetryClass::NotFound), [0; 0]);
        assert_eq!(pauses(RetryClass::Throttled), [1_000, 2_000, 4_000, 8_000, 16_000]);
        assert_eq!(pauses(RetryClass::Unavailable), [1_000, 2_000, 4_000]);
    }

    #[test]
    fn an_update_of_the_service_is_waited_out() {
        assert!(pauses(RetryPolicy::Imds, RetryClass::Gone, None).iter().sum::<u128>() >= 70_000);
    }

    #[test]
    fn a_machine_that_is_starting_is_given_half_a_minute() {
        let (mut waited, mut pauses) = (Duration::ZERO, Vec::new());
        while let Some(pause) = delay_while_starting(pauses.len(), waited) {
            pauses.push(pause.as_millis());
            waited += pause;
        }
        assert_eq!(pauses[..6], [200, 400, 800, 1_600, 2_000, 2_000]);
        assert_eq!((waited, pauses.len()), (Duration::from_secs(30), 18));
        assert_eq!(delay_while_starting(usize::MAX, Duration::MAX), None);
    }

    #[test]
    fn retry_after_is_a_floor_with_a_cap() {
        let pauses = |outcome, seconds| pauses(RetryPolicy::Imds, outcome, Some(seconds));
        assert_eq!(pauses(RetryClass::ConnectionLost, 0), [1_000, 2_000]);
        assert_eq!(pauses(RetryClass::Unavailable, 5), [5_000, 5_000, 6_000, 14_000, 30_000]);
        assert_eq!(pauses(RetryClass::ConnectionLost, 86_400), [60_000, 60_000]);
    }
}
