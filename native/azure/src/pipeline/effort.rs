//! How many attempts a request gets, and with which timeout it connects.

use tollgate_http::ConnectTimeout;

use crate::pipeline::retry;

/// How much is done to get a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// One attempt.
    Once,
    /// The whole retry schedule.
    Required,
    /// The whole retry schedule, but two attempts while the endpoint is unreachable, and a short connect timeout: the
    /// caller can do without.
    Optional,
}

impl Effort {
    /// The largest number of attempts.
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
