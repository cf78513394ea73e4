//! The small native process that stands for one script among many: it asks through Tollgate's own crates (`paced`; `watched` says
//! too how long its requests waited at the gate), or as client libraries do, with three retries after 1, 2 and 4 seconds and no
//! knowledge of the others (`unpaced`). Says `ready`, waits for a line, asks, and says how it went.
#![expect(clippy::print_stdout, reason = "it speaks to the program that started it")]

use std::io::{BufRead, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use imds_sim::FIRST_CLIENT_ID as CLIENT_ID;
use tollgate_core::SystemClock;
use tollgate_http::MetadataClient;
use tollgate_identity::{
    Environment, ProgressLog, Resource, Selector, SelectorInput, TokenCall, TokenClient, TokenRequest,
};

const RESOURCE: &str = "https://management.azure.com/";
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

fn main() -> Result<ExitCode> {
    let ask: fn() -> Result<()> = match std::env::args().nth(1).as_deref() {
        Some("paced") => || paced().map(|_| ()),
        Some("watched") => watched,
        Some("unpaced") => unpaced,
        _ => bail!("one word is needed: paced, watched or unpaced"),
    };
    println!("ready");
    std::io::stdin().lock().read_line(&mut String::new())?;
    let answer = ask();
    match answer {
        Ok(()) => println!("token"),
        Err(error) => println!("failed: {error}"),
    }
    // Goes on living, as a script does; its end would take time from the others.
    std::io::stdin().lock().read_line(&mut String::new())?;
    Ok(ExitCode::SUCCESS)
}

/// The same as paced, and tells the longest wait of one request at the gate, in seconds.
fn watched() -> Result<()> {
    let journal = paced()?;
    let wait =
        |text: String| text.split_once("(waited ")?.1.split_once(" s at the gate)")?.0.parse::<f64>().ok();
    let lines = journal.iter().flat_map(|journal| (0..).map_while(|number| journal.event(number)));
    let longest = lines.filter_map(|line| wait(line.text)).fold(0.0, f64::max);
    println!("waited {longest}");
    Ok(())
}

/// Through Tollgate, as one script among many. Gives what its request had to tell, where there was one.
fn paced() -> Result<Option<Arc<ProgressLog>>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let spawn = Box::new(|future| drop(tokio::spawn(future)));
        let client = TokenClient::new(
            &Environment::from_process(),
            MetadataClient::default(),
            Arc::new(SystemClock),
            spawn,
        )?;
        let texts = SelectorInput { account_id: Some(CLIENT_ID), ..SelectorInput::default() };
        let request = TokenRequest::new(Resource::parse(RESOURCE)?, Selector::parse(texts)?);
        let (grant, journal) = match client.get_token(&request) {
            TokenCall::Ready(grant) => (grant, None),
            TokenCall::Pending(pending) => {
                let journal = Arc::clone(pending.progress());
                (pending.wait().await?, Some(journal))
            }
        };
        if grant.token.secret().is_empty() {
            bail!("the token is empty");
        }
        Ok(journal)
    })
}

/// As a client library alone in the world.
fn unpaced() -> Result<()> {
    let service = std::env::var("AZURE_POD_IDENTITY_AUTHORITY_HOST").context("no service is named")?;
    let address = service.strip_prefix("http://").context("the service is not plain http")?;
    let mut pauses = PAUSES.into_iter();
    loop {
        match (ask(address)?, pauses.next()) {
            (200, _) => return Ok(()),
            (429, Some(pause)) => std::thread::sleep(pause),
            (status, _) => bail!("status {status}"),
        }
    }
}

fn ask(address: &str) -> Result<u16> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource={RESOURCE}&client_id={CLIENT_ID} HTTP/1.1\r\n\
         Host: {address}\r\nMetadata: true\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.context("not an HTTP answer")
}
