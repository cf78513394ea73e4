//! A row of the tables: a service, its audiences and its hosts.

/// The audiences of a service's tokens, and the hosts that accept them.
pub(super) struct Service {
    /// Every spelling and id of the audience; the first one is requested.
    pub(super) audiences: &'static [&'static str],
    /// As in [`AudienceHosts`](crate::AudienceHosts).
    pub(super) hosts: &'static [&'static str],
    /// The prefix of its paths, where several services share a host.
    pub(super) path: Option<&'static str>,
    /// Whether it applies only when the user names the audience.
    pub(super) named_only: bool,
}

/// A service that is found by its hosts.
pub(super) const fn service(audiences: &'static [&'static str], hosts: &'static [&'static str]) -> Service {
    Service { audiences, hosts, path: None, named_only: false }
}

/// A service whose hosts get a token only when its audience is named.
pub(super) const fn named(audiences: &'static [&'static str], hosts: &'static [&'static str]) -> Service {
    Service { audiences, hosts, path: None, named_only: true }
}
