//! Checks that the tables in docs/sources.md match the code: each cell is derived from a source that is detected here.
//! `TOLLGATE_UPDATE_DOCS=1 cargo test -p tollgate-identity --lib table` regenerates them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tollgate_http::ResponseBody;
use uuid::Uuid;

use super::*;
use crate::detection::detect_source;
use crate::environment::Environment;
use crate::fetch::retry::{self, RetryClass};
use crate::fetch::sliding_window;

type Variables = Vec<(&'static str, &'static str)>;

/// The variables by which each source is detected, in order of detection.
fn hosts() -> [Variables; 6] {
    let (endpoint, header) = (("IDENTITY_ENDPOINT", "http://x"), ("IDENTITY_HEADER", "hush"));
    let (msi, msi_secret) = (("MSI_ENDPOINT", "http://x"), ("MSI_SECRET", "hush"));
    let thumbprint = ("IDENTITY_SERVER_THUMBPRINT", "00112233445566778899aabbccddeeff00112233");
    [
        vec![header, thumbprint, ("IDENTITY_ENDPOINT", "https://x")],
        vec![header, endpoint],
        vec![msi_secret, ("DEFAULT_IDENTITY_CLIENT_ID", "x"), msi],
        vec![msi],
        vec![("IMDS_ENDPOINT", "http://x"), endpoint],
        vec![],
    ]
}

fn found(variables: &Variables) -> Arc<dyn Source> {
    detect_source(&Environment::from_pairs(variables.iter().copied())).unwrap()
}

fn sources() -> Vec<Arc<dyn Source>> {
    hosts().iter().map(found).collect()
}

fn ask(source: &dyn Source, selector: &Selector) -> Result<MetadataRequest, Error> {
    source.build_request(&Resource::parse("https://x").unwrap(), selector)
}

/// Formats a table with one row for each source; the first column is its name.
fn table(columns: &[&str], row: impl Fn(&dyn Source) -> Vec<String>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<_> = ["source"].iter().chain(columns).map(ToString::to_string).collect();
    let mut text = line(&head) + &"|---".repeat(head.len()) + "|\n";
    for source in sources() {
        text += &line(&[vec![source.kind().name.to_owned()], row(&*source)].concat());
    }
    text
}

/// How each source is detected, and what its requests look like.
fn places() -> String {
    table(&["found by", "asked by", "`api-version`", "proof", "transport", "pace"], |source| {
        let kind = source.kind();
        let selector = Selector::ClientId(Uuid::nil());
        let request = ask(source, &Selector::SystemAssigned).or_else(|_| ask(source, &selector)).unwrap();
        let method = if request.form.is_some() { "POST of a form" } else { "GET" };
        let version = parameters(&request).find_map(|pair| Some(code(pair.strip_prefix("api-version=")?)));
        let secret = request.headers.iter().find(|(_, value)| value.is_sensitive());
        let proof = match secret {
            Some((name, _)) => format!("header {}", code(name.as_str())),
            None if wants_a_key_file(source, &request) => "a key file's text".to_owned(),
            None => "-".to_owned(),
        };
        let transport = match (source.endpoint().is_tls(), source.pin()) {
            (false, _) => "plain http",
            (true, Some(_)) => "TLS, one certificate by its thumbprint",
            (true, None) => "TLS",
        };
        let rate_limit = match kind.rate_limit {
            RateLimit::MachineGate => {
                format!("the machine's gate: 20 a second, {} at a time", tollgate_gate::SLOTS)
            }
            RateLimit::SlidingWindow => {
                format!(
                    "{} in {} s by each process",
                    sliding_window::MAX_REQUESTS,
                    sliding_window::PERIOD.as_secs()
                )
            }
            RateLimit::None => "no limit is known".to_owned(),
        };
        let version = version.unwrap_or_else(|| "-".to_owned());
        vec![kind.detected_by.to_owned(), method.to_owned(), version, proof, transport.to_owned(), rate_limit]
    })
}

/// Parameter names for each way to name an identity.
fn identities() -> String {
    let id = Uuid::nil();
    let selectors = [
        Selector::SystemAssigned,
        Selector::ClientId(id),
        Selector::ObjectId(id),
        Selector::ResourceId("/x".to_owned()),
    ];
    table(&["system-assigned", "client id", "object id", "resource id"], |source| {
        let cell = |selector| match ask(source, selector) {
            Err(_) => "-".to_owned(),
            Ok(request) => match naming(&request).as_slice() {
                [] => "nothing is sent".to_owned(),
                names => names.join(", "),
            },
        };
        selectors.iter().map(cell).collect()
    })
}

/// Delays before each retry.
fn retries() -> String {
    table(&["no connection", "broken, silent", "404", "408, 5xx", "410", "429"], |source| {
        let classes = [
            RetryClass::ConnectFailed,
            RetryClass::ConnectionLost,
            RetryClass::NotFound,
            RetryClass::Unavailable,
            RetryClass::Gone,
            RetryClass::Throttled,
        ];
        let delays = |class| {
            if class == RetryClass::ConnectFailed && source.is_expected() {
                return format!("for {} s", retry::START_TIMEOUT.as_secs());
            }
            let next = |retries| retry::delay(source.kind().retry_policy, class, retries, None);
            let delays: Vec<_> =
                (0..).map_while(next).map(|delay: Duration| delay.as_secs_f32().to_string()).collect();
            if delays.is_empty() { "-".to_owned() } else { delays.join(", ") }
        };
        classes.map(delays).to_vec()
    })
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// Pairs of the request's query or form.
fn parameters(request: &MetadataRequest) -> impl Iterator<Item = &str> {
    let query = request.path_and_query.split_once('?').map_or("", |(_, query)| query);
    query.split('&').chain(request.form.iter().flat_map(|form| form.split('&')))
}

/// Names of the parameters that name an identity.
fn naming(request: &MetadataRequest) -> Vec<String> {
    let names = parameters(request).filter_map(|pair| pair.split_once('=')).map(|(name, _)| name);
    names.filter(|name| !["api-version", "resource"].contains(name)).map(code).collect()
}

fn wants_a_key_file(source: &dyn Source, request: &MetadataRequest) -> bool {
    let unauthorized =
        MetadataResponse { status: 401, headers: HeaderMap::new(), body: ResponseBody::default() };
    source.respond_to_challenge(&unauthorized, request).is_err()
}

#[test]
fn of_two_sources_the_one_in_the_upper_row_is_found() {
    let hosts = hosts();
    for (row, upper) in hosts.iter().enumerate() {
        for lower in &hosts[row..] {
            // The last value of a variable counts, and each source gets its own address.
            let both = [lower.as_slice(), upper].concat();
            assert_eq!(found(&both).kind().name, found(upper).kind().name, "{both:?}");
        }
    }
}

#[test]
fn the_tables_in_the_documentation_are_what_the_code_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sources.md");
    let mut page = std::fs::read_to_string(&path).unwrap();
    for (name, table) in [("places", places()), ("identities", identities()), ("retries", retries())] {
        let (begin, end) = (format!("<!-- table: {name} -->\n"), "<!-- end of table -->");
        let start = page.find(&begin).expect("the page has the table's mark") + begin.len();
        let length = page[start..].find(end).expect("the table's mark has its end");
        if std::env::var_os("TOLLGATE_UPDATE_DOCS").is_some() {
            page.replace_range(start..start + length, &table);
            std::fs::write(&path, &page).unwrap();
        } else {
            assert_eq!(&page[start..start + length], table, "write {name} anew with TOLLGATE_UPDATE_DOCS=1");
        }
    }
}
