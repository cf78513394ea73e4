//! The delay that a response asks for before the next request.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue};
use tollgate_core::Clock;

/// The delay in `Retry-After`: seconds, or until a date (RFC 9110, section 10.2.3). `None` without the header or with
/// an invalid value; zero for a past date. Not capped.
pub fn retry_after(headers: &HeaderMap, clock: &dyn Clock) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?;
    if let Ok(seconds) = value.to_str().ok()?.trim().parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let now = Duration::from_secs(u64::try_from(clock.unix_now()).ok()?);
    Some(http_date(value)?.saturating_sub(now))
}

/// The date of a header (RFC 9110, section 5.6.7), as the time since 1970 UTC. `None` when it is invalid or earlier.
pub fn http_date(value: &HeaderValue) -> Option<Duration> {
    httpdate::parse_http_date(value.to_str().ok()?).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()
}

#[cfg(test)]
mod tests {
    use tollgate_core::BootInstant;

    use super::*;

    /// A machine whose clock shows noon of 15 January 2027, UTC.
    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> BootInstant {
            BootInstant::default()
        }

        fn unix_now(&self) -> i64 {
            1_800_014_400
        }
    }

    fn asked(text: &'static str) -> Option<Duration> {
        retry_after(&HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]), &Noon)
    }

    #[test]
    fn seconds_may_have_a_fraction() {
        assert_eq!(asked(" 3 "), Some(Duration::from_secs(3)));
        assert_eq!(asked("0.5"), Some(Duration::from_millis(500)));
    }

    #[test]
    fn a_date_is_measured_from_this_machines_clock() {
        assert_eq!(asked("Fri, 15 Jan 2027 12:00:07 GMT"), Some(Duration::from_secs(7)));
        assert_eq!(asked(" Fri, 15 Jan 2027 11:59:00 GMT "), Some(Duration::ZERO));
    }

    #[test]
    fn a_date_before_1970_is_none() {
        assert_eq!(http_date(&HeaderValue::from_static("Wed, 31 Dec 1969 23:59:59 GMT")), None);
        assert_eq!(
            http_date(&HeaderValue::from_static("Thu, 01 Jan 1970 00:00:09 GMT")),
            Some(Duration::from_secs(9))
        );
    }

    #[test]
    fn what_is_no_length_of_time_asks_for_nothing() {
        for text in ["", "soon", "-1", "NaN", "inf", "1e300", "18446744073709551616"] {
            assert_eq!(asked(text), None, "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), &Noon), None);
    }
}
