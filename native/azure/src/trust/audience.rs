//! Which token may be sent to which URL. Nothing is sent anywhere before this allows it, and every further URL in a
//! response (a next page, an operation's state) is checked again.
//!
//! An audience that the environment or the tables know goes to its own hosts and nowhere else. An unknown one goes to
//! the one origin that the user named with it. A host that can show a request to a customer gets a token only when the
//! audience is named: an unknown one, or one whose row has the host, for that origin alone.

use url::Url;

use crate::error::Error;
use crate::request::AudienceHosts;
use crate::trust::origin;
use crate::trust::{Cloud, Entry, HostPattern, can_show_requests, leads_to_customer};

/// An audience, and where its tokens may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AudiencePolicy {
    /// The audience, as it is requested from the token service.
    pub(crate) audience: String,
    hosts: Vec<HostPattern>,
    /// The hosts, for messages.
    description: String,
    /// Whether the token is dropped at every redirect, even to the same origin.
    pub(crate) strips_token_at_redirects: bool,
}

impl AudiencePolicy {
    /// The policy for a URL: by the audience that the user named, else by the service that has the host.
    pub(crate) fn resolve(
        url: &Url,
        named: Option<&str>,
        audience_hosts: &[AudienceHosts],
    ) -> Result<Self, Error> {
        let own: Vec<_> = audience_hosts.iter().map(Entry::from_audience_hosts).collect();
        let cloud = Cloud::of(audience_hosts);
        let here: Vec<_> = own.iter().chain(cloud.map_or(&[][..], Cloud::entries)).collect();
        // A host that the environment itself names is not an unknown customer's.
        let shows = can_show_requests(url) && own.iter().all(|entry| entry.match_at(url).is_none());
        let named = named.map(str::trim).filter(|named| !named.is_empty());
        let policy = match named {
            None => {
                let known = here.iter().filter(|entry| !entry.named_only && !shows);
                // The first of equals: the environment precedes the tables.
                let best = known
                    .filter_map(|entry| Some((entry.match_at(url)?, *entry)))
                    .reduce(|best, other| if other.0 > best.0 { other } else { best });
                let Some((_, entry)) = best else { return Err(no_audience(url, shows)) };
                Self::for_known(entry, &here)
            }
            Some(named) => match known(named, &own, &here, cloud) {
                Some((entry, sharing)) => {
                    let by_name =
                        sharing.iter().any(|entry| entry.named_only && entry.match_at(url).is_some());
                    match HostPattern::origin(url).filter(|_| by_name) {
                        Some(origin) => Self {
                            strips_token_at_redirects: true,
                            ..Self::for_unknown(entry.audience(), origin, url)
                        },
                        None if shows => return Err(shown_to_customer(url, entry.audience())),
                        None => Self::for_known(entry, &sharing),
                    }
                }
                None => {
                    let local = own.iter().any(|entry| entry.match_at(url).is_some());
                    require_https(url, local)?;
                    stays_with_its_service(named, url, &own, shows)?;
                    let origin = HostPattern::origin(url).ok_or_else(|| no_audience(url, shows))?;
                    Self::for_unknown(named, origin, url)
                }
            },
        };
        policy.check(url)?;
        Ok(policy)
    }

    /// Fails unless the token may be sent to this URL.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Error> {
        let matches = self.hosts.iter().any(|pattern| pattern.matches(url));
        // A pattern that matches plain http is a loopback origin.
        require_https(url, matches)?;
        if matches && leads_to_customer(url) && !self.hosts.iter().all(HostPattern::is_exact) {
            return Err(shown_to_customer(url, &self.audience));
        }
        if matches {
            return Ok(());
        }
        Err(Error::EndpointNotTrusted {
            endpoint: origin::origin_string(url),
            fault: format!(
                "a token for {} goes only to {}; name the audience of this host with -ResourceId, or leave it out",
                self.audience, self.description
            ),
        })
    }

    /// A known audience goes to the hosts of all entries that share it.
    fn for_known(entry: &Entry, others: &[&Entry]) -> Self {
        let sharing = others.iter().filter(|other| other.shares_audience(entry));
        let (mut hosts, mut named) = (Vec::new(), Vec::<&str>::new());
        for other in sharing {
            for (pattern, text) in other.hosts() {
                if !other.named_only {
                    hosts.push(pattern.clone());
                }
                if !named.contains(&text.as_str()) {
                    named.push(text);
                }
            }
        }
        Self {
            audience: entry.audience().to_owned(),
            hosts,
            description: if named.is_empty() { "no host".to_owned() } else { named.join(", ") },
            strips_token_at_redirects: false,
        }
    }

    fn for_unknown(audience: &str, origin: HostPattern, url: &Url) -> Self {
        Self {
            audience: audience.to_owned(),
            hosts: vec![origin],
            description: origin::origin_string(url),
            strips_token_at_redirects: false,
        }
    }
}

/// The entry that the name of an audience means, and all that share its audience. The clouds are searched one after the
/// other, the environment's own first: what is known in one of them is known, and none lends its hosts to another.
fn known<'all>(
    named: &str,
    own: &'all [Entry],
    here: &[&'all Entry],
    cloud: Option<Cloud>,
) -> Option<(&'all Entry, Vec<&'all Entry>)> {
    let find = |group: &[&'all Entry]| {
        let entry = group.iter().copied().find(|entry| entry.is_named(named))?;
        Some((entry, group.iter().copied().filter(|other| other.shares_audience(entry)).collect()))
    };
    let mut others = Cloud::ALL.into_iter().filter(|other| Some(*other) != cloud);
    find(here)
        .or_else(|| others.find_map(|other| find(&own.iter().chain(other.entries()).collect::<Vec<_>>())))
}

/// An audience spelled as the URL of one of many hosts of a service is valid for that service: it goes there, to
/// another host of the same service (an account's secondary, a region's replica), and nowhere else.
fn stays_with_its_service(named: &str, url: &Url, own: &[Entry], shows: bool) -> Result<(), Error> {
    let bare = named.strip_suffix("/.default").unwrap_or(named);
    let text = if bare.contains("://") { bare.to_owned() } else { format!("https://{bare}") };
    let Ok(mut audience_url) = Url::parse(&text) else { return Ok(()) };
    origin::normalise(&mut audience_url);
    // App ID URIs may hold any name: only an http or https URL belongs to one host.
    if !matches!(audience_url.scheme(), "https" | "http") || audience_url.origin() == url.origin() {
        return Ok(());
    }
    let tables: Vec<&Entry> = Cloud::ALL.into_iter().flat_map(Cloud::entries).collect();
    let serving: Vec<_> = own.iter().chain(tables).filter(|entry| entry.has_name_of(&audience_url)).collect();
    let shares =
        |entry: &&Entry| !entry.named_only && entry.hosts().iter().any(|(host, _)| host.matches(url));
    if serving.is_empty() || (!shows && serving.iter().any(shares)) {
        return Ok(());
    }
    let fault = format!(
        "a token for {named} is good for a service of its own, which this host is no part of; name the audience of this host with -ResourceId, or leave it out"
    );
    Err(Error::EndpointNotTrusted { endpoint: origin::origin_string(url), fault })
}

fn no_audience(url: &Url, shows: bool) -> Error {
    if let Err(error) = require_https(url, false) {
        return error;
    }
    let why = if shows { ", whose owner can read what is sent there" } else { "" };
    Error::InvalidArgument {
        field: "Uri",
        fault: format!(
            "Cannot find resource id(audience) for authentication at {}{why}; name the audience with -ResourceId",
            origin::origin_string(url)
        ),
    }
}

fn shown_to_customer(url: &Url, audience: &str) -> Error {
    let fault = format!(
        "the owner of this host can read what is sent there, and a token for {audience} is good elsewhere too; name the audience of the app itself with -ResourceId, such as api:// and its id"
    );
    Error::EndpointNotTrusted { endpoint: origin::origin_string(url), fault }
}

/// No token is sent in the clear, or to a URL with a user name or password.
fn require_https(url: &Url, known: bool) -> Result<(), Error> {
    let fault = if !url.username().is_empty() || url.password().is_some() {
        "its address holds a name or a password"
    } else if url.scheme() != "https" && !known {
        "a token goes over https only"
    } else {
        return Ok(());
    };
    Err(Error::EndpointNotTrusted { endpoint: origin::origin_string(url), fault: fault.to_owned() })
}

#[cfg(test)]
mod tests;
