//! When to ask again: a pure function of how often was asked and what came back. The state belongs to one request.
//!
//! Guidance: <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#retry-guidance>

use std::time::Duration;

/// What came of asking, as far as it decides whether to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An answer that will not change.
    Final,
    /// Nobody could be reached. A machine without the service must hear so within three seconds.
    Unreachable,
    /// The connection broke or stayed silent.
    Broken,
    /// 429.
    Throttled,
    /// 410: the service is being updated and back within 70 s.
    Gone,
    /// 404: at the metadata service a sign that it is being updated.
    Missing,
    /// 408 and 5xx.
    Unavailable,
}

/// The longest `Retry-After` that is waited for.
const RETRY_AFTER_CAP: Duration = Duration::from_secs(60);

/// How long a service that is known to be there is waited for while nobody can reach it.
pub(crate) const START: Duration = Duration::from_secs(30);
/// The first pause of these; each further one is twice as long, up to the longest.
const FIRST_START_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_START_PAUSE: Duration = Duration::from_secs(2);

/// Whose schedule is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    /// The metadata service's own guidance.
    Metadata,
    /// A token service on the machine itself, for which there is none: three more tries.
    Local,
    /// Service Fabric's: what it does not find it will not find, and a 429 is waited out for half a minute.
    ServiceFabric,
}

/// Milliseconds before each further try.
const fn schedule(rules: Rules, outcome: Outcome) -> &'static [u64] {
    match (outcome, rules) {
        (Outcome::Final, _) => &[],
        (Outcome::Missing, Rules::ServiceFabric) => &[],
        (Outcome::Unreachable, _) => &[200, 400],
        (Outcome::Broken, _) => &[1_000, 2_000],
        // The gate spaces the machine's callers as well: this only keeps one caller from asking for ever.
        (Outcome::Throttled, Rules::Metadata) => &[1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000],
        (Outcome::Throttled, Rules::ServiceFabric) => &[1_000, 2_000, 4_000, 8_000, 16_000],
        (Outcome::Gone, Rules::Metadata) => &[10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000],
        (Outcome::Missing | Outcome::Unavailable, Rules::Metadata) => &[1_000, 2_000, 6_000, 14_000, 30_000],
        (Outcome::Gone, _) => &[],
        _ => &[1_000, 2_000, 4_000],
    }
}

/// The pause before the next try, or nothing when there is none. `retries` counts the tries after the first.
pub(crate) fn pause(
    rules: Rules,
    outcome: Outcome,
    retries: usize,
    retry_after: Option<Duration>,
) -> Option<Duration> {
    let pause = Duration::from_millis(*schedule(rules, outcome).get(retries)?);
    Some(pause.max(retry_after.unwrap_or_default().min(RETRY_AFTER_CAP)))
}

/// The pause before the next try at a service that is known to be there and that nobody can reach: the machine, or the service, is
/// starting. `waited` is the time since it could not be reached for the first time; nothing when it has been waited for long enough.
pub(crate) fn pause_while_starting(retries: usize, waited: Duration) -> Option<Duration> {
    let doubled = FIRST_START_PAUSE * (1 << retries.min(10));
    let pause = doubled.min(LONGEST_START_PAUSE);
    let left = START.saturating_sub(waited);
    // The last try comes at the end of that time.
    (!left.is_zero()).then_some(pause.min(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(rules: Rules, outcome: Outcome, retry_after: Option<u64>) -> Vec<u128> {
        let next = |retries| pause(rules, outcome, retries, retry_after.map(Duration::from_secs));
        (0..20).map_while(next).map(|pause| pause.as_millis()).collect()
    }

    #[test]
    fn each_outcome_at_the_metadata_service_has_its_schedule() {
        let pauses = |outcome| pauses(Rules::Metadata, outcome, None);
        assert_eq!(pauses(Outcome::Final), [0; 0]);
        assert_eq!(pauses(Outcome::Unreachable), [200, 400]);
        assert_eq!(pauses(Outcome::Broken), [1_000, 2_000]);
        assert_eq!(pauses(Outcome::Throttled), [1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000]);
        assert_eq!(pauses(Outcome::Gone), [10_000; 7]);
        assert_eq!(pauses(Outcome::Missing), [1_000, 2_000, 6_000, 14_000, 30_000]);
        assert_eq!(pauses(Outcome::Unavailable), [1_000, 2_000, 6_000, 14_000, 30_000]);
    }

    #[test]
    fn a_service_on_the_machine_itself_is_asked_three_times_more() {
        for outcome in [Outcome::Missing, Outcome::Unavailable, Outcome::Throttled] {
            assert_eq!(pauses(Rules::Local, outcome, None), [1_000, 2_000, 4_000], "{outcome:?}");
        }
        assert_eq!(pauses(Rules::Local, Outcome::Gone, None), [0; 0]);
        assert_eq!(pauses(Rules::Local, Outcome::Unreachable, None), [200, 400]);
    }

    #[test]
    fn service_fabric_is_not_asked_again_for_what_it_does_not_have() {
        let pauses = |outcome| pauses(Rules::ServiceFabric, outcome, None);
        assert_eq!(pauses(Outcome::Missing), [0; 0]);
        assert_eq!(pauses(Outcome::Throttled), [1_000, 2_000, 4_000, 8_000, 16_000]);
        assert_eq!(pauses(Outcome::Unavailable), [1_000, 2_000, 4_000]);
    }

    #[test]
    fn an_update_of_the_service_is_waited_out() {
        assert!(pauses(Rules::Metadata, Outcome::Gone, None).iter().sum::<u128>() >= 70_000);
    }

    #[test]
    fn a_machine_that_is_starting_is_given_half_a_minute() {
        let (mut waited, mut pauses) = (Duration::ZERO, Vec::new());
        while let Some(pause) = pause_while_starting(pauses.len(), waited) {
            pauses.push(pause.as_millis());
            waited += pause;
        }
        assert_eq!(pauses[..6], [200, 400, 800, 1_600, 2_000, 2_000]);
        assert_eq!((waited, pauses.len()), (Duration::from_secs(30), 18));
        assert_eq!(pause_while_starting(usize::MAX, Duration::MAX), None);
    }

    #[test]
    fn retry_after_is_a_floor_with_a_cap() {
        let pauses = |outcome, seconds| pauses(Rules::Metadata, outcome, Some(seconds));
        assert_eq!(pauses(Outcome::Broken, 0), [1_000, 2_000]);
        assert_eq!(pauses(Outcome::Unavailable, 5), [5_000, 5_000, 6_000, 14_000, 30_000]);
        assert_eq!(pauses(Outcome::Broken, 86_400), [60_000, 60_000]);
    }
}
