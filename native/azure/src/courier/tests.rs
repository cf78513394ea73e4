//! What trouble on the way is told as.

use super::*;

#[test]
fn each_failure_is_told_as_what_it_is() {
    let told = |failure| failed(failure, &Url::parse("https://a.test/x?sig=hush").unwrap(), 3);
    let (endpoint, fault) = ("https://a.test".to_owned(), "why".to_owned());
    assert_eq!(
        told(CloudFailure::BadProxy { variable: "HTTPS_PROXY", fault: "why" }),
        Error::InvalidArgument { field: "HTTPS_PROXY", fault: fault.clone() }
    );
    assert_eq!(
        told(CloudFailure::NotTrusted(fault.clone())),
        Error::NotTrusted { endpoint: endpoint.clone(), fault: fault.clone() }
    );
    assert!(matches!(told(CloudFailure::Truncated), Error::Malformed { .. }));
    for failure in [
        CloudFailure::Unreachable { before_sent: true, fault },
        CloudFailure::TimedOut(SILENCE),
        CloudFailure::ProxyRefused("why"),
    ] {
        let fault = failure.to_string();
        assert_eq!(told(failure), Error::Unreachable { endpoint: endpoint.clone(), fault, attempts: 3 });
    }
}
