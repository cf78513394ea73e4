//! The proxies between the machine and the cloud: a value, independent of where it was read from. A proxy URL may hold
//! a password, so none is printed.

use std::fmt;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{NoProxy, Proxy};
use url::Url;
use zeroize::Zeroizing;

use crate::cloud::error::CloudTransportError;

/// Loopback hosts: a proxy would connect to itself.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1,::ffff:127.0.0.0/104";

/// The URL of a proxy, and the variable that names it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxySetting {
    /// The name of the variable.
    pub variable: &'static str,
    /// The URL; it may hold a user name and a password.
    pub value: Zeroizing<String>,
}

/// The proxies by URL scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxyConfig {
    /// For https URLs.
    pub https: Option<ProxySetting>,
    /// For http URLs.
    pub http: Option<ProxySetting>,
    /// For schemes without one of their own.
    pub all: Option<ProxySetting>,
    /// Hosts reached without a proxy, as `NO_PROXY` lists them.
    pub no_proxy: Option<String>,
}

impl ProxyConfig {
    /// Whether every host is reached without a proxy, whatever the system's settings.
    pub(super) fn bypasses_all(&self) -> bool {
        bypasses_everything(self.no_proxy.as_deref().unwrap_or_default())
    }

    /// Whether a variable names a proxy, valid or not.
    pub(super) const fn is_configured(&self) -> bool {
        self.https.is_some() || self.http.is_some() || self.all.is_some()
    }

    /// The rules for reqwest, specific schemes before `all`. Invalid proxies are left out: [`ProxyConfig::check`]
    /// reports them where they would apply.
    pub(super) fn to_reqwest(&self) -> Vec<Proxy> {
        if self.bypasses_all() {
            return Vec::new();
        }
        let bypassed = self.bypass_list();
        let rule = |setting: &Option<ProxySetting>, make: fn(Url) -> reqwest::Result<Proxy>| {
            let made = make(setting.as_ref()?.url().ok()?).ok()?;
            Some(made.no_proxy(NoProxy::from_string(&bypassed)))
        };
        let rules =
            [rule(&self.https, Proxy::https), rule(&self.http, Proxy::http), rule(&self.all, Proxy::all)];
        rules.into_iter().flatten().collect()
    }

    /// Checks the proxy that applies to this URL, and no other.
    ///
    /// # Errors
    /// [`CloudTransportError::InvalidProxy`] when the variable holds no usable proxy URL.
    pub(super) fn check(&self, url: &Url) -> Result<(), CloudTransportError> {
        let own = if url.scheme() == "https" { &self.https } else { &self.http };
        let Some(setting) = own.as_ref().or(self.all.as_ref()) else { return Ok(()) };
        let checked = setting.url().and_then(|proxy| {
            Proxy::all(proxy).map(drop).map_err(|_| setting.invalid("cannot be used as one"))
        });
        // An invalid proxy does no harm to a host that bypasses it.
        if checked.is_err() && bypasses_proxy(&self.bypass_list(), url.as_str()) { Ok(()) } else { checked }
    }

    /// The hosts reached without a proxy, loopback included.
    fn bypass_list(&self) -> String {
        format!("{},{LOOPBACK}", self.no_proxy.as_deref().unwrap_or_default())
    }
}

/// Whether a `NO_PROXY` list exempts the host of a URL: by its name, by a parent domain, by its IP address, or by a
/// network such as `169.254.0.0/16`; `*` exempts every host.
pub fn bypasses_proxy(list: &str, url: &str) -> bool {
    // The matcher that reqwest itself uses. It applies `*` to names only.
    let matcher = || Matcher::builder().all("http://proxy.invalid").no(list).build();
    bypasses_everything(list) || url.parse::<Uri>().is_ok_and(|url| matcher().intercept(&url).is_none())
}

fn bypasses_everything(list: &str) -> bool {
    list.split(',').any(|host| host.trim() == "*")
}

impl ProxySetting {
    fn url(&self) -> Result<Url, CloudTransportError> {
        let text = self.value.trim();
        if text.contains('\\') {
            // A URL takes a backslash for a slash, and the domain before a user name for the host.
            return Err(self.invalid(
                r"holds a backslash: where a name has a domain, as in CORP\user, write CORP%5Cuser",
            ));
        }
        // By convention, a bare `host:port` is a proxy reached over plain http.
        let whole =
            Zeroizing::new(if text.contains("://") { text.to_owned() } else { format!("http://{text}") });
        let url = Url::parse(&whole).map_err(|_| self.invalid("is no address such as http://proxy:8080"))?;
        match url.scheme() {
            "http" | "https" if url.has_host() => Ok(url),
            _ => {
                Err(self
                    .invalid("must start with http:// or https://, for no other kind of proxy is spoken to"))
            }
        }
    }

    fn invalid(&self, fault: &'static str) -> CloudTransportError {
        CloudTransportError::InvalidProxy { variable: self.variable, fault }
    }
}

impl fmt::Debug for ProxySetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.variable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(value: &str) -> ProxySetting {
        ProxySetting { variable: "HTTPS_PROXY", value: Zeroizing::new(value.to_owned()) }
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
        for text in [
            "http://",
            "socks5://me:word@proxy",
            "http://me:word@pro xy",
            "http://proxy:99999",
            r"http://CORP\user:word@proxy",
            r"CORP\user:word@proxy:8080",
        ] {
            let proxies = ProxyConfig { https: Some(address(text)), ..ProxyConfig::default() };
            let failure = proxies.check(&url("https://a.test/")).unwrap_err();
            assert_eq!(failure.to_string().contains("%5C"), text.contains('\\'), "{failure}");
            let text = failure.to_string();
            assert!(text.starts_with("HTTPS_PROXY ") && !text.contains("word"), "{text}");
        }
    }

    #[test]
    fn a_star_spares_every_host_and_a_host_with_a_star_does_not() {
        let rules = |no_proxy: &str| {
            let no_proxy = Some(no_proxy.to_owned());
            ProxyConfig { all: Some(address("proxy:1")), no_proxy, ..ProxyConfig::default() }
                .to_reqwest()
                .len()
        };
        assert_eq!([rules("*"), rules("a, * ,b"), rules("*.example"), rules("")], [0, 0, 1, 1]);
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn only_the_proxy_that_applies_is_judged() {
        let (good, bad) = (|| Some(address("http://proxy")), || Some(address("socks5h://proxy")));
        let judged = |proxies: &ProxyConfig| {
            ["https://a.test/", "http://a.test/", "https://127.0.0.1/"]
                .map(|address| proxies.check(&url(address)).is_ok())
        };
        for (https, http, all, no_proxy, expected) in [
            (good(), None, bad(), None, [true, false, true]),
            (None, good(), bad(), None, [false, true, true]),
            (bad(), None, good(), None, [false, true, true]),
            (good(), good(), bad(), None, [true, true, true]),
            (bad(), bad(), bad(), Some("x,.test"), [true, true, true]),
            (bad(), bad(), bad(), Some("*"), [true, true, true]),
            (None, None, bad(), Some("b.test"), [false, false, true]),
        ] {
            let proxies = ProxyConfig { https, http, all, no_proxy: no_proxy.map(str::to_owned) };
            assert_eq!(judged(&proxies), expected, "{proxies:?}");
        }
    }

    #[test]
    fn a_host_is_spared_by_name_domain_address_and_network() {
        for (list, expected) in [
            ("169.254.169.254", true),
            ("a, 169.254.0.0/16 ,b", true),
            ("169.254.169.254/32", true),
            ("0.0.0.0/0", true),
            ("*", true),
            ("169.254.169.0/25", false),
            ("169.254", false),
            ("10.0.0.0/8", false),
            ("", false),
        ] {
            assert_eq!(bypasses_proxy(list, "http://169.254.169.254/x"), expected, "{list}");
        }
        assert!(
            bypasses_proxy("example.com", "http://a.example.com/")
                && !bypasses_proxy("example.com", "http://notexample.com/")
        );
    }

    #[test]
    fn an_address_is_not_printed() {
        let proxies = ProxyConfig { all: Some(address("http://me:word@proxy")), ..ProxyConfig::default() };
        assert!(!format!("{proxies:?}").contains("word"));
    }
}
