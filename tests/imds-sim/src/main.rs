//! The simulator for people: options in, the address out, a summary at Ctrl+C.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use imds_sim::{Counts, Host, Identity, Limits, Options, Simulator, program};

const EXAMPLES: &str = "\
Examples:
  A machine with the real limits, whose service takes 20 ms to answer:
    imds-sim --listen 127.0.0.1:8080 --latency-ms 20
  A machine with two identities of yours, no identity of its own, and no limits:
    imds-sim --no-system-assigned --no-limits \\
      --user-assigned 20000000-c11e-4000-8000-0000000000aa --user-assigned 20000000-c11e-4000-8000-0000000000bb
  A server under Azure Arc, whose agent writes its key files where clients expect them:
    imds-sim --host arc --key-folder /var/opt/azcmagent/tokens

Identities unless chosen otherwise:
  system-assigned  client 10000000-c11e-4000-8000-000000000001  object 10000000-0b1e-4000-8000-000000000001
  user-assigned    client 20000000-c11e-4000-8000-000000000001  object 20000000-0b1e-4000-8000-000000000001
  user-assigned    client 30000000-c11e-4000-8000-000000000001  object 30000000-0b1e-4000-8000-000000000001
  tenant a0000000-7e4a-4000-8000-000000000001, subscription b0000000-5b5c-4000-8000-000000000001

Control while it runs (JSON; never counted or limited):
  GET  /sim/counts                          what it saw
  POST /sim/faults    [{\"fault\":\"gone\",\"times\":2},{\"fault\":\"throttle\",\"retry_after\":\"3\"}]
  POST /sim/latency   {\"ms\":20}
  POST /sim/lifetime  {\"seconds\":3600}
  POST /sim/release   lets held requests go
  POST /sim/reset     counts, faults and limits as at the start
Faults: status html redirect oversized truncated slow_body stall hang reset not_json missing_token
  expires_on body throttle gone hold. Their fields are in the README beside the source.";

/// The Azure instance metadata service and its cousins on other hosts, on loopback, with their real limits, answers and
/// faults.
///
/// When it listens it prints its address, and then a line NAME=value for each variable of the host's environment.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    /// What kind of host to be
    #[arg(long, value_enum, default_value_t)]
    host: Host,

    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// How long each answer to a token request is held back, in flight
    #[arg(long, value_name = "N", default_value_t = 0)]
    latency_ms: u64,

    /// Seconds that tokens are good for
    #[arg(long, value_name = "N", default_value_t = 86_400, allow_negative_numbers = true)]
    token_lifetime_seconds: i64,

    /// Give out tokens that expired an hour ago
    #[arg(long, conflicts_with = "token_lifetime_seconds")]
    expired: bool,

    /// Serve any number of requests instead of 20 a second and 5 at once, or 30 in ten seconds on Service Fabric
    #[arg(long)]
    no_limits: bool,

    /// `Retry-After` of a 429; the real service sends none
    #[arg(long, value_name = "N")]
    retry_after_seconds: Option<u64>,

    /// A user-assigned identity, in place of the two built in; may be repeated
    #[arg(long, value_name = "CLIENT_ID[,OBJECT_ID,RESOURCE_ID]")]
    user_assigned: Vec<Identity>,

    /// No user-assigned identity
    #[arg(long, conflicts_with = "user_assigned")]
    no_user_assigned: bool,

    /// No system-assigned identity
    #[arg(long)]
    no_system_assigned: bool,

    /// A resource that the tenant does not know; may be repeated
    #[arg(long, value_name = "RESOURCE")]
    unknown_resource: Vec<String>,

    /// Where Azure Arc's agent writes its key files; a temporary folder if not chosen
    #[arg(long, value_name = "FOLDER")]
    key_folder: Option<PathBuf>,

    /// Be an Azure Arc agent from before user-assigned identities, which ignores their ids
    #[arg(long)]
    agent_ignores_ids: bool,
}

impl Arguments {
    /// What only one kind of host has is refused for the others.
    fn checked(self) -> Result<Self, clap::Error> {
        if self.host != Host::Arc && (self.key_folder.is_some() || self.agent_ignores_ids) {
            let text = "--key-folder and --agent-ignores-ids are for --host arc";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, text));
        }
        Ok(self)
    }
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let default = Self::default();
        Self {
            host: arguments.host,
            listen: arguments.listen,
            latency: Duration::from_millis(arguments.latency_ms),
            token_lifetime: if arguments.expired { -3600 } else { arguments.token_lifetime_seconds },
            system: default.system.filter(|_| !arguments.no_system_assigned),
            user: match (arguments.no_user_assigned, arguments.user_assigned.is_empty()) {
                (true, _) => Vec::new(),
                (false, true) => default.user,
                (false, false) => arguments.user_assigned,
            },
            limits: if arguments.no_limits { Limits::none() } else { Limits::default() },
            retry_after: arguments.retry_after_seconds.map(Duration::from_secs),
            unknown_resources: arguments.unknown_resource,
            // Nothing in this process asks for them.
            keep_tokens: false,
            key_folder: arguments.key_folder,
            agent_ignores_ids: arguments.agent_ignores_ids,
            ..default
        }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().checked().unwrap_or_else(|fault| fault.exit()).into()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // Without a standard error there is nobody to tell.
            let _ = writeln!(io::stderr(), "imds-sim: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> io::Result<()> {
    let listen = options.listen;
    let sim = Simulator::start(options)
        .map_err(|fault| io::Error::new(fault.kind(), format!("cannot start on {listen}: {fault}")))?;
    program::run("The metadata service is simulated at", &sim.url(), &sim.environment())?;
    summarize(&mut io::stdout(), &sim.counts())
}

fn summarize(out: &mut impl Write, counts: &Counts) -> io::Result<()> {
    writeln!(out)?;
    writeln!(out, "connections            {}", counts.connections)?;
    writeln!(out, "requests               {}", counts.requests)?;
    for (status, count) in &counts.by_status {
        writeln!(out, "  answered {status}         {count}")?;
    }
    writeln!(out, "tokens                 {}", counts.tokens)?;
    writeln!(out, "refused by rate        {}", counts.refused_by_rate)?;
    writeln!(out, "refused by concurrency {}", counts.refused_by_concurrency)?;
    writeln!(out, "most in one second     {}", counts.max_per_second)?;
    writeln!(out, "most in flight         {}", counts.max_in_flight)?;
    writeln!(out, "first to last served   {:.3} s", counts.served_span().as_secs_f64())?;
    out.flush()
}
