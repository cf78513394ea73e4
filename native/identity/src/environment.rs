//! The only reader of the environment. Everybody else gets what it says as a value.
//!
//! The pairs come from the caller, because a .NET process keeps an environment of its own on Linux.

use std::fmt;
use std::path::PathBuf;

use tollgate_http::{Endpoint, ProxyConfig, ProxySetting, bypasses_proxy};
use zeroize::Zeroizing;

use crate::arc_agent;
use crate::asset_tag;

/// Replaces scheme, host and port of the metadata service, as in the Azure SDKs.
pub(crate) const AUTHORITY_HOST: &str = "AZURE_POD_IDENTITY_AUTHORITY_HOST";
/// The address of the token service on App Service and its kin, Automation, Arc and Service Fabric.
pub(crate) const IDENTITY_ENDPOINT: &str = "IDENTITY_ENDPOINT";
/// The secret of that service, where it has one.
pub(crate) const IDENTITY_HEADER: &str = "IDENTITY_HEADER";
/// The certificate of Service Fabric's token service.
pub(crate) const IDENTITY_SERVER_THUMBPRINT: &str = "IDENTITY_SERVER_THUMBPRINT";
/// The version in which Service Fabric's token service is asked.
pub(crate) const IDENTITY_API_VERSION: &str = "IDENTITY_API_VERSION";
/// The address of the token service on Cloud Shell and in Azure Machine Learning.
pub(crate) const MSI_ENDPOINT: &str = "MSI_ENDPOINT";
/// The secret of Azure Machine Learning's token service.
pub(crate) const MSI_SECRET: &str = "MSI_SECRET";
/// Says that the machine is an Arc server.
pub(crate) const IMDS_ENDPOINT: &str = "IMDS_ENDPOINT";
/// The identity of an Azure Machine Learning compute.
pub(crate) const DEFAULT_IDENTITY_CLIENT_ID: &str = "DEFAULT_IDENTITY_CLIENT_ID";
/// The folder of the gate's files, in place of the machine's: for containers that share their machine's allowance.
const GATE_DIRECTORY: &str = "TOLLGATE_GATE_DIRECTORY";
/// The file of a workload identity's token, which is no managed identity.
const FEDERATED_TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";
const PROGRAM_DATA: &str = "ProgramData";
const PROGRAM_FILES: &str = "ProgramFiles";
const LOCAL_APP_DATA: &str = "LOCALAPPDATA";
const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
const AZURE_CONFIG_DIR: &str = "AZURE_CONFIG_DIR";
/// Proxies as most programs know them, in both spellings; where capitals do not matter the first stands for both.
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

/// What the environment says about tokens. Some of it is secret, so it is wiped and never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment {
    values: Vec<(&'static str, Zeroizing<String>)>,
    arc_agent: bool,
    arc_keys: Option<PathBuf>,
    azure_machine: bool,
}

impl Environment {
    /// Picks what matters from names and values. An empty value counts as none.
    pub fn from_pairs<N: AsRef<str>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut found = Self::default();
        for (name, value) in pairs {
            let is = |wanted: &&&'static str| {
                // Windows does not tell capitals from small letters in these names.
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

    /// The same on this machine: whether it is an Arc server is told by a file too, and whether it is a virtual machine of Azure by the
    /// asset tag of its chassis.
    #[must_use]
    pub fn with_local_agents(mut self) -> Self {
        self.arc_agent = arc_agent::is_installed(self.get(PROGRAM_FILES));
        self.azure_machine = asset_tag::is_azure();
        self
    }

    /// The same as on a virtual machine of Azure.
    #[must_use]
    pub const fn with_azure_asset_tag(mut self) -> Self {
        self.azure_machine = true;
        self
    }

    /// The same as if the agent of Arc were installed, with its key files in another folder.
    #[must_use]
    pub fn with_arc_agent(mut self, keys: PathBuf) -> Self {
        (self.arc_agent, self.arc_keys) = (true, Some(keys));
        self
    }

    /// The environment of this process, for programs that are not .NET.
    pub fn from_process() -> Self {
        let pairs = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::from_pairs(pairs).with_local_agents()
    }

    /// The folder for the gate's files, where the environment names one.
    pub fn gate_directory(&self) -> Option<PathBuf> {
        let machine = || {
            self.get(PROGRAM_DATA).filter(|_| cfg!(windows)).map(|data| PathBuf::from(data).join("Tollgate"))
        };
        self.get(GATE_DIRECTORY).map(PathBuf::from).or_else(machine)
    }

    /// The variables that name a proxy. Their values may hold a password and stay here.
    pub(crate) fn proxy_variables(&self) -> Vec<&'static str> {
        PROXIES.into_iter().filter(|name| self.get(name).is_some()).collect()
    }

    /// The proxies on the way to the cloud. Where both spellings are set, the small one counts, as it does elsewhere.
    pub fn proxy_config(&self) -> ProxyConfig {
        let [large_http, http, large_https, https, large_all, all] = PROXIES;
        let address = |names: [&'static str; 2]| {
            names.into_iter().find_map(|variable| {
                let value = Zeroizing::new(self.get(variable)?.to_owned());
                Some(ProxySetting { variable, value })
            })
        };
        ProxyConfig {
            https: address([https, large_https]),
            http: address([http, large_http]),
            all: address([all, large_all]),
            no_proxy: NO_PROXIES.iter().rev().find_map(|name| self.get(name)).map(str::to_owned),
        }
    }

    /// Whether programs that go by these variables ask this address without a proxy.
    pub(crate) fn bypasses_proxy(&self, endpoint: &Endpoint) -> bool {
        let mut lists = NO_PROXIES.iter().filter_map(|name| self.get(name));
        lists.any(|list| bypasses_proxy(list, &endpoint.to_string()))
    }

    /// Where other tools keep logins that all scripts of a user share.
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

    /// The variables that are set and do not count, each in words: another that belongs to them is missing.
    pub(crate) fn incomplete_sources(&self) -> Vec<String> {
        let is_set = |name| self.get(name).is_some();
        let lacks = |name: &str, other: &str| format!("{name} is set without {other}, so it does not count");
        let mut found = Vec::new();
        // Where the agent of Arc is, the address stands alone.
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

    /// The value of a variable that is set to something.
    pub(crate) fn get(&self, name: &'static str) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the machine's asset tag says that it is one of Azure's.
    pub(crate) const fn is_azure_machine(&self) -> bool {
        self.azure_machine
    }

    /// Whether the agent of Arc is installed.
    pub(crate) const fn has_arc_agent(&self) -> bool {
        self.arc_agent
    }

    /// The folder in which the agent of Arc puts its key files.
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
