//! Which proxy stands between the machine and the cloud. A value: who read it, and where, is not known here.
//! An address may hold a password, so none is printed.

use std::fmt;

use reqwest::{NoProxy, Proxy};
use url::Url;
use zeroize::Zeroizing;

use crate::cloud::failure::CloudFailure;

/// Hosts that no proxy can reach in our place.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1,::ffff:127.0.0.0/104";

/// The address of a proxy, and the variable that names it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress {
    /// The variable.
    pub variable: &'static str,
    /// The address; it may hold a name and a password.
    pub value: Zeroizing<String>,
}

/// The proxies for each kind of address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For https.
    pub https: Option<ProxyAddress>,
    /// For http.
    pub http: Option<ProxyAddress>,
    /// For whatever has none of its own.
    pub all: Option<ProxyAddress>,
    /// Hosts that are asked without one, as `NO_PROXY` lists them.
    pub no_proxy: Option<String>,
}

impl Proxies {
    /// Whether every host is asked without one, whatever the system's settings say.
    pub(super) fn spares_all(&self) -> bool {
        self.no_proxy.as_deref().unwrap_or_default().split(',').any(|host| host.trim() == "*")
    }

    /// The rules, the particular before the general. None at all leaves it to the system where the system has settings.
    pub(super) fn rules(&self) -> Result<Vec<Proxy>, CloudFailure> {
        if self.spares_all() {
            return Ok(Vec::new());
        }
        let spared = format!("{},{LOOPBACK}", self.no_proxy.as_deref().unwrap_or_default());
        let rule = |address: &Option<ProxyAddress>, make: fn(Url) -> reqwest::Result<Proxy>| {
            let Some(address) = address else { return Ok(None) };
            let made = make(address.url()?).map_err(|_| address.fault("cannot be used as one"))?;
            Ok(Some(made.no_proxy(NoProxy::from_string(&spared))))
        };
        let rules =
            [rule(&self.https, Proxy::https)?, rule(&self.http, Proxy::http)?, rule(&self.all, Proxy::all)?];
        Ok(rules.into_iter().flatten().collect())
    }
}

impl ProxyAddress {
    fn url(&self) -> Result<Url, CloudFailure> {
        let text = self.value.trim();
        // As everywhere, a mere host and port means a proxy that is spoken to in plain http.
        let whole =
            Zeroizing::new(if text.contains("://") { text.to_owned() } else { format!("http://{text}") });
        let url = Url::parse(&whole).map_err(|_| self.fault("is no address such as http://proxy:8080"))?;
        match url.scheme() {
            "http" | "https" if url.has_host() => Ok(url),
            _ => {
                Err(self
                    .fault("must start with http:// or https://, for no other kind of proxy is spoken to"))
            }
        }
    }

    fn fault(&self, fault: &'static str) -> CloudFailure {
        CloudFailure::BadProxy { variable: self.variable, fault }
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.variable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(value: &str) -> ProxyAddress {
        ProxyAddress { variable: "HTTPS_PROXY", value: Zeroizing::new(value.to_owned()) }
    }

    #[test]
    fn a_host_and_port_is_an_address_and_so_is_one_with_a_name_and_password() {
        for (text, url) in [
            ("proxy:3128", "http://proxy:3128/"),
            (" http://proxy ", "http://proxy/"),
            ("https://me:word@proxy:1", "https://me:word@proxy:1/"),
            ("me:word@proxy:1", "http://me:word@proxy:1/"),
        ] {
            assert_eq!(address(text).url().unwrap().as_str(), url);
        }
    }

    #[test]
    fn what_is_no_address_is_a_failure_that_names_the_variable_and_not_the_value() {
        for text in ["http://", "socks5://me:word@proxy", "http://me:word@pro xy", "http://proxy:99999"] {
            let failure = Proxies { https: Some(address(text)), ..Proxies::default() }.rules().unwrap_err();
            let text = failure.to_string();
            assert!(text.starts_with("HTTPS_PROXY ") && !text.contains("word"), "{text}");
        }
    }

    #[test]
    fn a_star_spares_every_host_and_a_host_with_a_star_does_not() {
        let rules = |no_proxy: &str| {
            let no_proxy = Some(no_proxy.to_owned());
            Proxies { all: Some(address("proxy:1")), no_proxy, ..Proxies::default() }.rules().unwrap().len()
        };
        assert_eq!([rules("*"), rules("a, * ,b"), rules("*.example"), rules("")], [0, 0, 1, 1]);
    }

    #[test]
    fn an_address_is_not_printed() {
        let proxies = Proxies { all: Some(address("http://me:word@proxy")), ..Proxies::default() };
        assert!(!format!("{proxies:?}").contains("word"));
    }
}
