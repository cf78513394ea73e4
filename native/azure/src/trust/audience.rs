//! Which token may go to which address. Nothing is sent anywhere before this says so, and every further address that an
//! answer names (a next page, an operation's state) is asked here again.
//!
//! An audience that the environment or the tables know goes to its own hosts and nowhere else. One that nobody knows goes to the one
//! origin that the user named beside it. A host that can show a request to a customer gets a token only when the audience is named:
//! one that nobody knows, or one whose row has the host, for that origin alone.

use url::Url;

use crate::error::Error;
use crate::request::AudienceHosts;
use crate::trust::origin;
use crate::trust::{Cloud, Entry, HostPattern, can_show_requests, leads_to_customer};

/// An audience, and where its tokens may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AudiencePolicy {
    /// The audience, as the token is asked for.
    pub(crate) audience: String,
    hosts: Vec<HostPattern>,
    /// As people read it.
    description: String,
    /// Whether the token stays behind at every redirect, even to the same origin.
    pub(crate) strips_token_at_redirects: bool,
}

impl AudiencePolicy {
    /// The permit for an address: by the audience that the user named, else by the service that has the host.
    pub(crate) fn resolve(url: &Url, named: Option<&str>, realms: &[AudienceHosts]) -> Result<Self, Error> {
        let own: Vec<_> = realms.iter().map(Entry::from_audience_hosts).collect();
        let cloud = Cloud::of(realms);
        let here: Vec<_> = own.iter().chain(cloud.map_or(&[][..], Cloud::entries)).collect();
        // What the environment itself names is no stranger's.
        let shows = can_show_requests(url) && own.iter().all(|entry| entry.match_at(url).is_none());
        let named = named.map(str::trim).filter(|named| !named.is_empty());
        let permit = match named {
            None => {
                let known = here.iter().filter(|entry| !entry.named_only && !shows);
                // The first of equals: what the environment says goes before the table.
                let best = known
                    .filter_map(|entry| Some((entry.match_at(url)?, *entry)))
                    .reduce(|best, other| if other.0 > best.0 { other } else { best });
                let Some((_, entry)) = best else { return Err(no_audience(url, shows)) };
                Self::for_known(entry, &here)
            }
            Some(named) => match known(named, &own, &here, cloud) {
                Some((entry, kin)) => {
                    let by_name = kin.iter().any(|kin| kin.named_only && kin.match_at(url).is_some());
                    match HostPattern::origin(url).filter(|_| by_name) {
                        Some(origin) => Self {
                            strips_token_at_redirects: true,
                            ..Self::for_unknown(entry.audience(), origin, url)
                        },
                        None if shows => return Err(shown_to_customer(url, entry.audience())),
                        None => Self::for_known(entry, &kin),
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
        permit.check(url)?;
        Ok(permit)
    }

    /// Whether the token may go there.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Error> {
        let matches = self.hosts.iter().any(|pattern| pattern.matches(url));
        // A pattern that takes plain http is a loopback origin.
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

    /// A known audience goes to the hosts of all that tell of it.
    fn for_known(entry: &Entry, others: &[&Entry]) -> Self {
        let kin = others.iter().filter(|other| other.shares_audience(entry));
        let (mut hosts, mut named) = (Vec::new(), Vec::<&str>::new());
        for kin in kin {
            for (pattern, text) in kin.hosts() {
                if !kin.named_only {
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

/// Who is meant by the name of an audience, and all that tell of it. The clouds are asked one after the other, the environment's own
/// first: what is known in one of them is known, and none lends its hosts to another.
fn known<'all>(
    named: &str,
    own: &'all [Entry],
    here: &[&'all Entry],
    cloud: Option<Cloud>,
) -> Option<(&'all Entry, Vec<&'all Entry>)> {
    let kin = |group: &[&'all Entry]| {
        let entry = group.iter().copied().find(|entry| entry.is_named(named))?;
        Some((entry, group.iter().copied().filter(|other| other.shares_audience(entry)).collect()))
    };
    let mut others = Cloud::ALL.into_iter().filter(|other| Some(*other) != cloud);
    kin(here).or_else(|| others.find_map(|other| kin(&own.iter().chain(other.entries()).collect::<Vec<_>>())))
}

/// An audience spelled as the address of one of many hosts of a service is good for that service: it goes there, to another host of the
/// same service (an account's secondary, a region's replica), and to nobody else.
fn stays_with_its_service(named: &str, url: &Url, own: &[Entry], shows: bool) -> Result<(), Error> {
    let bare = named.strip_suffix("/.default").unwrap_or(named);
    let text = if bare.contains("://") { bare.to_owned() } else { format!("https://{bare}") };
    let Ok(mut place) = Url::parse(&text) else { return Ok(()) };
    origin::normalise(&mut place);
    // The ids of apps may hold any name: only an address of the web is one host's own.
    if !matches!(place.scheme(), "https" | "http") || place.origin() == url.origin() {
        return Ok(());
    }
    let tables: Vec<&Entry> = Cloud::ALL.into_iter().flat_map(Cloud::entries).collect();
    let serving: Vec<_> = own.iter().chain(tables).filter(|entry| entry.has_name_of(&place)).collect();
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

/// No token leaves in the clear, and none beside a name and password.
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
