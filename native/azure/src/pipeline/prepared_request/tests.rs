//! What goes out, line by line.

use tollgate_core::SystemClock;
use tollgate_identity::Identity;

use super::*;

fn request(headers: &[(&str, &str)], body: RestBody) -> RestRequest {
    RestRequest {
        identity: Identity::default(),
        method: Method::Put,
        uri: String::new(),
        audience: None,
        audiences: Vec::new(),
        body,
        content_type: None,
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        out_file: None,
        polling: None,
        paginate: false,
        retry: true,
        fail_on_http_error: false,
        timeout: None,
    }
}

fn errand(request: &RestRequest, audience: &str) -> Result<PreparedRequest, Error> {
    PreparedRequest::new(request, Url::parse("https://a/").unwrap(), audience, &SystemClock)
}

fn lines(request: &RestRequest, audience: &str) -> HeaderMap {
    errand(request, audience).unwrap().headers
}

fn text() -> RestBody {
    RestBody::text("{}".to_owned())
}

#[test]
fn a_text_is_json_unless_something_else_is_said() {
    let kind = |request: &RestRequest| {
        lines(request, "a").get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap().to_owned())
    };
    let some = |kind: &str| Some(kind.to_owned());
    assert_eq!(kind(&request(&[], text())), some("application/json"));
    assert_eq!(kind(&request(&[("content-type", "text/plain")], text())), some("text/plain"));
    let named =
        RestRequest { content_type: some("a/b"), ..request(&[("Content-Type", "text/plain")], text()) };
    assert_eq!(kind(&named), some("a/b"));
    assert_eq!(kind(&request(&[], RestBody::None)), None);
    assert_eq!(kind(&request(&[], RestBody::File("x".into()))), None);
    let error = errand(&RestRequest { content_type: some("a\nb: c"), ..named }, "a").err().unwrap();
    assert!(matches!(error, Error::InvalidArgument { field: "ContentType", .. }), "{error:?}");
}

#[test]
fn json_is_asked_for_but_for_a_file() {
    let plain = request(&[], RestBody::None);
    assert_eq!(lines(&plain, "a")[ACCEPT], "application/json");
    assert_eq!(lines(&request(&[("Accept", "x/y")], RestBody::None), "a")[ACCEPT], "x/y");
    assert!(!lines(&RestRequest { out_file: Some("x".into()), ..plain }, "a").contains_key(ACCEPT));
}

#[test]
fn a_line_that_is_given_twice_goes_out_twice() {
    let lines = lines(&request(&[("x-a", "1"), ("X-A", "2")], RestBody::None), "a");
    assert_eq!(lines.get_all("x-a").iter().collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn each_request_has_an_id_of_its_own_or_the_users() {
    let id =
        |headers| lines(&request(headers, RestBody::None), "a")[&REQUEST_ID].to_str().unwrap().to_owned();
    assert_ne!(id(&[]), id(&[]));
    assert!(uuid::Uuid::try_parse(&id(&[])).is_ok());
    assert_eq!(id(&[("X-Ms-Client-Request-Id", "mine")]), "mine");
}

#[test]
fn storage_is_told_a_version_and_a_date() {
    let plain = request(&[], RestBody::None);
    for audience in [
        "https://storage.azure.com/",
        "https://acct.blob.core.windows.net",
        "https://a.dfs.core.chinacloudapi.cn",
        "https://a.file.core.windows.net",
        "https://a.queue.core.windows.net",
        "https://a.table.core.windows.net",
        "https://a.z12.blob.storage.azure.net",
    ] {
        let lines = lines(&plain, audience);
        assert_eq!(lines[&STORAGE_VERSION], "2021-12-02", "{audience}");
        assert!(lines.contains_key(&STORAGE_DATE), "{audience}");
    }
    for audience in
        ["https://management.azure.com/", "https://blob.core.example", "api://x", "storage.azure.com"]
    {
        assert!(!lines(&plain, audience).contains_key(&STORAGE_VERSION), "{audience}");
    }
    let own = request(&[("x-ms-version", "2025-01-05"), ("x-ms-date", "mine")], RestBody::None);
    let lines = lines(&own, "https://storage.azure.com");
    assert_eq!(
        (&lines[&STORAGE_VERSION], &lines[&STORAGE_DATE]),
        (&"2025-01-05".parse().unwrap(), &"mine".parse().unwrap())
    );
}

#[test]
fn lines_that_are_not_the_users_to_set_are_refused_and_no_value_is_shown() {
    for (name, value) in [
        ("Authorization", "Bearer hush"),
        ("host", "hush"),
        ("Content-Length", "hush"),
        ("transfer-encoding", "hush"),
        ("Connection", "hush"),
        ("Cookie", "hush"),
        ("Expect", "hush"),
        ("Proxy-Authorization", "hush"),
        ("TE", "hush"),
        ("Trailer", "hush"),
        ("Upgrade", "hush"),
        ("a b", "x"),
        ("a", "hush\nb: c"),
    ] {
        let error = errand(&request(&[(name, value)], RestBody::None), "a").err().unwrap();
        assert!(matches!(error, Error::InvalidArgument { field: "Headers", .. }), "{name}");
        assert!(!error.to_string().contains("hush"), "{error}");
    }
}

#[test]
fn strangers_get_nothing_that_tells_who_asks() {
    let request = request(&[("x-secret", "hush"), ("Range", "bytes=0-1")], RestBody::None);
    let errand = errand(&request, "https://storage.azure.com").unwrap();
    assert!(errand.headers_with_token("t").unwrap()[AUTHORIZATION].is_sensitive());
    let names: Vec<_> = errand.cross_origin_headers().keys().map(ToString::to_string).collect();
    assert_eq!(names, ["accept", "range"]);
}
