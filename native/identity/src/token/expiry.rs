//! Expiry of a token, in every format that the services have been seen to use.
//!
//! Epoch numbers are a string, an integer or a float; dates have a zone or none; a small number is in seconds from
//! now, in either field. Numbers too large for seconds are in milliseconds or a finer unit; a time that no token can
//! reach is invalid.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use serde_json::Value;

/// Expiry of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expiry {
    /// Seconds since 1970 UTC.
    pub(crate) expires_on: i64,
    /// Seconds left, by the service's own count if it sends one, so that a wrong local clock does no harm.
    pub(crate) expires_in: i64,
}

/// Why the expiry cannot be determined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ExpiryError {
    #[error("it does not say when the token expires")]
    Missing,
    #[error("the time at which the token expires cannot be read")]
    Invalid,
    #[error("the token has expired already")]
    Expired,
}

/// Numbers below this (1 January 2001) are relative, others absolute.
const RELATIVE_LIMIT: i64 = 978_307_200;

/// Absolute times from this on (1 January 2100) are invalid.
const ABSOLUTE_LIMIT: i64 = 4_102_444_800;
/// Longest lifetime in seconds (30 days, thirty times the longest in use): a larger relative time is in milliseconds.
const MAX_LIFETIME: i64 = 30 * 86_400;
/// Units per second: seconds, milliseconds, microseconds, nanoseconds.
const UNITS: [i64; 4] = [1, 1_000, 1_000_000, 1_000_000_000];

#[derive(Clone, Copy)]
enum ExpiryValue {
    Absolute(i64),
    Relative(i64),
}

/// Parses the two fields of a response that arrived at `now` (seconds since 1970 UTC).
pub(crate) fn read(
    expires_on: Option<&Value>,
    expires_in: Option<&Value>,
    now: i64,
) -> Result<Expiry, ExpiryError> {
    let (on, within) = (parse_value(expires_on)?, parse_value(expires_in)?);
    let (mut at, mut remaining) = (None, None);
    for value in [on, within].into_iter().flatten() {
        match value {
            ExpiryValue::Absolute(moment) => at = at.or(Some(moment)),
            ExpiryValue::Relative(span) => remaining = remaining.or(Some(span)),
        }
    }
    let by_clock = at.map(|at| at.saturating_sub(now));
    let remaining = match (by_clock, remaining) {
        // With both, the shorter is safe when the service repeats the `expires_in` it first sent. If our clock is past
        // `expires_on` while the service still counts seconds, our clock is wrong, not the token.
        (Some(by_clock), Some(remaining)) if by_clock > 0 => by_clock.min(remaining),
        (_, Some(remaining)) => remaining,
        (Some(by_clock), None) => by_clock,
        (None, None) => return Err(ExpiryError::Missing),
    };
    if remaining <= 0 {
        return Err(ExpiryError::Expired);
    }
    Ok(Expiry { expires_on: at.unwrap_or_else(|| now.saturating_add(remaining)), expires_in: remaining })
}

fn parse_value(value: Option<&Value>) -> Result<Option<ExpiryValue>, ExpiryError> {
    let number = |number: i64| scaled(number).map(Some).ok_or(ExpiryError::Invalid);
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(value)) => {
            number(value.as_i64().or_else(|| whole(value.as_f64()?)).ok_or(ExpiryError::Invalid)?)
        }
        Some(Value::String(text)) => match text.trim() {
            "" => Ok(None),
            text => match text.parse().ok().or_else(|| text.parse().ok().and_then(whole)) {
                Some(value) => number(value),
                None => match date(text) {
                    Some(moment) if moment < ABSOLUTE_LIMIT => Ok(Some(ExpiryValue::Absolute(moment))),
                    _ => Err(ExpiryError::Invalid),
                },
            },
        },
        Some(_) => Err(ExpiryError::Invalid),
    }
}

/// Interprets a number; `None` when it makes sense in no unit.
fn scaled(number: i64) -> Option<ExpiryValue> {
    if number <= MAX_LIFETIME {
        return Some(ExpiryValue::Relative(number));
    }
    if number < RELATIVE_LIMIT {
        return Some(ExpiryValue::Relative(number / 1_000));
    }
    let mut moments = UNITS.into_iter().map(|unit| number / unit);
    moments.find(|moment| (RELATIVE_LIMIT..ABSOLUTE_LIMIT).contains(moment)).map(ExpiryValue::Absolute)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the fraction is dropped on purpose; the range is checked"
)]
fn whole(value: f64) -> Option<i64> {
    (value.is_finite() && value.abs() < 9e18).then_some(value as i64)
}

/// Parses a date in any of the services' formats; without a zone it is UTC.
fn date(text: &str) -> Option<i64> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.as_second());
    }
    let (civil, zone) = match text.rsplit_once(' ') {
        Some((civil, zone)) if zone.starts_with(['+', '-']) => (civil, zone),
        _ => (text, "+00:00"),
    };
    // An old sample has a 24-hour clock followed by PM: the hour is then right without the PM.
    let unmarked = civil.strip_suffix(" AM").or_else(|| civil.strip_suffix(" PM"));
    let twelve_hours = unmarked.filter(|civil| matches!(hour(civil), Some(1..=12)));
    let (form, civil) = match twelve_hours {
        Some(_) => ("%m/%d/%Y %I:%M:%S %p", civil),
        None => ("%m/%d/%Y %H:%M:%S", unmarked.unwrap_or(civil)),
    };
    let civil =
        DateTime::strptime(form, civil).or_else(|_| DateTime::strptime("%Y-%m-%d %H:%M:%S", civil)).ok()?;
    let offset = strtime::parse("%:z", zone).ok()?.offset()?;
    Some(offset.to_timestamp(civil).ok()?.as_second())
}

fn hour(civil: &str) -> Option<u8> {
    civil.split_once(' ')?.1.split_once(':')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_500_000_000;

    fn on(value: Value) -> Result<i64, ExpiryError> {
        read(Some(&value), None, NOW).map(|expiry| expiry.expires_on)
    }

    #[test]
    fn epoch_numbers_are_read_from_text_integer_and_float() {
        for value in [
            json!("1586984735"),
            json!(1_586_984_735),
            json!(1_586_984_735.0),
            json!("1586984735.9"),
            json!(" 1586984735 "),
        ] {
            assert_eq!(on(value.clone()), Ok(1_586_984_735), "{value}");
        }
    }

    #[test]
    fn dates_are_read_in_every_form_seen() {
        for (text, unix) in [
            ("06/19/2019 23:42:01 +00:00", 1_560_987_721),
            ("1/16/2020 5:24:12 AM +00:00", 1_579_152_252),
            ("1/16/2020 5:24:12 PM +00:00", 1_579_195_452),
            ("09/14/2017 00:00:00 PM +00:00", 1_505_347_200),
            ("09/14/2017 15:00:00 PM +00:00", 1_505_401_200),
            ("05/22/2021 17:18:21 +00:00", 1_621_703_901),
            ("05/22/2021 17:18:21 +02:00", 1_621_696_701),
            ("2024-10-18T19:51:37.0000000+00:00", 1_729_281_097),
            ("2024-10-18T19:51:37Z", 1_729_281_097),
            ("10/18/2024 19:51:37", 1_729_281_097),
            ("2024-10-18 19:51:37", 1_729_281_097),
        ] {
            assert_eq!(on(json!(text)), Ok(unix), "{text}");
        }
        assert_eq!(date("01/01/1970 00:00:42 +00:00"), Some(42));
    }

    #[test]
    fn a_small_number_is_seconds_from_now_in_either_field() {
        assert_eq!(on(json!("3600")), Ok(NOW + 3600));
        assert_eq!(on(json!("86400")), Ok(NOW + 86_400));
        assert_eq!(
            read(None, Some(&json!("3600")), NOW),
            Ok(Expiry { expires_on: NOW + 3600, expires_in: 3600 })
        );
        assert_eq!(
            read(None, Some(&json!(NOW + 50)), NOW),
            Ok(Expiry { expires_on: NOW + 50, expires_in: 50 })
        );
    }

    #[test]
    fn a_number_too_large_for_seconds_is_in_a_finer_unit_and_never_a_far_future() {
        for (value, unix) in [
            (json!(1_586_984_735_123_i64), 1_586_984_735),
            (json!("1586984735123"), 1_586_984_735),
            (json!(1_586_984_735_123.0), 1_586_984_735),
            (json!(1_586_984_735_123_456_i64), 1_586_984_735),
            (json!(1_586_984_735_123_456_789_i64), 1_586_984_735),
            (json!(4_102_444_799_i64), 4_102_444_799),
            (json!(86_400_000), NOW + 86_400),
            (json!(3_600_000), NOW + 3_600),
            (json!(2_592_000), NOW + 2_592_000),
        ] {
            assert_eq!(on(value.clone()), Ok(unix), "{value}");
        }
        // The ends of what dates can be in several languages, and what lies between the units.
        for value in [
            json!(253_402_300_799_i64),
            json!("9999-12-31T23:59:59Z"),
            json!("12/31/9999 23:59:59 +00:00"),
            json!(4_102_444_800_i64),
            json!(i64::MAX),
            json!(u64::MAX),
        ] {
            assert_eq!(on(value.clone()), Err(ExpiryError::Invalid), "{value}");
        }
        let within = |value: Value| read(None, Some(&value), NOW).map(|expiry| expiry.expires_in);
        assert_eq!(within(json!(86_400_000)), Ok(86_400));
    }

    #[test]
    fn an_empty_span_beside_a_good_moment_is_no_span() {
        assert_eq!(
            read(Some(&json!("1500003600")), Some(&json!("")), NOW),
            Ok(Expiry { expires_on: NOW + 3600, expires_in: 3600 })
        );
    }

    #[test]
    fn the_shorter_of_two_counts_is_believed() {
        let both =
            |on: i64, within: i64| read(Some(&json!(on.to_string())), Some(&json!(within.to_string())), NOW);
        assert_eq!(both(NOW + 3600, 86_400), Ok(Expiry { expires_on: NOW + 3600, expires_in: 3600 }));
        assert_eq!(both(NOW + 86_400, 3600), Ok(Expiry { expires_on: NOW + 86_400, expires_in: 3600 }));
    }

    #[test]
    fn a_clock_that_is_ahead_does_not_end_a_token_that_the_service_still_counts() {
        let answer = read(Some(&json!(NOW - 600)), Some(&json!(86_000)), NOW);
        assert_eq!(answer, Ok(Expiry { expires_on: NOW - 600, expires_in: 86_000 }));
    }

    #[test]
    fn what_is_missing_unreadable_or_past_is_told_apart() {
        assert_eq!(read(None, None, NOW), Err(ExpiryError::Missing));
        assert_eq!(read(Some(&json!("")), Some(&Value::Null), NOW), Err(ExpiryError::Missing));
        for value in [
            json!("invalid-date-format"),
            json!("15609740s28"),
            json!([]),
            json!(true),
            json!(1e300),
            json!("nan"),
        ] {
            assert_eq!(on(value.clone()), Err(ExpiryError::Invalid), "{value}");
        }
        for value in [json!("0"), json!("-5"), json!(NOW), json!(NOW - 3600), json!("1497690590")] {
            assert_eq!(on(value.clone()), Err(ExpiryError::Expired), "{value}");
        }
    }
}
