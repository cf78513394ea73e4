//! How often, and for how long, an answer is tried for.

use tollgate_http::ConnectTimeout;

use crate::pipeline::retry;

/// How much is done for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// One attempt.
    Once,
    /// The whole schedule.
    Required,
    /// The whole schedule, but where nobody can be reached two short attempts: the caller can do without.
    Optional,
}

impl Effort {
    /// How often is asked in all.
    pub(super) const fn max_attempts(self, reached: bool) -> u32 {
        match self {
            Self::Once => 1,
            Self::Optional if !reached => 2,
            Self::Required | Self::Optional => retry::MAX_ATTEMPTS,
        }
    }

    pub(super) const fn connect_timeout(self) -> ConnectTimeout {
        match self {
            Self::Once | Self::Required => ConnectTimeout::Normal,
            Self::Optional => ConnectTimeout::Short,
        }
    }
}
