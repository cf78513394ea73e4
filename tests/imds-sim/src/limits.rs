//! How many requests a host lets through: a sliding second over the arrivals it served, and a number in flight.
//! Pure: the clock is an argument, so the rule can be tested as an exact sequence.
//! <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#rate-limiting>

use std::collections::VecDeque;
use std::time::Duration;

use crate::host::Host;

/// What one virtual machine, or one application on Service Fabric, may ask for. Other hosts have no limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests under `/metadata/identity` in any sliding second.
    pub identity_per_second: usize,
    /// Requests under `/metadata/identity` that may be waiting for their answer at once.
    pub identity_in_flight: usize,
    /// All other requests in any sliding second.
    pub other_per_second: usize,
    /// Token requests on Service Fabric in any sliding ten seconds.
    pub fabric_per_ten_seconds: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            identity_per_second: 20,
            identity_in_flight: 5,
            other_per_second: 5,
            fabric_per_ten_seconds: 30,
        }
    }
}

impl Limits {
    /// No limit at all.
    pub const fn none() -> Self {
        Self {
            identity_per_second: usize::MAX,
            identity_in_flight: usize::MAX,
            other_per_second: usize::MAX,
            fabric_per_ten_seconds: usize::MAX,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Served,
    TooFast,
    TooMany,
}

/// The arrivals that still weigh on the next one. Times are measured from any fixed instant.
#[derive(Debug)]
pub(crate) struct Meter {
    identity: Window,
    other: Window,
    in_flight: usize,
    most_in_flight: usize,
}

impl Meter {
    pub(crate) fn new(limits: Limits, host: Host) -> Self {
        let (seconds, most, most_in_flight) = match host {
            Host::Vm => (1, limits.identity_per_second, limits.identity_in_flight),
            Host::ServiceFabric => (10, limits.fabric_per_ten_seconds, usize::MAX),
            _ => (1, usize::MAX, usize::MAX),
        };
        Self {
            identity: Window::new(seconds, most),
            other: Window::new(1, limits.other_per_second),
            in_flight: 0,
            most_in_flight,
        }
    }

    /// A served arrival is in flight until [`Meter::leave`].
    pub(crate) fn arrive_identity(&mut self, now: Duration) -> Verdict {
        if self.identity.is_full(now) {
            return Verdict::TooFast;
        }
        if self.in_flight >= self.most_in_flight {
            return Verdict::TooMany;
        }
        self.identity.served.push_back(now);
        self.in_flight += 1;
        Verdict::Served
    }

    pub(crate) fn leave(&mut self) {
        self.in_flight -= 1;
    }

    pub(crate) fn arrive_other(&mut self, now: Duration) -> Verdict {
        if self.other.is_full(now) {
            return Verdict::TooFast;
        }
        self.other.served.push_back(now);
        Verdict::Served
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Identity arrivals served in the window that ends with the latest of them.
    pub(crate) fn in_this_window(&self) -> usize {
        self.identity.served.len()
    }

    /// How long the oldest identity arrival in the window will still be there.
    pub(crate) fn wait(&self, now: Duration) -> Duration {
        let oldest = self.identity.served.front().copied().unwrap_or(now);
        (oldest + self.identity.length).saturating_sub(now)
    }

    /// Forgets the past; what is in flight stays so.
    pub(crate) fn forget(&mut self) {
        self.identity.served.clear();
        self.other.served.clear();
    }
}

/// Arrivals served in the last so many seconds, and how many there may be.
#[derive(Debug)]
struct Window {
    length: Duration,
    most: usize,
    served: VecDeque<Duration>,
}

impl Window {
    fn new(seconds: u64, most: usize) -> Self {
        Self { length: Duration::from_secs(seconds), most, served: VecDeque::new() }
    }

    fn is_full(&mut self, now: Duration) -> bool {
        while self.served.front().is_some_and(|&first| now.saturating_sub(first) >= self.length) {
            self.served.pop_front();
        }
        self.served.len() >= self.most
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Served, TooFast, TooMany};
    use super::*;

    fn vm(limits: Limits) -> Meter {
        Meter::new(limits, Host::Vm)
    }

    fn ms(value: u64) -> Duration {
        Duration::from_millis(value)
    }

    /// Each arrival is answered at once.
    fn answered_at_once(meter: &mut Meter, times: &[u64]) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        for &time in times {
            let verdict = meter.arrive_identity(ms(time));
            if verdict == Served {
                meter.leave();
            }
            verdicts.push(verdict);
        }
        verdicts
    }

    #[test]
    fn twenty_arrivals_at_one_instant_are_served_and_the_next_is_not() {
        let mut meter = vm(Limits::default());
        let verdicts = answered_at_once(&mut meter, &[0; 21]);
        assert_eq!(verdicts[..20], [Served; 20]);
        assert_eq!(verdicts[20], TooFast);
        assert_eq!(meter.in_this_window(), 20);
    }

    #[test]
    fn a_place_is_free_again_exactly_one_second_after_it_was_taken() {
        let mut meter = vm(Limits { identity_per_second: 2, ..Limits::default() });
        let verdicts = answered_at_once(&mut meter, &[0, 400, 999, 1000, 1001, 1399, 1400, 1401, 2000]);
        assert_eq!(verdicts, [Served, Served, TooFast, Served, TooFast, TooFast, Served, TooFast, Served]);
    }

    #[test]
    fn refused_arrivals_do_not_weigh_on_later_ones() {
        let mut meter = vm(Limits { identity_per_second: 1, ..Limits::default() });
        let verdicts = answered_at_once(&mut meter, &[0, 300, 600, 900, 1000]);
        assert_eq!(verdicts, [Served, TooFast, TooFast, TooFast, Served]);
    }

    #[test]
    fn twenty_a_second_spread_evenly_is_never_refused() {
        let mut meter = vm(Limits::default());
        let times: Vec<u64> = (0..200).map(|n| n * 50).collect();
        assert_eq!(answered_at_once(&mut meter, &times), [Served; 200]);
        assert_eq!(meter.in_this_window(), 20);
    }

    #[test]
    fn the_sixth_in_flight_is_refused_until_one_leaves() {
        let mut meter = vm(Limits::default());
        for _ in 0..5 {
            assert_eq!(meter.arrive_identity(ms(0)), Served);
        }
        assert_eq!(meter.arrive_identity(ms(10)), TooMany);
        meter.leave();
        assert_eq!(meter.arrive_identity(ms(10)), Served);
        assert_eq!(meter.arrive_identity(ms(10)), TooMany);
        assert_eq!(meter.in_flight(), 5);
    }

    #[test]
    fn a_request_stays_in_flight_when_its_second_has_passed() {
        let mut meter = vm(Limits { identity_in_flight: 1, ..Limits::default() });
        assert_eq!(meter.arrive_identity(ms(0)), Served);
        assert_eq!(meter.arrive_identity(ms(5000)), TooMany);
        meter.forget();
        assert_eq!(meter.arrive_identity(ms(5000)), TooMany);
    }

    #[test]
    fn the_two_categories_do_not_share_their_seconds() {
        let mut meter = vm(Limits::default());
        for _ in 0..5 {
            assert_eq!(meter.arrive_other(ms(0)), Served);
        }
        assert_eq!(meter.arrive_other(ms(999)), TooFast);
        assert_eq!(meter.arrive_identity(ms(999)), Served);
        assert_eq!(meter.arrive_other(ms(1000)), Served);
    }

    #[test]
    fn service_fabric_lets_thirty_through_in_ten_seconds_and_any_number_at_once() {
        let mut meter = Meter::new(Limits::default(), Host::ServiceFabric);
        for n in 0..30 {
            assert_eq!(meter.arrive_identity(ms(n * 100)), Served);
        }
        assert_eq!(meter.arrive_identity(ms(9999)), TooFast);
        assert_eq!(meter.wait(ms(9999)), ms(1));
        assert_eq!(meter.arrive_identity(ms(10_000)), Served);
        assert_eq!(meter.arrive_identity(ms(10_000)), TooFast);
        assert_eq!(meter.wait(ms(10_000)), ms(100));
        assert_eq!(meter.in_flight(), 31);
    }

    #[test]
    fn a_host_without_limits_serves_what_would_be_too_much_for_a_virtual_machine() {
        let mut meter = Meter::new(Limits::default(), Host::AppService);
        for _ in 0..100 {
            assert_eq!(meter.arrive_identity(ms(0)), Served);
        }
        assert_eq!((meter.in_flight(), meter.in_this_window()), (100, 100));
    }

    #[test]
    fn without_limits_everything_is_served() {
        let mut meter = vm(Limits::none());
        for _ in 0..10_000 {
            assert_eq!(meter.arrive_identity(ms(0)), Served);
            assert_eq!(meter.arrive_other(ms(0)), Served);
        }
    }
}
