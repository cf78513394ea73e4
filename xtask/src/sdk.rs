//! The .NET SDK of this machine, and what it can do.

use std::fmt;

use anyhow::{Context, Result};

use crate::house::House;
use crate::program::dotnet;

/// Its version, as it tells it.
pub(crate) struct Sdk(String);

/// The SDK that the repository's folder gets.
pub(crate) fn version(house: &House) -> Result<Sdk> {
    let said = dotnet(house).arg("--version").output().context("cannot start dotnet")?.stdout;
    Ok(Sdk(String::from_utf8_lossy(&said).trim().to_string()))
}

impl Sdk {
    /// Does it make and run programs for .NET 10?
    pub(crate) fn has_net10(&self) -> bool {
        self.0.split('.').next().and_then(|major| major.parse().ok()).is_some_and(|major: u32| major >= 10)
    }
}

impl fmt::Display for Sdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let has = |version: &str| Sdk(version.into()).has_net10();
        assert!(
            has("10.0.401") && has("11.0.100-preview.1") && !has("9.0.304") && !has("8.0.100") && !has("")
        );
    }
}
