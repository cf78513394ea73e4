//! A row of the tables: a service, its audiences and its hosts.

/// What a service's tokens are made out to, and the hosts that take them.
pub(super) struct Service {
    /// Every spelling and id of the audience; the first one is asked for.
    pub(super) audiences: &'static [&'static str],
    /// As in [`AudienceHosts`](crate::AudienceHosts).
    pub(super) hosts: &'static [&'static str],
    /// Which of several services of a host takes requests to paths that begin so.
    pub(super) path: Option<&'static str>,
    /// Whether it counts only for a user who names the audience.
    pub(super) named_only: bool,
}

/// A service that is known by its hosts.
pub(super) const fn service(audiences: &'static [&'static str], hosts: &'static [&'static str]) -> Service {
    Service { audiences, hosts, path: None, named_only: false }
}

/// A service whose hosts get a token only when its audience is named.
pub(super) const fn named(audiences: &'static [&'static str], hosts: &'static [&'static str]) -> Service {
    Service { audiences, hosts, path: None, named_only: true }
}
