//! Checks whether Azure can be reached from here, without a token: name, port, proxy and certificate.

use std::time::Duration;

use http::HeaderMap;
use tollgate_http::{CloudClient, CloudRequest, CloudRequestBody, CloudTransportError, ConnectTimeout};
use tollgate_identity::{Check, Environment, Sends};

use crate::pipeline;
use crate::trust::origin;

/// The names of the two checks.
const MANAGER: &str = "ResourceManager";
const TLS: &str = "Tls";

/// The idle timeout until a response.
const TIME: Duration = Duration::from_secs(10);

/// Requests the URL of Azure Resource Manager without a token: any response shows that it can be reached.
pub async fn reach(environment: &Environment, address: &str) -> Vec<Check> {
    let url = match origin::parse("Environment", address) {
        Ok(url) => url,
        Err(error) => {
            let advice = "correct the address of the environment: see Get-MiEnvironment";
            return not_reached(Check::failed(MANAGER, error.to_string(), advice));
        }
    };
    let (secure, origin) = (url.scheme() == "https", origin::origin_string(&url));
    let request = CloudRequest {
        method: http::Method::GET,
        url: url.clone(),
        headers: HeaderMap::new(),
        body: CloudRequestBody::None,
        connect_timeout: ConnectTimeout::Short,
        idle_timeout: TIME,
    };
    let cloud = CloudClient::new(environment.proxy_config());
    let failure = cloud.send(request, || ()).await.err();
    let reached = Check::passed(MANAGER, format!("{origin} can be reached"));
    match failure {
        None if secure => {
            vec![reached, Check::passed(TLS, format!("this machine trusts the certificate of {origin}"))]
        }
        None => vec![reached, Check::skipped(TLS, "it is asked without TLS")],
        Some(failure @ (CloudTransportError::Tls(_) | CloudTransportError::UntrustedCertificate { .. })) => {
            let error = pipeline::map_transport_error(failure, &url, 1, Sends::default());
            let advice = error
                .advice()
                .unwrap_or("find out what answers in its place, such as a proxy that inspects TLS");
            vec![reached, Check::failed(TLS, error.to_string(), advice)]
        }
        Some(failure) => not_reached(Check::failed(
            MANAGER,
            format!("{origin} cannot be reached: {failure}"),
            advice(&failure),
        )),
    }
}

fn not_reached(manager: Check) -> Vec<Check> {
    vec![manager, Check::skipped(TLS, "nothing was found out about it")]
}

fn advice(failure: &CloudTransportError) -> &'static str {
    match failure {
        CloudTransportError::ProxyRejected(_) => {
            "let the proxy pass requests to that address, or spare it with NO_PROXY"
        }
        CloudTransportError::InvalidProxy { .. } => "correct the variable, or remove it",
        _ => {
            "check that the name resolves, that a firewall lets port 443 through, and whether HTTPS_PROXY has to name a proxy"
        }
    }
}
