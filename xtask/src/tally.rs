//! How many tests passed, failed and were skipped, and how each test program says it.

use std::fmt;
use std::ops::AddAssign;

/// The count every layer ends with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`
pub(crate) fn cargo(line: &str) -> Option<Tally> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let count = |word: &str| {
        let field = counts.split(';').map(str::trim).find_map(|part| part.strip_suffix(word))?;
        field.trim().parse().ok()
    };
    Some(Tally { passed: count("passed")?, failed: count("failed")?, skipped: count("ignored")? })
}

/// `Passed!  - Failed:     0, Passed:     9, Skipped:     1, Total:    10, Duration: 3 s - Some.dll (net10.0)`
pub(crate) fn dotnet(line: &str) -> Option<Tally> {
    let counts = line.split_once("! ")?.1.trim_start().strip_prefix("- ")?;
    let count = |word: &str| {
        let field = counts.split(',').find_map(|part| part.trim().strip_prefix(word))?;
        field.trim().parse().ok()
    };
    Some(Tally { passed: count("Passed:")?, failed: count("Failed:")?, skipped: count("Skipped:")? })
}

/// `3 passed, 0 failed, 1 skipped`: what our own runners end with.
pub(crate) fn plain(line: &str) -> Option<Tally> {
    let mut parts = line.split(", ");
    let mut count = |word: &str| parts.next()?.strip_suffix(word)?.parse().ok();
    let tally = Tally { passed: count(" passed")?, failed: count(" failed")?, skipped: count(" skipped")? };
    parts.next().is_none().then_some(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_says_its_count_in_one_line_a_program() {
        let line =
            "test result: ok. 12 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.11s";
        assert_eq!(cargo(line), Some(Tally { passed: 12, failed: 0, skipped: 2 }));
        let line = "test result: FAILED. 3 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(cargo(line), Some(Tally { passed: 3, failed: 4, skipped: 0 }));
    }

    #[test]
    fn dotnet_says_its_count_in_one_line_an_assembly() {
        let line = "Passed!  - Failed:     0, Passed:    31, Skipped:     0, Total:    31, Duration: 1 s - A.dll (net10.0)";
        assert_eq!(dotnet(line), Some(Tally { passed: 31, failed: 0, skipped: 0 }));
        let line = "Failed!  - Failed:     2, Passed:    29, Skipped:     1, Total:    32, Duration: 1 s - A.dll (net10.0)";
        assert_eq!(dotnet(line), Some(Tally { passed: 29, failed: 2, skipped: 1 }));
    }

    #[test]
    fn our_runners_say_it_as_we_do() {
        let tally = Tally { passed: 7, failed: 1, skipped: 3 };
        assert_eq!(plain(&tally.to_string()), Some(tally));
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in
            ["", "running 3 tests", "test a ... ok", "Passed! we are done", "7 passed", "1 passed, 2 failed"]
        {
            assert_eq!((cargo(line), dotnet(line), plain(line)), (None, None, None), "{line}");
        }
        assert_eq!(plain("1 passed, 2 failed, 3 skipped, 4 lost"), None);
    }
}
