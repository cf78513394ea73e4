//! The chance that is added to a delay.

use std::time::Duration;

/// A fifth of `delay` more at most, so that callers that failed together do not return together. `random` is between 0 and 1.
pub fn add_jitter(delay: Duration, random: f64) -> Duration {
    delay.mul_f64(1.0 + 0.2 * random)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_adds_a_fifth_at_most() {
        let delay = Duration::from_secs(10);
        assert_eq!((add_jitter(delay, 0.0), add_jitter(delay, 1.0)), (delay, Duration::from_secs(12)));
    }
}
