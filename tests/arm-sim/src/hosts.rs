//! Which hosts it plays, and the audiences whose tokens each of them takes.

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Azure Resource Manager of one cloud; on loopback of any.
    Arm(&'static [&'static str]),
    Vault,
    Graph,
    Blob,
    /// Somebody else's: it asks for nothing and takes anything, as whoever is after tokens would.
    Open,
}

const PUBLIC: &[&str] = &["https://management.azure.com", "https://management.core.windows.net"];
const CHINA: &[&str] = &["https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn"];
const GOVERNMENT: &[&str] =
    &["https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net"];
const ANY: &[&str] = &[PUBLIC[0], PUBLIC[1], CHINA[0], CHINA[1], GOVERNMENT[0], GOVERNMENT[1]];

impl Kind {
    /// What the host at the end of a tunnel is; nothing if the simulator does not play it.
    pub(crate) fn of(host: &str, open: &[String]) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        Some(match host.as_str() {
            "management.azure.com" => Self::Arm(PUBLIC),
            "management.chinacloudapi.cn" => Self::Arm(CHINA),
            "management.usgovcloudapi.net" => Self::Arm(GOVERNMENT),
            "graph.microsoft.com" => Self::Graph,
            _ if host.ends_with(".vault.azure.net") => Self::Vault,
            _ if host.ends_with(".blob.core.windows.net") => Self::Blob,
            _ if open.iter().any(|known| known.eq_ignore_ascii_case(&host)) => Self::Open,
            _ => return None,
        })
    }

    /// What it is for a client that connects without a proxy: known by the name it was asked under, else by its
    /// address.
    pub(crate) fn of_direct(host: &str, open: &[String]) -> Self {
        Self::of(name(host), open).unwrap_or(Self::Arm(ANY))
    }

    /// Whether it takes tokens for this audience.
    pub(crate) fn takes(self, host: &str, audience: &str) -> bool {
        let audience = audience.strip_suffix('/').unwrap_or(audience);
        match self {
            Self::Arm(audiences) => audiences.contains(&audience),
            Self::Vault => audience == "https://vault.azure.net",
            Self::Graph => {
                ["https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"].contains(&audience)
            }
            Self::Blob => {
                audience == "https://storage.azure.com"
                    || audience.strip_prefix("https://") == Some(name(host))
            }
            Self::Open => true,
        }
    }

    /// What a refusal says it takes.
    pub(crate) fn audiences(self) -> Vec<String> {
        match self {
            Self::Arm(audiences) => {
                audiences.iter().flat_map(|one| [format!("{one}/"), (*one).into()]).collect()
            }
            Self::Vault => vec!["https://vault.azure.net".into()],
            Self::Graph => vec!["https://graph.microsoft.com".into()],
            Self::Blob => vec!["https://storage.azure.com/".into()],
            Self::Open => Vec::new(),
        }
    }
}

/// Without the port.
fn name(host: &str) -> &str {
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_by_its_whole_name_whatever_its_case() {
        assert_eq!(Kind::of("Management.Azure.COM", &[]), Some(Kind::Arm(PUBLIC)));
        assert_eq!(Kind::of("kv.vault.azure.net", &[]), Some(Kind::Vault));
        for stranger in ["vault.azure.net", "management.azure.com.evil.example", "evilvault.azure.net", ""] {
            assert_eq!(Kind::of(stranger, &[]), None, "{stranger}");
        }
        assert_eq!(Kind::of("evil.example", &["Evil.example".into()]), Some(Kind::Open));
    }

    #[test]
    fn a_client_without_a_proxy_finds_resource_manager_of_any_cloud() {
        assert_eq!(Kind::of_direct("127.0.0.1:8080", &[]), Kind::Arm(ANY));
        assert_eq!(Kind::of_direct("kv.vault.azure.net:8080", &[]), Kind::Vault);
    }

    #[test]
    fn each_host_takes_tokens_for_itself_alone() {
        let takes = |host, audience| Kind::of(host, &[]).unwrap().takes(host, audience);
        assert!(takes("management.azure.com", "https://management.core.windows.net/"));
        assert!(takes("management.azure.com", "https://management.azure.com"));
        assert!(!takes("management.azure.com", "https://management.core.chinacloudapi.cn/"));
        assert!(!takes("management.azure.com", "https://vault.azure.net"));
        assert!(takes("management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net/"));
        assert!(takes("kv.vault.azure.net", "https://vault.azure.net"));
        assert!(takes("graph.microsoft.com", "https://graph.microsoft.com/"));
        assert!(takes("a.blob.core.windows.net", "https://storage.azure.com/"));
        assert!(takes("a.blob.core.windows.net", "https://a.blob.core.windows.net"));
        assert!(!takes("a.blob.core.windows.net", "https://b.blob.core.windows.net"));
    }
}
