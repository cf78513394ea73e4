//! Checks of the environment: proxies, the gate, and logins that other tools left in the profile.

use crate::diagnosis::check::Check;
use crate::diagnosis::input::DiagnosisInput;
use crate::environment::Environment;
use crate::source::RateLimit;

pub(super) fn checks(input: &DiagnosisInput<'_>) -> Vec<Check> {
    vec![proxy(input), gate(input), logins(input.environment)]
}

/// Tollgate never uses a proxy for the token service. Other tools may, and then fail at the metadata service.
fn proxy(input: &DiagnosisInput<'_>) -> Check {
    let environment = input.environment;
    let set = environment.proxy_variables();
    if set.is_empty() {
        return Check::passed(
            "Proxy",
            "no variable names a proxy; the token service is asked without one anyway",
        );
    }
    let (names, endpoint) = (set.join(", "), input.source.endpoint());
    let host = endpoint.host();
    if environment.bypasses_proxy(endpoint) {
        return Check::passed(
            "Proxy",
            format!("{names} is set, and NO_PROXY spares {host}; Tollgate asks it without a proxy"),
        );
    }
    Check::warning(
        "Proxy",
        format!(
            "{names} is set and NO_PROXY does not spare {host}; Tollgate asks the token service without a proxy, other tools may go through it"
        ),
        "add the host of the token service to NO_PROXY, and 127.0.0.1 and localhost",
    )
}

fn gate(input: &DiagnosisInput<'_>) -> Check {
    let gate = input.gate;
    if input.source.kind().rate_limit != RateLimit::MachineGate {
        return Check::passed("Gate", "this source does not count against the machine's allowance");
    }
    if let Some(reason) = &gate.fallback_reason {
        return Check::warning(
            "Gate",
            format!("this process paces itself alone: {reason}"),
            "let every user of the machine read and write the gate's folder (see about_TollgateGate)",
        );
    }
    let directory = gate.directory.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let detail = format!(
        "shared in {directory}; sent {}, refused with 429 {}, waiting {}",
        gate.requests_sent, gate.throttled_responses, gate.queue_length
    );
    if gate.is_paced {
        return Check::warning(
            "Gate",
            format!("{detail}; requests leave one at a time since a 429 less than a minute ago"),
            "find the other program on this machine that asks for tokens, and let it come through Tollgate",
        );
    }
    Check::passed("Gate", detail)
}

/// The files are reported by path, never opened.
fn logins(environment: &Environment) -> Check {
    let found: Vec<_> =
        environment.other_tool_logins().into_iter().filter(|(_, path)| path.is_file()).collect();
    if found.is_empty() {
        return Check::passed("OtherLogins", "no login of Az, az or azcopy lies in the profile");
    }
    let named: Vec<_> = found.iter().map(|(tool, path)| format!("{tool} ({})", path.display())).collect();
    Check::warning(
        "OtherLogins",
        format!("logins that all scripts of this user share lie in the profile: {}", named.join(", ")),
        "if nothing needs them, remove them with their own tools: Clear-AzContext, az logout, azcopy logout",
    )
}
