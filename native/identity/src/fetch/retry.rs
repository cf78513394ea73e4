//! When to ask again: a pure function of how often was asked and what came back. The state belongs to one request.
//!
//! Guidance: <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#retry-guidance>

use std::time::Duration;

/// What came of asking, as far as it decides whether to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryClass {
    /// An answer that will not change.
    Permanent,
    /// Nobody could be reached. A machine without the service must hear so within three seconds.
    ConnectFailed,
    /// The connection broke or stayed silent.
    ConnectionLost,
    /// 429.
    Throttled,
    /// 410: the service is being updated and back within 70 s.
    Gone,
    /// 404: at the metadata service a sign that it is being updated.
    NotFound,
    /// 408 and 5xx.
    Unavailable,
}

/// The longest `Retry-After` that is waited for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// How long a service that is known to be there is waited for while nobody can reach it.
pub(crate) const START_TIMEOUT: Duration = Duration::from_secs(30);
/// The first pause of these; each further one is twice as long, up to the longest.
const FIRST_START_DELAY: Duration = Duration::from_millis(200);
const MAX_START_DELAY: Duration = Duration::from_secs(2);

/// Whose schedule is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryPolicy {
    /// The metadata service's own guidance.
    Imds,
    /// A token service on the machine itself, for which there is none: three more tries.
    Local,
    /// Service Fabric's: what it does not find it will not find, and a 429 is waited out for half a minute.
    ServiceFabric,
}

/// Milliseconds before each further try.
const fn delays(rules: RetryPolicy, outcome: RetryClass) -> &'static [u64] {
    match (outcome, rules) {
        (RetryClass::Permanent, _) => &[],
        (RetryClass::NotFound, RetryPolicy::ServiceFabric) => &[],
        (RetryClass::ConnectFailed, _) => &[200, 400],
        (RetryClass::ConnectionLost, _) => &[1_000, 2_000],
        // The gate spaces the machine's callers as well: this only keeps one caller from asking for ever.
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

/// The pause before the next try, or nothing when there is none. `retries` counts the tries after the first.
pub(crate) fn delay(
    rules: RetryPolicy,
    outcome: RetryClass,
    retries: usize,
    retry_after: Option<Duration>,
) -> Option<Duration> {
    let pause = Duration::from_millis(*delays(rules, outcome).get(retries)?);
    Some(pause.max(retry_after.unwrap_or_default().min(MAX_RETRY_AFTER)))
}

/// The pause before the next try at a service that is known to be there and that nobody can reach: the machine, or the service, is
/// starting. `waited` is the time since it could not be reached for the first time; nothing when it has been waited for long enough.
pub(crate) fn delay_while_starting(retries: usize, waited: Duration) -> Option<Duration> {
    let doubled = FIRST_START_DELAY * (1 << retries.min(10));
    let pause = doubled.min(MAX_START_DELAY);
    let left = START_TIMEOUT.saturating_sub(waited);
    // The last try comes at the end of that time.
    (!left.is_zero()).then_some(pause.min(left))
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
