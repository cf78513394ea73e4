//! What the metadata service's limits allow at best: the schedule of a perfect queue.

use std::time::Duration;

const PER_SECOND: usize = 20;
const IN_FLIGHT: usize = 5;
const SECOND: Duration = Duration::from_secs(1);

/// The time from the first request to the last answer when every request leaves at the first moment both limits let it.
pub(crate) fn seconds(requests: usize, latency: Duration) -> f64 {
    let mut starts: Vec<Duration> = Vec::with_capacity(requests);
    for number in 0..requests {
        let slot = number.checked_sub(IN_FLIGHT).map_or(Duration::ZERO, |earlier| starts[earlier] + latency);
        let place = number.checked_sub(PER_SECOND).map_or(Duration::ZERO, |earlier| starts[earlier] + SECOND);
        starts.push(slot.max(place));
    }
    starts.last().map_or(0.0, |last| (*last + latency).as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(requests: usize, milliseconds: u64) -> f64 {
        seconds(requests, Duration::from_millis(milliseconds))
    }

    #[test]
    fn five_requests_take_one_latency_and_twenty_take_four() {
        assert_eq!(at(5, 20), 0.020);
        assert_eq!(at(6, 20), 0.040);
        assert_eq!(at(20, 20), 0.080);
    }

    #[test]
    fn every_further_twenty_take_a_second() {
        assert_eq!(at(40, 20), 1.080);
        assert_eq!(at(200, 20), 9.080);
    }

    #[test]
    fn a_slow_service_is_limited_by_the_five_in_flight() {
        assert_eq!(at(20, 1000), 4.0);
        assert_eq!(at(40, 1000), 8.0);
    }

    #[test]
    fn nothing_takes_no_time() {
        assert_eq!(at(0, 20), 0.0);
    }
}
