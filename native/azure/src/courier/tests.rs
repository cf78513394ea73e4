//! What trouble on the way is told as.

use tollgate_http::CertificateProblem;

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
    for problem in [CertificateProblem::Untrusted, CertificateProblem::Outdated, CertificateProblem::NoRoots]
    {
        let error = told(CloudFailure::UntrustedCertificate { fault: fault.clone(), problem });
        assert_eq!(
            error,
            Error::UntrustedCertificate { endpoint: endpoint.clone(), fault: fault.clone(), problem }
        );
        let advice = error.advice().unwrap();
        assert_eq!(advice.contains("clock"), problem == CertificateProblem::Outdated, "{advice}");
        assert_eq!(advice.contains("ca-certificates"), problem == CertificateProblem::NoRoots, "{advice}");
    }
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
