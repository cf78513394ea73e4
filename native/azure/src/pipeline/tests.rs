//! What trouble on the way is told as.

use tollgate_http::CertificateProblem;

use tollgate_identity::Sends;

use super::*;

const SENDS: Sends = Sends { count: 3, may_be_done: true };

#[test]
fn each_failure_is_told_as_what_it_is() {
    let told =
        |failure| map_transport_error(failure, &Url::parse("https://a.test/x?sig=hush").unwrap(), 3, SENDS);
    let (endpoint, fault) = ("https://a.test".to_owned(), "why".to_owned());
    assert_eq!(
        told(CloudTransportError::InvalidProxy { variable: "HTTPS_PROXY", fault: "why" }),
        Error::InvalidArgument { field: "HTTPS_PROXY", fault: fault.clone() }
    );
    assert_eq!(
        told(CloudTransportError::Tls(fault.clone())),
        Error::EndpointNotTrusted { endpoint: endpoint.clone(), fault: fault.clone() }
    );
    for problem in [CertificateProblem::Untrusted, CertificateProblem::Outdated, CertificateProblem::NoRoots]
    {
        let error = told(CloudTransportError::UntrustedCertificate { fault: fault.clone(), problem });
        assert_eq!(
            error,
            Error::UntrustedCertificate { endpoint: endpoint.clone(), fault: fault.clone(), problem }
        );
        let advice = error.advice().unwrap();
        assert_eq!(advice.contains("clock"), problem == CertificateProblem::Outdated, "{advice}");
        assert_eq!(advice.contains("ca-certificates"), problem == CertificateProblem::NoRoots, "{advice}");
    }
    assert!(matches!(told(CloudTransportError::IncompleteBody), Error::MalformedResponse { .. }));
    let silent = told(CloudTransportError::TimedOut(IDLE_TIMEOUT));
    assert_eq!(
        silent,
        Error::Unresponsive { endpoint: endpoint.clone(), silence: IDLE_TIMEOUT, attempts: 3, sends: SENDS }
    );
    assert_eq!(
        silent.to_string(),
        "https://a.test did not answer: nothing came within 100 seconds; the request was sent 3 times, and may have been carried out"
    );
    for failure in
        [CloudTransportError::Connect { before_sent: true, fault }, CloudTransportError::ProxyRejected("why")]
    {
        let fault = failure.to_string();
        assert_eq!(
            told(failure),
            Error::EndpointUnreachable { endpoint: endpoint.clone(), fault, attempts: 3 }
        );
    }
}
