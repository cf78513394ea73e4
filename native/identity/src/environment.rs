//! The only reader of environment variables; other modules get their values from here.
//!
//! The caller passes the pairs, because a .NET process has its own copy of the environment on Linux.

use std::fmt;
use std::path::PathBuf;

use tollgate_http::{Endpoint, ProxyConfig, ProxySetting, bypasses_proxy};
use zeroize::Zeroizing;

use crate::arc_agent;
use crate::asset_tag;

/// Replaces scheme, host and port of IMDS, as in the Azure SDKs.
pub(crate) const AUTHORITY_HOST: &str = "AZURE_POD_IDENTITY_AUTHORITY_HOST";
/// URL of the token service on App Service and the like, Automation, Arc and Service Fabric.
pub(crate) const IDENTITY_ENDPOINT: &str = "IDENTITY_ENDPOINT";
/// Secret of that service, if it has one.
pub(crate) const IDENTITY_HEADER: &str = "IDENTITY_HEADER";
/// Thumbprint of the certificate of Service Fabric's token service.
pub(crate) const IDENTITY_SERVER_THUMBPRINT: &str = "IDENTITY_SERVER_THUMBPRINT";
/// API version of Service Fabric's token service.
pub(crate) const IDENTITY_API_VERSION: &str = "IDENTITY_API_VERSION";
/// URL of the token service on Cloud Shell and in Azure Machine Learning.
pub(crate) const MSI_ENDPOINT: &str = "MSI_ENDPOINT";
/// Secret of Azure Machine Learning's token service.
pub(crate) const MSI_SECRET: &str = "MSI_SECRET";
/// Set on an Arc server.
pub(crate) const IMDS_ENDPOINT: &str = "IMDS_ENDPOINT";
/// Client id of an Azure Machine Learning compute's identity.
pub(crate) const DEFAULT_IDENTITY_CLIENT_ID: &str = "DEFAULT_IDENTITY_CLIENT_ID";
/// Directory of the gate's files, instead of the machine's: for containers that share the machine's rate limit.
const GATE_DIRECTORY: &str = "TOLLGATE_GATE_DIRECTORY";
/// Token file of a workload identity, which is not a managed identity.
const FEDERATED_TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";
const PROGRAM_DATA: &str = "ProgramData";
const PROGRAM_FILES: &str = "ProgramFiles";
const LOCAL_APP_DATA: &str = "LOCALAPPDATA";
const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
const AZURE_CONFIG_DIR: &str = "AZURE_CONFIG_DIR";
/// Proxy variables in both cases; where names are case-insensitive the first stands for both.
const PROXIES: [&str; 6] =
    ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const NO_PROXIES: [&str; 2] = ["NO_PROXY", "no_proxy"];

const NAMES: [&str; 24] = [
    AUTHORITY_HOST,
    IDENTITY_ENDPOINT,
    IDENTITY_HEADER,
    IDENTITY_SERVER_THUMBPRINT,
    IDENTITY_API_VERSION,
    MSI_ENDPOINT,
    MSI_SECRET,
    IMDS_ENDPOINT,
    DEFAULT_IDENTITY_CLIENT_ID,
    GATE_DIRECTORY,
    FEDERATED_TOKEN_FILE,
    PROGRAM_DATA,
    PROGRAM_FILES,
    LOCAL_APP_DATA,
    HOME,
    AZURE_CONFIG_DIR,
    PROXIES[0],
    PROXIES[1],
    PROXIES[2],
    PROXIES[3],
    PROXIES[4],
    PROXIES[5],
    NO_PROXIES[0],
    NO_PROXIES[1],
];

/// The environment variables in use. Some are secret, so values are zeroized on drop and never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment {
    values: Vec<(&'static str, Zeroizing<String>)>,
    arc_agent: bool,
    arc_keys: Option<PathBuf>,
    azure_machine: bool,
}

impl Environment {
    /// Selects the known variables. An empty value counts as not set; of several values the last counts.
    pub fn from_pairs<N: AsRef<str>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut found = Self::default();
        for (name, value) in pairs {
            let is = |wanted: &&&'static str| {
                // Variable names are case-insensitive on Windows.
                if cfg!(windows) {
                    wanted.eq_ignore_ascii_case(name.as_ref())
                } else {
                    **wanted == name.as_ref()
                }
            };
            if let Some(known) = NAMES.iter().find(is) {
                let value = Zeroizing::new(value.into());
                found.values.retain(|(name, _)| name != known);
                if !value.trim().is_empty() {
                    found.values.push((known, value));
                }
            }
        }
        found
    }

    /// Adds what this machine reveals: an installed Arc agent, and the asset tag of an Azure VM.
    #[must_use]
    pub fn with_local_agents(mut self) -> Self {
        self.arc_agent = arc_agent::is_installed(self.get(PROGRAM_FILES));
        self.azure_machine = asset_tag::is_azure();
        self
    }

    /// The same as on an Azure VM.
    #[must_use]
    pub const fn with_azure_asset_tag(mut self) -> Self {
        self.azure_machine = true;
        self
    }

    /// The same as with an installed Arc agent whose key files are in `keys`.
    #[must_use]
    pub fn with_arc_agent(mut self, keys: PathBuf) -> Self {
        (self.arc_agent, self.arc_keys) = (true, Some(keys));
        self
    }

    /// The environment of this process, for programs other than .NET.
    pub fn from_process() -> Self {
        let pairs = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::from_pairs(pairs).with_local_agents()
    }

    /// Directory of the gate's files, if the environment determines one.
    pub fn gate_directory(&self) -> Option<PathBuf> {
        let machine = || {
            self.get(PROGRAM_DATA).filter(|_| cfg!(windows)).map(|data| PathBuf::from(data).join("Tollgate"))
        };
        self.get(GATE_DIRECTORY).map(PathBuf::from).or_else(machine)
    }

    /// Names of the proxy variables that are set. Values may contain a password and are not returned.
    pub(crate) fn proxy_variables(&self) -> Vec<&'static str> {
        PROXIES.into_iter().filter(|name| self.get(name).is_some()).collect()
    }

    /// Proxies for requests to Azure. If both cases are set, lower case wins, as in other programs.
    pub fn proxy_config(&self) -> ProxyConfig {
        let [upper_http, http, upper_https, https, upper_all, all] = PROXIES;
        let setting = |names: [&'static str; 2]| {
            names.into_iter().find_map(|variable| {
                let value = Zeroizing::new(self.get(variable)?.to_owned());
                Some(ProxySetting { variable, value })
            })
        };
        ProxyConfig {
            https: setting([https, upper_https]),
            http: setting([http, upper_http]),
            all: setting([all, upper_all]),
            no_proxy: NO_PROXIES.iter().rev().find_map(|name| self.get(name)).map(str::to_owned),
        }
    }

    /// Whether programs that honor these variables reach this endpoint without a proxy.
    pub(crate) fn bypasses_proxy(&self, endpoint: &Endpoint) -> bool {
        let mut lists = NO_PROXIES.iter().filter_map(|name| self.get(name));
        lists.any(|list| bypasses_proxy(list, &endpoint.to_string()))
    }

    /// Files in which other tools keep logins that all scripts of a user share.
    pub(crate) fn other_tool_logins(&self) -> Vec<(&'static str, PathBuf)> {
        let Some(home) = self.get(HOME).map(PathBuf::from) else {
            return Vec::new();
        };
        let local = self.get(LOCAL_APP_DATA).filter(|_| cfg!(windows)).map(PathBuf::from);
        let local = local.unwrap_or_else(|| home.join(".local").join("share")).join(".IdentityService");
        let cli = self.get(AZURE_CONFIG_DIR).map_or_else(|| home.join(".azure"), PathBuf::from);
        vec![
            ("Az", home.join(".Azure").join("AzureRmContext.json")),
            ("Az", local.join("msal.cache")),
            ("Az", local.join("msal.cache.cae")),
            ("Az", local.join("msal.cache.nocae")),
            ("az", cli.join("azureProfile.json")),
            ("az", cli.join("msal_token_cache.json")),
            ("az", cli.join("msal_token_cache.bin")),
            ("azcopy", home.join(".azcopy").join("AccessToken.json")),
        ]
    }

    /// Variables that are set but ignored, as sentences: another that they require is missing.
    pub(crate) fn incomplete_sources(&self) -> Vec<String> {
        let is_set = |name| self.get(name).is_some();
        let lacks = |name: &str, other: &str| format!("{name} is set without {other}, so it does not count");
        let mut found = Vec::new();
        // With the Arc agent the endpoint needs no header.
        if is_set(IDENTITY_ENDPOINT) && !is_set(IDENTITY_HEADER) && !is_set(IMDS_ENDPOINT) {
            found.push(lacks(IDENTITY_ENDPOINT, IDENTITY_HEADER));
        }
        if is_set(IDENTITY_HEADER) && !is_set(IDENTITY_ENDPOINT) {
            found.push(lacks(IDENTITY_HEADER, IDENTITY_ENDPOINT));
        }
        if is_set(MSI_SECRET) && !is_set(MSI_ENDPOINT) {
            found.push(lacks(MSI_SECRET, MSI_ENDPOINT));
        }
        if is_set(FEDERATED_TOKEN_FILE) {
            found.push(format!(
                "{FEDERATED_TOKEN_FILE} names the token of a workload identity, which is no managed identity"
            ));
        }
        found
    }

    /// The value of a variable, if it is set and not empty.
    pub(crate) fn get(&self, name: &'static str) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the chassis asset tag is that of an Azure VM.
    pub(crate) const fn is_azure_machine(&self) -> bool {
        self.azure_machine
    }

    /// Whether the Arc agent is installed.
    pub(crate) const fn has_arc_agent(&self) -> bool {
        self.arc_agent
    }

    /// Directory of the Arc agent's key files.
    pub(crate) fn arc_token_directory(&self) -> Option<PathBuf> {
        self.arc_keys.clone().or_else(|| arc_agent::token_directory(self.get(PROGRAM_DATA)))
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.values.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_counts_as_none_and_the_last_one_wins() {
        let environment =
            Environment::from_pairs([(MSI_SECRET, "a"), (MSI_SECRET, "b"), (MSI_ENDPOINT, " "), ("X", "y")]);
        assert_eq!(environment.get(MSI_SECRET), Some("b"));
        assert_eq!(environment.get(MSI_ENDPOINT), None);
        let taken_back = Environment::from_pairs([(MSI_SECRET, "a"), (MSI_SECRET, "")]);
        assert_eq!(taken_back, Environment::default());
    }

    #[test]
    fn names_are_told_apart_as_the_system_does() {
        let environment = Environment::from_pairs([("msi_secret", "a")]);
        assert_eq!(environment.get(MSI_SECRET).is_some(), cfg!(windows));
    }

    #[test]
    fn the_gates_folder_is_the_one_named_or_the_machines() {
        let named = Environment::from_pairs([(GATE_DIRECTORY, "here"), (PROGRAM_DATA, "there")]);
        assert_eq!(named.gate_directory(), Some(PathBuf::from("here")));
        let machine = Environment::from_pairs([(PROGRAM_DATA, "there")]).gate_directory();
        assert_eq!(machine, cfg!(windows).then(|| PathBuf::from("there").join("Tollgate")));
    }

    #[test]
    fn the_proxies_of_the_cloud_are_those_of_the_variables_and_the_small_spelling_counts() {
        let named = |value: &Option<ProxySetting>| {
            value.as_ref().map(|proxy| (proxy.variable, proxy.value.to_string()))
        };
        assert_eq!(Environment::default().proxy_config(), ProxyConfig::default());
        let proxies = Environment::from_pairs([
            ("HTTPS_PROXY", "http://large"),
            ("https_proxy", "http://small"),
            ("ALL_PROXY", "http://all"),
            ("NO_PROXY", "a,b"),
        ])
        .proxy_config();
        let https = if cfg!(windows) { "HTTPS_PROXY" } else { "https_proxy" };
        assert_eq!(named(&proxies.https), Some((https, "http://small".to_owned())));
        assert_eq!(named(&proxies.all), Some(("ALL_PROXY", "http://all".to_owned())));
        assert_eq!((named(&proxies.http), proxies.no_proxy.as_deref()), (None, Some("a,b")));
    }

    #[test]
    fn no_value_is_printed() {
        let environment = Environment::from_pairs([(MSI_SECRET, "hush"), (MSI_ENDPOINT, "http://x")]);
        assert_eq!(format!("{environment:?}"), r#"["MSI_SECRET", "MSI_ENDPOINT"]"#);
    }
}
