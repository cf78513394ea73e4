//! The answers that nobody should give, and what is said of each.

use super::{End, End::Close, End::Drip, End::Hold, End::Never, End::Refuse};

/// All of them.
pub(super) fn all() -> Vec<Case> {
    [statuses_and_redirects(), heads_and_lengths(), encodings_and_tokens(), silences()].concat()
}

/// An answer with a length.
pub(super) fn answer(status: &str, lines: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{lines}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn json(body: &str) -> Vec<u8> {
    answer("200 OK", "", body)
}

fn head(lines: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{lines}\r\n").into_bytes()
}

fn waiting(status: &str, wait: &str) -> Vec<u8> {
    answer(status, &format!("retry-after: {wait}\r\n"), "busy")
}

/// What is wrong with it, the answer, what follows it, the kind of error, and words of its text.
pub(super) type Case = (&'static str, Vec<u8>, End, &'static str, &'static str);

const fn case(name: &'static str, bytes: Vec<u8>, end: End, kind: &'static str, words: &'static str) -> Case {
    (name, bytes, end, kind, words)
}

const fn told(name: &'static str, bytes: Vec<u8>, kind: &'static str, words: &'static str) -> Case {
    case(name, bytes, Close, kind, words)
}

const fn malformed(name: &'static str, bytes: Vec<u8>, words: &'static str) -> Case {
    told(name, bytes, "MalformedResponse", words)
}

const fn silent(name: &'static str, bytes: Vec<u8>, end: End) -> Case {
    case(name, bytes, end, "TimedOut", "no token within 115 seconds; the request was sent once")
}

fn statuses_and_redirects() -> Vec<Case> {
    let to = |place: &str| format!("location: {place}\r\n");
    vec![
        malformed("a good status and nothing", answer("200 OK", "", ""), "the answer is empty"),
        malformed("no content", b"HTTP/1.1 204 x\r\n\r\n".to_vec(), "the answer is empty"),
        malformed("a part", answer("206 x", "", "{}"), "no access_token"),
        told("a status nobody knows", answer("999 x", "", "hm"), "Refused", "HTTP 999: hm"),
        malformed("a status of letters", answer("2OO OK", "", ""), "does not begin as HTTP/1.1"),
        malformed("a status below all", answer("000 x", "", ""), "does not begin as HTTP/1.1"),
        told(
            "another protocol's",
            answer("101 x", "upgrade: x\r\nconnection: upgrade\r\n", ""),
            "Refused",
            "HTTP 101",
        ),
        case(
            "more to come, and it does not",
            b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(),
            Hold,
            "TimedOut",
            "no token within 115 seconds; the request was sent once",
        ),
        told("a refusal in binary", answer("403 x", "", "\0\u{1}\u{1b}[2J"), "Refused", "HTTP 403"),
        malformed("a page", answer("400 x", "", "<html>hush"), "a web page answered with HTTP 400"),
        malformed("a page that is good", answer("200 OK", "", "<html>hush"), "a web page answered"),
        told("a gateway", answer("502 x", "", ""), "ServiceUnavailable", "a gateway answered"),
        told("never there", answer("404 x", "", "no"), "ServiceUnavailable", "HTTP 404: no"),
        told("updated for ever", answer("410 x", "", "gone"), "ServiceUnavailable", "HTTP 410: gone"),
        told(
            "a redirect elsewhere",
            answer("302 x", &to("http://evil/"), ""),
            "EndpointNotTrusted",
            "redirect (HTTP 302)",
        ),
        told("one to itself", answer("307 x", &to("/"), ""), "EndpointNotTrusted", "redirect (HTTP 307)"),
        told(
            "one to nowhere",
            answer("308 x", &to("http://[::"), ""),
            "EndpointNotTrusted",
            "redirect (HTTP 308)",
        ),
        told("nothing new", b"HTTP/1.1 304 x\r\n\r\n".to_vec(), "EndpointNotTrusted", "redirect (HTTP 304)"),
        told(
            "a wait without end",
            waiting("429 x", "18446744073709549568"),
            "Throttled",
            "(asked 2 times; it asks to wait 18446744073709549568 s",
        ),
        told(
            "a wait of a day",
            waiting("503 x", "86400"),
            "ServiceUnavailable",
            "2 times; it asks to wait 86400 s",
        ),
        told("a wait before now", waiting("429 x", "-5"), "Throttled", "HTTP 429: busy"),
        told("a wait that is no number", waiting("429 x", "NaN"), "Throttled", "HTTP 429: busy"),
        told("a wait past all numbers", waiting("503 x", "1e999"), "ServiceUnavailable", "HTTP 503: busy"),
        told(
            "a wait until long ago",
            waiting("429 x", "Thu, 01 Jan 1970 00:00:00 GMT"),
            "Throttled",
            "HTTP 429: busy",
        ),
        told("a wait in words", waiting("503 x", "soon"), "ServiceUnavailable", "HTTP 503: busy"),
    ]
}

fn heads_and_lengths() -> Vec<Case> {
    let not_http = "does not begin as HTTP/1.1 does";
    let raw = |text: &str| text.as_bytes().to_vec();
    let lines = |count: usize| (0..count).map(|number| format!("x-{number}: y\r\n")).collect::<String>();
    vec![
        malformed("another protocol", raw("SSH-2.0-OpenSSH_9.2\r\n\r\n"), not_http),
        malformed("another version", raw("HTTP/2.0 200 OK\r\n\r\n{}"), not_http),
        malformed("no head", raw(r#"{"access_token":"hush"}"#), not_http),
        malformed("an alert of TLS", b"\x15\x03\x03\x00\x02\x02\x28".to_vec(), not_http),
        malformed("a line without a name", head(": y\r\n"), not_http),
        malformed("a line without a colon", head("hush\r\n"), not_http),
        malformed("a zero in a line", head("x: a\0b\r\n"), not_http),
        malformed("a line too long", head(&format!("x: {}\r\n", "y".repeat(64 << 10))), not_http),
        malformed("too many lines", head(&lines(65)), not_http),
        malformed("a length of letters", head("content-length: ten\r\n"), not_http),
        malformed("a length below zero", head("content-length: -1\r\n"), not_http),
        malformed("a length past all numbers", head("content-length: 99999999999999999999\r\n"), not_http),
        malformed("two lengths", head("content-length: 1\r\ncontent-length: 2\r\n"), not_http),
        malformed("a length of exbibytes", head("content-length: 9223372036854775807\r\n"), "ended early"),
        malformed(
            "less than its length",
            [head("content-length: 9\r\n"), raw("half")].concat(),
            "ended early",
        ),
        malformed("more than anybody says", json(&"hush".repeat(2_000)), "larger than 4096 bytes"),
        malformed(
            "the same without a length",
            [head(""), raw(&"hush".repeat(2_000))].concat(),
            "larger than 4096 bytes",
        ),
        malformed(
            "a piece of no length",
            [head("transfer-encoding: chunked\r\n"), raw("zz\r\nhush")].concat(),
            "ended early",
        ),
        malformed(
            "a piece past all numbers",
            [head("transfer-encoding: chunked\r\n"), raw("fffffffffffffffff\r\n")].concat(),
            "ended early",
        ),
        malformed(
            "pieces without an end",
            [head("transfer-encoding: chunked\r\n"), raw("4\r\nhush\r\n")].concat(),
            "ended early",
        ),
    ]
}

fn encodings_and_tokens() -> Vec<Case> {
    let utf16: Vec<u8> = r#"{"access_token":"hush"}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";
    let with = |lines: &str, body: &[u8]| [head(lines), body.to_vec()].concat();
    let deep = format!(r#"{{"access_token":"hush","expires_in":{}"#, "[".repeat(200));
    vec![
        malformed("packed", with("content-encoding: gzip\r\n", gzip), "is not JSON"),
        malformed(
            "packed in an unknown way",
            with("content-encoding: zstd\r\n", b"\x28\xb5\x2f\xfd"),
            "is not JSON",
        ),
        malformed("letters of two bytes", with("", &utf16), "is not JSON"),
        malformed("letters that are none", with("", b"{\"access_token\":\"hush\xff\"}"), "is not JSON"),
        malformed("half a text", json(r#"{"access_token":"hush"#), "is not JSON"),
        malformed("two answers", json(r#"{"access_token":"hush","expires_in":60}{}"#), "is not JSON"),
        malformed("a list", json(r#"["hush"]"#), "not of the expected kind"),
        malformed("a number", json("7"), "not of the expected kind"),
        malformed("too deep", json(&deep), "nested deeper than 127 levels"),
        malformed("a token that is a list", json(r#"{"access_token":["hush"]}"#), "not of the expected kind"),
        malformed("an empty token", json(r#"{"access_token":"","expires_in":60}"#), "no access_token"),
        malformed("a token for ever", json(r#"{"access_token":"hush"}"#), "does not say when"),
        malformed(
            "a token that is over",
            json(r#"{"access_token":"hush","expires_on":"1565244611"}"#),
            "has expired already",
        ),
        malformed(
            "a time in words",
            json(r#"{"access_token":"hush","expires_on":"soon"}"#),
            "cannot be read",
        ),
        malformed(
            "a time past all numbers",
            json(r#"{"access_token":"hush","expires_on":1e300}"#),
            "cannot be read",
        ),
    ]
}

fn silences() -> Vec<Case> {
    let raw = |text: &str| text.as_bytes().to_vec();
    vec![
        case("nobody", Vec::new(), Refuse, "EndpointUnreachable", "connection refused"),
        case("nobody who says so", Vec::new(), Never, "EndpointUnreachable", "no connection within 600 ms"),
        told("closed", Vec::new(), "ServiceUnavailable", "closed before an answer came"),
        told(
            "closed within the head",
            raw("HTTP/1.1 200 OK\r\nx: y"),
            "ServiceUnavailable",
            "closed before an answer came",
        ),
        silent("silence", Vec::new(), Hold),
        silent("silence within the first line", raw("HTTP/1."), Hold),
        silent("silence within the head", raw("HTTP/1.1 200 OK\r\nx: y\r\n"), Hold),
        silent("silence after the head", head("content-length: 9\r\n"), Hold),
        silent("silence within the body", [head("content-length: 9\r\n"), raw("half")].concat(), Hold),
        silent(
            "silence within a piece",
            [head("transfer-encoding: chunked\r\n"), raw("9\r\nhalf")].concat(),
            Hold,
        ),
        silent("a head that never ends", raw("HTTP/1.1 200 OK\r\nx: "), Drip),
        silent("a body that never ends", head(""), Drip),
    ]
}
