//! What must hold: each bound beside the figure of this run. A bound that is missed makes the bench fail.

use std::fmt;

use crate::table::Table;

/// One promise and how this run kept it.
struct Bound {
    what: String,
    measured: f64,
    limit: f64,
    unit: &'static str,
}

/// The promises a run has put to the test.
#[derive(Default)]
pub(crate) struct Bounds(Vec<Bound>);

impl Bounds {
    /// Promises that `measured` is at most `limit`.
    pub(crate) fn at_most(&mut self, what: impl Into<String>, measured: f64, limit: f64, unit: &'static str) {
        self.0.push(Bound { what: what.into(), measured, limit, unit });
    }

    /// A figure that is no number has not held either.
    pub(crate) fn all_hold(&self) -> bool {
        self.0.iter().all(Bound::holds)
    }
}

impl Bound {
    fn holds(&self) -> bool {
        self.measured <= self.limit
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(&["what must hold", "measured", "at most", "unit", "held"]);
        for bound in &self.0 {
            table.row([
                bound.what.clone(),
                format!("{:.2}", bound.measured),
                format!("{:.2}", bound.limit),
                bound.unit.to_string(),
                if bound.holds() { "yes" } else { "NO" }.to_string(),
            ]);
        }
        table.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_missed_bound_is_enough() {
        let mut bounds = Bounds::default();
        bounds.at_most("refused", 0.0, 0.0, "requests");
        assert!(bounds.all_hold());
        bounds.at_most("time", 1.06, 1.05, "x");
        assert!(!bounds.all_hold());
        assert!(bounds.to_string().contains("NO"), "{bounds}");
    }

    #[test]
    fn what_is_not_a_number_does_not_hold() {
        let mut bounds = Bounds::default();
        bounds.at_most("time", f64::NAN, 1.05, "x");
        assert!(!bounds.all_hold());
    }
}
