//! The only reader of the environment. Everybody else gets what it says as a value.
//!
//! The pairs come from the caller, because a .NET process keeps an environment of its own on Linux.

use std::path::PathBuf;

use tollgate_http::Endpoint;

use crate::error::Error;
use crate::virtual_machine::VirtualMachine;

/// Replaces scheme, host and port of the metadata service, as in the Azure SDKs.
pub(crate) const AUTHORITY_HOST: &str = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

/// The folder of the gate's files, in place of the machine's: for containers that share their machine's allowance.
pub(crate) const GATE_DIRECTORY: &str = "TOLLGATE_GATE_DIRECTORY";

/// What the environment says about tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    authority_host: Option<String>,
    gate_directory: Option<PathBuf>,
    program_data: Option<PathBuf>,
}

impl Environment {
    /// Picks what matters from names and values. An empty value counts as none.
    pub fn from_pairs<N: AsRef<str>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut found = Self::default();
        for (name, value) in pairs {
            let is = |wanted: &str| {
                // Windows does not tell capitals from small letters in these names.
                if cfg!(windows) {
                    wanted.eq_ignore_ascii_case(name.as_ref())
                } else {
                    wanted == name.as_ref()
                }
            };
            let keep = |value: V| Some(value.into()).filter(|value| !value.trim().is_empty());
            if is(AUTHORITY_HOST) {
                found.authority_host = keep(value);
            } else if is(GATE_DIRECTORY) {
                found.gate_directory = keep(value).map(PathBuf::from);
            } else if cfg!(windows) && is("ProgramData") {
                found.program_data = keep(value).map(PathBuf::from);
            }
        }
        found
    }

    /// The environment of this process, for programs that are not .NET.
    pub fn from_process() -> Self {
        Self::from_pairs(
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )
    }

    /// The folder for the gate's files, where the environment names one.
    pub fn gate_directory(&self) -> Option<PathBuf> {
        let machine = || self.program_data.as_ref().map(|data| data.join("Tollgate"));
        self.gate_directory.clone().or_else(machine)
    }

    /// The source of tokens that this environment points to.
    pub(crate) fn source(&self) -> Result<VirtualMachine, Error> {
        let Some(address) = &self.authority_host else {
            return Ok(VirtualMachine::default());
        };
        let endpoint = Endpoint::parse(address).map_err(|fault| Error::InvalidArgument {
            field: AUTHORITY_HOST,
            fault: format!("'{address}' {fault}"),
        })?;
        Ok(VirtualMachine::at(endpoint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_host(value: &str) -> Environment {
        Environment::from_pairs([("PATH", "/bin"), (AUTHORITY_HOST, value)])
    }

    #[test]
    fn the_authority_host_replaces_scheme_host_and_port_with_or_without_a_slash() {
        for value in ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"] {
            assert_eq!(with_host(value).source(), Ok(VirtualMachine::at(Endpoint::new("127.0.0.1", 8080))));
        }
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        for value in ["", "  "] {
            assert_eq!(with_host(value), Environment::default());
        }
        assert_eq!(Environment::default().source(), Ok(VirtualMachine::default()));
    }

    #[test]
    fn a_bad_address_names_the_variable() {
        let error = with_host("127.0.0.1:8080").source().unwrap_err();
        assert!(matches!(&error, Error::InvalidArgument { field: AUTHORITY_HOST, .. }), "{error:?}");
        assert!(error.to_string().contains("'127.0.0.1:8080'"), "{error}");
    }

    #[test]
    fn the_gate_directory_is_the_one_named() {
        let environment = Environment::from_pairs([(GATE_DIRECTORY, "/shared")]);
        assert_eq!(environment.gate_directory(), Some(PathBuf::from("/shared")));
    }
}
