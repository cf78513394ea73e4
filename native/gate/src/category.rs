//! Categories of requests that the service limits separately; each has its own limit and its own gate.

use std::time::Duration;

use crate::limits::WINDOW;

/// A category of requests to the metadata service. Each has its own files, so categories do not delay one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Category {
    /// Token requests: 20 per second for the machine.
    #[default]
    Tokens,
    /// All other metadata requests, such as the instance document: 5 per second for the machine.
    InstanceMetadata,
}

impl Category {
    /// Requests per second that the service allows the machine.
    pub const fn limit(self) -> usize {
        match self {
            Self::Tokens => 20,
            Self::InstanceMetadata => 5,
        }
    }

    /// The interval between requests after a 429, when other programs use the same limit.
    pub const fn paced_interval(self) -> Duration {
        match WINDOW.checked_div(self.limit() as u32) {
            Some(interval) => interval,
            None => WINDOW,
        }
    }

    /// The name of the ledger file.
    pub(crate) const fn ledger_file_name(self) -> &'static str {
        match self {
            Self::Tokens => "tollgate.ledger",
            Self::InstanceMetadata => "tollgate.instance.ledger",
        }
    }

    /// The name of a slot file; `slot` counts from 0, the name from 1.
    pub(crate) fn slot_file_name(self, slot: usize) -> String {
        match self {
            Self::Tokens => format!("tollgate.slot{}", slot + 1),
            Self::InstanceMetadata => format!("tollgate.instance.slot{}", slot + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_category_has_the_services_limit_and_files_of_its_own() {
        let all = [Category::Tokens, Category::InstanceMetadata];
        assert_eq!(all.map(Category::limit), [20, 5]);
        assert_eq!(all.map(|category| category.paced_interval().as_micros()), [50_100, 200_400]);
        assert_eq!(all.map(Category::ledger_file_name), ["tollgate.ledger", "tollgate.instance.ledger"]);
        assert_eq!(
            all.map(|category| category.slot_file_name(4)),
            ["tollgate.slot5", "tollgate.instance.slot5"]
        );
        assert_eq!(Category::default(), Category::Tokens);
    }
}
