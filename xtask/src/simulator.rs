//! The simulated metadata service as a process, for as long as the value lives.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use anyhow::{Context, Result};

use crate::house::House;
use crate::program::command;

const ADDRESS: &str = "AZURE_POD_IDENTITY_AUTHORITY_HOST=";

/// A running simulator on a free port.
pub(crate) struct Simulator {
    process: Child,
    url: String,
}

impl Simulator {
    /// Starts the program that the build made.
    pub(crate) fn start(house: &House) -> Result<Self> {
        let program = house.program("imds-sim");
        let mut process = command(house, &program)
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let output = process.stdout.take().expect("stdout was asked for as a pipe");
        let mut simulator = Self { process, url: String::new() };
        for line in BufReader::new(output).lines() {
            if let Some(url) = line?.strip_prefix(ADDRESS) {
                simulator.url = url.to_string();
                return Ok(simulator);
            }
        }
        anyhow::bail!("{} ended without telling its address", program.display())
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
