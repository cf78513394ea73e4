//! The simulator as a program: options in, the addresses out, and an end at Ctrl+C.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use arm_sim::{Options, Proxy, Settings, Simulator};
use clap::Parser;
use imds_sim::program;

const EXAMPLES: &str = "\
Examples:
  Plain HTTP on loopback:
    arm-sim --listen 127.0.0.1:8081
  At Azure's own names, for scripts that must not be edited, and one host more:
    arm-sim --proxy 127.0.0.1:0 --ca-file /tmp/arm-sim.pem --host evil.example
  Fifty subscriptions, whose resources come on 5,000 pages:
    arm-sim --subscriptions 50 --pages 5000 --page-size 100

Control while it runs (JSON; on the plain listener alone; never counted):
  GET  /sim/requests    what was asked, and counts; DELETE forgets it
  GET  /sim/counts      the counts alone
  POST /sim/faults      {\"next\":[{\"status\":429,\"retryAfter\":\"2\",\"count\":3},{\"claims\":true},{\"hang\":true},{\"close\":true}]}
  POST /sim/content     {\"pageSize\":2,\"looks\":3}
  POST /sim/visibility  {\"<client or object id>\":[\"<subscription id>\"]}
  POST /sim/reset       as at the start
The fields are in the README beside the source.";

/// Azure Resource Manager and a few data planes on loopback, with their real answers, pages, long operations and faults.
///
/// When it listens it prints its address, and then a line NAME=value for each variable that clients need.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,

    /// Where the proxy listens that plays Azure's hosts over TLS
    #[arg(long, value_name = "ADDRESS:PORT", requires = "ca_file")]
    proxy: Option<SocketAddr>,

    /// Where to write the certificate that clients of the proxy have to trust
    #[arg(long, value_name = "FILE", requires = "proxy")]
    ca_file: Option<PathBuf>,

    /// Another host that the proxy plays, which asks nobody for a token; may be repeated
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,

    /// Subscriptions that are enabled; one more is disabled
    #[arg(long, value_name = "N", default_value_t = Settings::default().subscriptions)]
    subscriptions: u32,

    /// Entries on a page
    #[arg(long, value_name = "N", default_value_t = Settings::default().page_size)]
    page_size: usize,

    /// Pages of made-up resources in place of each subscription's own
    #[arg(long, value_name = "N")]
    pages: Option<usize>,

    /// How often a long operation is looked at before it has ended
    #[arg(long, value_name = "N", default_value_t = Settings::default().looks)]
    looks: u32,

    /// Length of every blob
    #[arg(long, value_name = "N", default_value_t = Settings::default().blob_bytes)]
    blob_bytes: u64,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let proxy = arguments.proxy.zip(arguments.ca_file);
        Self {
            listen: arguments.listen,
            proxy: proxy.map(|(listen, ca_file)| Proxy { listen, ca_file }),
            hosts: arguments.host,
            settings: Settings {
                subscriptions: arguments.subscriptions,
                page_size: arguments.page_size,
                pages: arguments.pages,
                looks: arguments.looks,
                blob_bytes: arguments.blob_bytes,
                ..Settings::default()
            },
        }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().into()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // Without a standard error there is nobody to tell.
            let _ = writeln!(io::stderr(), "arm-sim: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> io::Result<()> {
    let listen = options.listen;
    let sim = Simulator::start(options)
        .map_err(|fault| io::Error::new(fault.kind(), format!("cannot start on {listen}: {fault}")))?;
    program::run("Azure Resource Manager is simulated at", &sim.url(), &sim.environment())
}
