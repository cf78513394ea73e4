//! Checks of the token request: the stage at which it failed shows where the problem is.

use crate::advice;
use crate::diagnosis::check::Check;
use crate::diagnosis::input::DiagnosisInput;
use crate::error::Error;
use crate::progress_log::AT_THE_GATE;
use crate::service_error::NO_RESPONSE;
use crate::source::RateLimit;
use crate::token::AccessToken;
use crate::token::expiry::ExpiryError;

/// Stages of a request, in order.
const STAGES: [&str; 4] = ["Endpoint", "Service", "Identity", "Token"];

/// Checks of a received token.
const TOKEN_CHECKS: [&str; 3] = ["Claims", "Audience", "Clock"];

pub(super) fn checks(input: &DiagnosisInput<'_>) -> Vec<Check> {
    let mut checks = vec![source(input)];
    match input.result {
        Ok(token) => {
            checks.extend(passed_stages(input, STAGES.len()));
            checks.push(claims(input, token));
            checks.push(audience(input, token));
            checks.push(clock(token));
        }
        Err(error) => {
            let stopped = failed_stage(error);
            checks.extend(passed_stages(input, stopped));
            if let Some(stage) = STAGES.get(stopped) {
                checks.push(Check::failed(stage, error.to_string(), advice_on(error)));
            }
            let failed = STAGES.get(stopped).unwrap_or(&"Source");
            let not_reached = STAGES.iter().skip(stopped + 1).chain(&TOKEN_CHECKS);
            checks.extend(
                not_reached.map(|name| Check::skipped(name, format!("not reached: {failed} failed"))),
            );
        }
    }
    checks
}

fn source(input: &DiagnosisInput<'_>) -> Check {
    let source = input.source;
    let why = match source.configured_by() {
        None => "for no variable points anywhere else".to_owned(),
        Some(configured_by) if source.kind().rate_limit == RateLimit::MachineGate => {
            format!("because of {configured_by}")
        }
        Some(_) => format!("told by {}", source.kind().detected_by.replace('`', "")),
    };
    let detail = format!("{} at {}, {why}", source.kind().name, source.endpoint());
    if let Err(error @ Error::InvalidArgument { .. }) = input.result {
        return Check::failed("Source", format!("{detail}; {error}"), advice::for_error(error));
    }
    let passed_over = input.environment.incomplete_sources();
    if input.is_changed {
        let detail =
            format!("{detail}; the context in use keeps another source, the one it was connected through");
        const AGAIN: &str =
            "run Connect-MiAccount again to use the one that the environment variables point to now";
        return Check::warning("Source", detail, AGAIN);
    }
    if !passed_over.is_empty() {
        const BOTH: &str = "if such a source is meant, set all that it needs; if not, there is nothing to do";
        return Check::warning("Source", format!("{detail}; {}", passed_over.join("; ")), BOTH);
    }
    Check::passed("Source", detail)
}

/// Advice that is more specific than the error's: only one request was made, and it had its full timeout.
fn advice_on(error: &Error) -> &'static str {
    const SILENT: &str = "find out what listens at that address: it takes the connection and says nothing";
    match error {
        Error::ServiceUnavailable { answer, .. } if answer.status == 0 => SILENT,
        Error::TimedOut { last: None, sends, .. } if sends.count > 0 => SILENT,
        Error::TimedOut { last: Some(last), .. } if last.starts_with(NO_RESPONSE) => SILENT,
        _ => advice::for_error(error),
    }
}

/// Index of the stage at which the request failed.
fn failed_stage(error: &Error) -> usize {
    match error {
        // Nothing was sent: the source itself rejected the input.
        Error::InvalidArgument { .. } => STAGES.len(),
        Error::EndpointUnreachable { .. } | Error::NoSource { answered: false, .. } => 0,
        // Nothing was sent; a request that waits at the machine's gate has a connection.
        Error::TimedOut { sends, last, .. }
            if sends.count == 0 && !last.as_ref().is_some_and(|last| last.starts_with(AT_THE_GATE)) =>
        {
            0
        }
        // The token has expired.
        Error::MalformedResponse { fault, .. } if *fault == ExpiryError::Expired.to_string() => 3,
        // The service does not accept the caller as one of this machine.
        Error::Refused { answer } if answer.status == 401 => 1,
        Error::NoSource { .. } | Error::MalformedResponse { .. } | Error::EndpointNotTrusted { .. } => 1,
        Error::ServiceUnavailable { .. }
        | Error::Throttled { .. }
        | Error::TimedOut { .. }
        | Error::Cancelled
        | Error::Internal => 1,
        Error::IdentityNotFound { .. } => 2,
        Error::Refused { .. } => 3,
    }
}

/// The checks of the first `count` stages, which the request passed.
fn passed_stages(input: &DiagnosisInput<'_>, count: usize) -> Vec<Check> {
    let DiagnosisInput { source, selector, resource, .. } = input;
    let details = [
        format!("{} can be reached", source.endpoint()),
        format!("it answers as {} does", source.kind().name),
        format!("{selector} is there"),
        format!("a token for {resource} came"),
    ];
    let checks = STAGES.iter().zip(details).take(count);
    checks
        .map(|(stage, detail)| match input.result {
            Err(Error::InvalidArgument { .. }) => Check::skipped(stage, "nothing was asked"),
            Err(Error::Refused { answer }) if *stage == "Identity" && !advice::concerns_resource(answer) => {
                Check::skipped(stage, "the refusal does not tell whether it is there")
            }
            _ => Check::passed(stage, detail),
        })
        .collect()
}

fn claims(input: &DiagnosisInput<'_>, token: &AccessToken) -> Check {
    let fields = [
        ("tenant", token.tenant_id()),
        ("client id", token.client_id()),
        ("object id", token.object_id()),
        ("issued on", token.resource_id()),
    ];
    let mut parts: Vec<_> =
        fields.iter().filter_map(|(name, value)| value.map(|value| format!("{name} {value}"))).collect();
    let minutes = (token.expires_on() - input.now).max(0) / 60;
    parts.push(format!("{} h {} min left", minutes / 60, minutes % 60));
    Check::passed("Claims", parts.join(", "))
}

fn audience(input: &DiagnosisInput<'_>, token: &AccessToken) -> Check {
    let bare = |text: &str| text.trim_end_matches('/').to_ascii_lowercase();
    match token.audience() {
        None => Check::skipped("Audience", "the token does not say whom it is for"),
        Some(audience) if bare(audience) == bare(input.resource.as_str()) => {
            Check::passed("Audience", format!("the token is for {audience}"))
        }
        Some(audience) => Check::warning(
            "Audience",
            format!("the token is for {audience}, and {} was asked for", input.resource),
            "a resource may have several names; if it refuses the token, ask by the name it knows itself by",
        ),
    }
}

/// Clock skew in seconds from which other services reject signatures and tokens.
const CLOCK_SKEW_FAIL: i64 = 300;
const CLOCK_SKEW_WARN: i64 = 30;

fn clock(token: &AccessToken) -> Check {
    const ADVICE: &str =
        "set the clock, or let the machine's time service do so (w32tm /resync, chronyc makestep)";
    let Some(service_time) = token.service_time() else {
        return Check::skipped("Clock", "the service does not tell the time");
    };
    let skew = token.received_at() - service_time;
    let detail = match skew {
        0 => "the clock agrees with the service's".to_owned(),
        ahead @ 1.. => format!("the clock is {ahead} s ahead of the service's"),
        behind => format!("the clock is {} s behind the service's", behind.unsigned_abs()),
    };
    match skew.unsigned_abs() {
        seconds if seconds >= CLOCK_SKEW_FAIL.unsigned_abs() => Check::failed("Clock", detail, ADVICE),
        seconds if seconds >= CLOCK_SKEW_WARN.unsigned_abs() => Check::warning("Clock", detail, ADVICE),
        _ => Check::passed("Clock", detail),
    }
}
