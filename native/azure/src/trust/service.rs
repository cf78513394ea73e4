//! A cloud's rows, parsed once.

use std::sync::LazyLock;

use url::Url;

use crate::request::AudienceHosts;
use crate::trust::host_pattern::HostPattern;
use crate::trust::origin;
use crate::trust::row::Service;
use crate::trust::{china, government, public};

/// One of Azure's own clouds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cloud {
    Public,
    UsGovernment,
    China,
}

/// An audience and its hosts, parsed for comparison.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    audiences: Vec<String>,
    hosts: Vec<(HostPattern, String)>,
    path: Option<&'static str>,
    pub(crate) named_only: bool,
}

static PUBLIC: LazyLock<Vec<Entry>> = LazyLock::new(|| read(public::SERVICES));
static GOVERNMENT: LazyLock<Vec<Entry>> = LazyLock::new(|| read(government::SERVICES));
static CHINA: LazyLock<Vec<Entry>> = LazyLock::new(|| read(china::SERVICES));

impl Cloud {
    /// All clouds.
    pub(crate) const ALL: [Self; 3] = [Self::Public, Self::UsGovernment, Self::China];

    /// The cloud whose Resource Manager is among the hosts of an environment, however its origin is spelled; `None` for
    /// a private cloud or a test server.
    pub(crate) fn of(audience_hosts: &[AudienceHosts]) -> Option<Self> {
        let hosts = audience_hosts.iter().flat_map(|audience| &audience.hosts);
        let mut origins = hosts.filter_map(|host| match HostPattern::parse(host)? {
            HostPattern::Exact { scheme: "https", host, port: 443 } => Some(host),
            HostPattern::Exact { .. } | HostPattern::Labels { .. } => None,
        });
        origins.find_map(|host| match host.as_str() {
            "management.azure.com" => Some(Self::Public),
            "management.usgovcloudapi.net" => Some(Self::UsGovernment),
            "management.chinacloudapi.cn" => Some(Self::China),
            _ => None,
        })
    }

    /// The entries of its table.
    pub(crate) fn entries(self) -> &'static [Entry] {
        match self {
            Self::Public => &PUBLIC,
            Self::UsGovernment => &GOVERNMENT,
            Self::China => &CHINA,
        }
    }
}

impl Entry {
    /// The entry for an audience of the environment.
    pub(crate) fn from_audience_hosts(audience_hosts: &AudienceHosts) -> Self {
        let hosts =
            audience_hosts.hosts.iter().filter_map(|host| Some((HostPattern::parse(host)?, host.clone())));
        Self {
            audiences: vec![audience_hosts.audience.clone()],
            hosts: hosts.collect(),
            path: None,
            named_only: false,
        }
    }

    /// The audience, as it is requested.
    pub(crate) fn audience(&self) -> &str {
        self.audiences.first().map_or("", String::as_str)
    }

    /// The hosts, each with its text for messages.
    pub(crate) fn hosts(&self) -> &[(HostPattern, String)] {
        &self.hosts
    }

    /// Whether a string names this audience: in any spelling, or by nothing but the URL of one of its hosts.
    pub(crate) fn is_named(&self, text: &str) -> bool {
        if self.audiences.iter().any(|audience| is_same_audience(audience, text)) {
            return true;
        }
        let bare = text.strip_suffix("/.default").unwrap_or(text);
        let Ok(mut url) = Url::parse(bare) else { return false };
        origin::normalise(&mut url);
        matches!(url.path(), "/" | "")
            && self.hosts.iter().any(|(pattern, _)| pattern.is_exact() && pattern.matches(&url))
    }

    /// Whether a URL has one of these hosts, whatever its scheme, port and path.
    pub(crate) fn has_name_of(&self, url: &Url) -> bool {
        self.hosts.iter().any(|(pattern, _)| pattern.is_host_of(url))
    }

    /// Whether two entries share an audience.
    pub(crate) fn shares_audience(&self, other: &Self) -> bool {
        other
            .audiences
            .iter()
            .any(|audience| self.audiences.iter().any(|own| is_same_audience(own, audience)))
    }

    /// Whether a URL is at one of the hosts, and how specifically: the greater number takes precedence.
    pub(crate) fn match_at(&self, url: &Url) -> Option<usize> {
        if self.path.is_some_and(|path| !url.path().starts_with(path)) {
            return None;
        }
        let best = self.hosts.iter().filter(|(pattern, _)| pattern.matches(url));
        let best = best.map(|(pattern, _)| pattern.literal_labels()).max()?;
        // Of two services at a host, the one with the path prefix takes precedence.
        Some(best * 2 + usize::from(self.path.is_some()))
    }
}

/// Compares audiences case-insensitively, without `/.default` and slashes at the end.
pub(crate) fn is_same_audience(one: &str, other: &str) -> bool {
    let bare = |text: &str| {
        text.strip_suffix("/.default").unwrap_or(text).trim_end_matches('/').to_ascii_lowercase()
    };
    bare(one) == bare(other)
}

/// Whether an audience is Azure Storage's, for all accounts or for one.
pub(crate) fn is_storage(audience: &str) -> bool {
    const SERVICES: [&str; 5] = ["blob", "dfs", "file", "queue", "table"];
    let url = Url::parse(audience).ok();
    let host = url.as_ref().and_then(Url::domain).unwrap_or_default();
    let labels: Vec<_> = host.split('.').collect();
    host == "storage.azure.com"
        || matches!(labels.as_slice(), [_, kind, "core", _, ..] if SERVICES.contains(kind))
        || matches!(labels.as_slice(), [_, _, kind, "storage", "azure", "net"] if SERVICES.contains(kind))
}

fn read(services: &[Service]) -> Vec<Entry> {
    let read = |service: &Service| Entry {
        audiences: service.audiences.iter().map(|audience| (*audience).to_owned()).collect(),
        hosts: service
            .hosts
            .iter()
            .filter_map(|host| Some((HostPattern::parse(host)?, host.replace('?', "*"))))
            .collect(),
        path: service.path,
        named_only: service.named_only,
    };
    services.iter().map(read).collect()
}

#[cfg(test)]
mod tests;
