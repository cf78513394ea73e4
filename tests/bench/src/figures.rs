//! Figures that a measured program prints, one a line: a name and a value. The same name may come more than once.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// All values by name.
#[derive(Debug, Default)]
pub(crate) struct Figures(BTreeMap<String, Vec<f64>>);

impl Figures {
    /// Runs a program and adds what it prints.
    pub(crate) fn gather(&mut self, command: &mut Command) -> Result<()> {
        let program = command.get_program().to_string_lossy().into_owned();
        let output = command
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot start {program}"))?;
        ensure!(output.status.success(), "the measured program failed ({})", output.status);
        self.read(&String::from_utf8_lossy(&output.stdout))
    }

    fn read(&mut self, text: &str) -> Result<()> {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let figure = line.split_once(' ').and_then(|(name, value)| Some((name, value.parse().ok()?)));
            let (name, value) = figure.with_context(|| format!("not a figure: {line}"))?;
            self.0.entry(name.to_string()).or_default().push(value);
        }
        Ok(())
    }

    /// The median of a figure; not a number when it was never printed.
    pub(crate) fn median(&self, name: &str) -> f64 {
        let mut values = self.0.get(name).cloned().unwrap_or_default();
        values.sort_by(f64::total_cmp);
        match values.len() {
            0 => f64::NAN,
            count if count % 2 == 1 => values[count / 2],
            count => f64::midpoint(values[count / 2 - 1], values[count / 2]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_taken_by_name() {
        let mut figures = Figures::default();
        figures.read("import 3\nfirst 10.5\nimport 1\n\nimport 8\n").unwrap();
        assert_eq!(figures.median("import"), 3.0);
        figures.read("import 5").unwrap();
        assert_eq!(figures.median("import"), 4.0);
        assert_eq!(figures.median("first"), 10.5);
        assert!(figures.median("absent").is_nan());
    }

    #[test]
    fn a_line_that_is_no_figure_is_an_error() {
        assert!(Figures::default().read("Import-Module: not found").is_err());
    }
}
