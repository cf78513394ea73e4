//! The answers that nobody should give, and what is said of each.

use super::Way::{self, Certified, One, Operation, Page, Tls};
use super::{End, End::Close, End::Hold};

/// All of them.
pub(crate) fn all() -> Vec<Case> {
    [heads_and_lengths(), waits_and_redirects(), pages_and_operations(), silences(), handshakes()].concat()
}

/// An answer with a length.
fn answer(status: &str, lines: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{lines}connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

fn head(lines: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{lines}\r\n").into_bytes()
}

fn raw(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// What is wrong with it; what is asked; the answer, with HERE and THERE for this and for another origin; what follows it; the kind of
/// error, and words of its text.
pub(crate) type Case = (&'static str, Way, Vec<u8>, End, &'static str, &'static str);

fn heads_and_lengths() -> Vec<Case> {
    let not_http = "does not begin as HTTP/1.1 does";
    let lines = (0..200).map(|number| format!("x-{number}: y\r\n")).collect::<String>();
    let malformed = |name, bytes, words| (name, One, bytes, Close, "MalformedResponse", words);
    vec![
        malformed("another protocol", raw("SSH-2.0-OpenSSH_9.2\r\n\r\n"), not_http),
        malformed("another version", raw("HTTP/2.0 200 OK\r\n\r\n{}"), not_http),
        malformed("no head", raw("{\"value\":[]}"), not_http),
        malformed("a status of letters", answer("2OO OK", "", ""), not_http),
        malformed("a status below all", answer("000 x", "", ""), not_http),
        malformed("a line without a colon", head("hush\r\n"), not_http),
        malformed("a zero in a line", head("x: a\0b\r\n"), not_http),
        malformed("a line too long", head(&format!("x: {}\r\n", "y".repeat(1 << 20))), not_http),
        malformed("too many lines", head(&lines), not_http),
        malformed("a length below zero", head("content-length: -1\r\n"), not_http),
        malformed("a length past all numbers", head("content-length: 99999999999999999999\r\n"), not_http),
        malformed("two lengths", head("content-length: 1\r\ncontent-length: 2\r\n"), not_http),
        malformed(
            "a length of exbibytes",
            head("content-length: 9223372036854775807\r\n"),
            "larger than 256 MiB",
        ),
        malformed(
            "less than its length",
            [head("content-length: 9\r\n"), raw("half")].concat(),
            "ended early",
        ),
        malformed(
            "a piece of no length",
            [head("transfer-encoding: chunked\r\n"), raw("zz\r\nhush")].concat(),
            "ended early",
        ),
        malformed(
            "pieces without an end",
            [head("transfer-encoding: chunked\r\n"), raw("4\r\nhush\r\n")].concat(),
            "ended early",
        ),
        malformed(
            "not packed as it says",
            answer("200 x", "content-encoding: gzip\r\n", "hush"),
            "not packed as it says",
        ),
        malformed(
            "packed by half",
            answer("200 x", "content-encoding: deflate\r\n", "x\u{1}"),
            "not packed as it says",
        ),
        (
            "another protocol's",
            One,
            answer("101 x", "upgrade: x\r\nconnection: upgrade\r\n", ""),
            Close,
            "Ok",
            "",
        ),
        (
            "a status nobody knows",
            One,
            answer("999 x", "", "hm"),
            Close,
            "ServiceUnavailable",
            "HTTP 999: hm",
        ),
        (
            "a refusal in binary",
            One,
            answer("403 x", "", "\0\u{1}\u{1b}[2J"),
            Close,
            "AccessDenied",
            "HTTP 403",
        ),
    ]
}

fn waits_and_redirects() -> Vec<Case> {
    let waiting = |status, line: &str| answer(status, &format!("{line}\r\n"), "");
    let to = |place: &str| answer("302 x", &format!("location: {place}\r\n"), "");
    let distrust = |name, bytes, words| (name, One, bytes, Close, "EndpointNotTrusted", words);
    vec![
        (
            "a wait without end",
            One,
            waiting("429 x", "retry-after: 18446744073709549568"),
            Close,
            "Throttled",
            "asked once; it asks to wait 18446744073709549568 s",
        ),
        (
            "a wait of a day",
            One,
            waiting("503 x", "retry-after: 86400"),
            Close,
            "ServiceUnavailable",
            "asked once; it asks to wait 86400 s",
        ),
        (
            "a wait past all numbers",
            One,
            waiting("429 x", "retry-after: 1e999"),
            Close,
            "Throttled",
            "asked 5 times",
        ),
        (
            "a wait before now",
            One,
            waiting("503 x", "retry-after-ms: -1"),
            Close,
            "ServiceUnavailable",
            "asked 5 times",
        ),
        ("a wait in words", One, waiting("429 x", "retry-after: soon"), Close, "Throttled", "asked 5 times"),
        ("no wait at all", One, waiting("429 x", "retry-after-ms: 0"), Close, "Throttled", "asked 5 times"),
        ("a ring", One, to("/x"), Close, "EndpointNotTrusted", "redirects more than 5 times"),
        distrust("a way to nowhere", to("http://[::"), "something that is no address"),
        distrust("a way to a file", to("file:///etc/passwd"), "something that is no address"),
        distrust("a way with a password", to("https://me:word@THERE/"), "holds a name or a password"),
        ("a way to another", One, to("http://THERE/y"), Close, "Refused", "HTTP 401 NoToken"),
        ("the same for a write", Operation, to("http://THERE/y"), Close, "Ok", ""),
    ]
}

const STATE: &str = "azure-asyncoperation: http://HERE/y";
const AT_ONCE: &str = "azure-asyncoperation: http://HERE/y\r\nretry-after-ms: 0";
const TOMORROW: &str = "azure-asyncoperation: http://HERE/y\r\nretry-after: 86400";

fn pages_and_operations() -> Vec<Case> {
    let page = |name, body: &str, kind, words| (name, Page, answer("200 OK", "", body), Close, kind, words);
    let link = |to: &str| format!(r#"{{"value":[],"nextLink":"{to}"}}"#);
    let begun = |status, lines: &str, body: &str| answer(status, &format!("{lines}\r\n"), body);
    let going = r#"{"status":"InProgress"}"#;
    let operation = |name, bytes, kind, words| (name, Operation, bytes, Close, kind, words);
    vec![
        page("a page for people", "<html>hush", "MalformedResponse", "is no JSON"),
        page("half a page", r#"{"value":["hush"#, "MalformedResponse", "its page"),
        page(
            "a page of brackets",
            &format!(r#"{{"value":{}"#, "[".repeat(200)),
            "MalformedResponse",
            "is no JSON",
        ),
        page("a next page at another", &link("https://THERE/y"), "EndpointNotTrusted", "a token for"),
        page("a next page at nobody", &link("http://[::"), "MalformedResponse", "is no address"),
        page(
            "a next page with a password",
            &link("http://me:hush@HERE/"),
            "EndpointNotTrusted",
            "a name or a password",
        ),
        operation(
            "a state at another",
            begun("202 x", "azure-asyncoperation: https://THERE/y", ""),
            "EndpointNotTrusted",
            "a token for",
        ),
        operation(
            "a result at another",
            begun("202 x", "location: https://THERE/y", ""),
            "EndpointNotTrusted",
            "a token for",
        ),
        operation(
            "a state that is none",
            begun("200 x", STATE, "<html>hush"),
            "MalformedResponse",
            "no status",
        ),
        operation(
            "a state nobody knows",
            begun("201 x", STATE, r#"{"status":7}"#),
            "MalformedResponse",
            "no status",
        ),
        operation(
            "a failure without words",
            begun("202 x", STATE, r#"{"status":"Failed"}"#),
            "OperationFailed",
            "Failed",
        ),
        operation("a state that never ends", begun("202 x", AT_ONCE, going), "TimedOut", "60 seconds"),
        operation("a state that comes tomorrow", begun("202 x", TOMORROW, going), "TimedOut", "60 seconds"),
    ]
}

fn silences() -> Vec<Case> {
    let once = "no answer within 60 seconds; the request was sent once";
    let silent = |name, bytes| (name, One, bytes, Hold, "TimedOut", once);
    vec![
        silent("silence", Vec::new()),
        silent("silence within the first line", raw("HTTP/1.")),
        silent("more to come, and it does not", raw("HTTP/1.1 100 Continue\r\n\r\n")),
        silent("silence within the head", raw("HTTP/1.1 200 OK\r\nx: y\r\n")),
        silent("silence after the head", head("content-length: 9\r\n")),
        silent("silence within the body", [head("content-length: 9\r\n"), raw("half")].concat()),
        silent("silence within a piece", [head("transfer-encoding: chunked\r\n"), raw("9\r\nhalf")].concat()),
        (
            "silence in a write",
            Operation,
            Vec::new(),
            Hold,
            "TimedOut",
            "was sent once, and may have been carried out",
        ),
        (
            "closed",
            One,
            Vec::new(),
            Close,
            "EndpointUnreachable",
            "connection closed before message completed",
        ),
        (
            "closed within the head",
            One,
            raw("HTTP/1.1 200 OK\r\nx: y"),
            Close,
            "EndpointUnreachable",
            "the connection broke",
        ),
    ]
}

fn handshakes() -> Vec<Case> {
    let tls = |name, bytes, end, kind, words| (name, Tls, bytes, end, kind, words);
    vec![
        tls("no TLS", answer("400 x", "", "hush"), Close, "EndpointNotTrusted", "corrupt message"),
        tls("an alert", b"\x15\x03\x03\x00\x02\x02\x28".to_vec(), Close, "EndpointNotTrusted", "fatal alert"),
        tls("closed in the handshake", Vec::new(), Close, "EndpointUnreachable", "closed"),
        tls("silence in the handshake", Vec::new(), Hold, "TimedOut", "the request was not sent"),
        // Wine's Windows does not know whom it trusts.
        #[cfg(not(windows))]
        (
            "a certificate that nobody signed",
            Certified,
            answer("200 x", "", "hush"),
            Close,
            "UntrustedCertificate",
            "UnknownIssuer",
        ),
    ]
}
