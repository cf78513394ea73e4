//! Which token may go to which address. Nothing is sent anywhere before this says so, and every further address that an
//! answer names (a next page, an operation's state) is asked here again.

mod pattern;

use url::Url;

use crate::error::Error;
use crate::origin;
use crate::request::Realm;
use pattern::Pattern;

/// An audience, and where its tokens may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Permit {
    /// The audience, as the token is asked for.
    pub(crate) audience: String,
    hosts: Vec<Pattern>,
    /// As people read it.
    named: String,
}

impl Permit {
    /// The permit for an address: by the audience that the user named, else by the realm that has the host.
    pub(crate) fn decide(url: &Url, named: Option<&str>, realms: &[Realm]) -> Result<Self, Error> {
        let named = named.map(str::trim).filter(|named| !named.is_empty());
        let permit = match named {
            None => {
                let realm = realms.iter().find(|realm| patterns(realm).any(|pattern| pattern.matches(url)));
                realm.map(|realm| Self::of_realms(&realm.audience, [realm]))
            }
            Some(named) => {
                let known =
                    realms.iter().find(|realm| same(&realm.audience, named) || is_host_of(realm, named));
                Some(match known {
                    Some(known) => {
                        let kin = realms.iter().filter(|realm| same(&realm.audience, &known.audience));
                        Self::of_realms(&known.audience, kin)
                    }
                    None => Self::of_stranger(named, url, realms),
                })
            }
        };
        let Some(permit) = permit else {
            secured(url, false)?;
            return Err(Error::InvalidArgument {
                field: "Uri",
                fault: format!(
                    "{}: cannot find resource id(audience) for authentication; name the audience with -ResourceId",
                    origin::of(url)
                ),
            });
        };
        permit.check(url)?;
        Ok(permit)
    }

    /// Whether the token may go there.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Error> {
        let matches = self.hosts.iter().any(|pattern| pattern.matches(url));
        // A pattern that takes plain http is a loopback origin.
        secured(url, matches)?;
        if matches {
            return Ok(());
        }
        Err(Error::NotTrusted {
            endpoint: origin::of(url),
            fault: format!(
                "a token for {} goes only to {}; name the audience of this host with -ResourceId, or leave it out",
                self.audience, self.named
            ),
        })
    }

    fn of_realms<'realm>(audience: &str, realms: impl IntoIterator<Item = &'realm Realm>) -> Self {
        let realms: Vec<_> = realms.into_iter().collect();
        let named: Vec<_> = realms.iter().flat_map(|realm| &realm.hosts).map(String::as_str).collect();
        Self {
            audience: audience.to_owned(),
            hosts: realms.iter().copied().flat_map(patterns).collect(),
            named: if named.is_empty() { "no host".to_owned() } else { named.join(", ") },
        }
    }

    /// An audience nobody has told of: one with a host is for that host, any other for where the user sends it.
    fn of_stranger(audience: &str, url: &Url, realms: &[Realm]) -> Self {
        let own = Url::parse(audience)
            .or_else(|_| Url::parse(&format!("https://{audience}")))
            .ok()
            .filter(|own| matches!(own.scheme(), "http" | "https"))
            .filter(|own| audience.contains("://") || own.domain().is_some_and(|name| name.contains('.')));
        let (hosts, named) = match own {
            Some(mut own) => {
                origin::normalise(&mut own);
                let host = own.host_str().unwrap_or_default().to_owned();
                (Pattern::under(&own), format!("{host} and what is under it"))
            }
            None => {
                let local = realms.iter().flat_map(patterns).any(|pattern| pattern.matches(url));
                let alone = url.scheme() == "https" || local;
                let here = alone.then(|| Pattern::origin(url)).flatten();
                (here.into_iter().collect(), origin::of(url))
            }
        };
        Self { audience: audience.to_owned(), hosts, named }
    }
}

/// No token leaves in the clear, and none beside a name and password.
fn secured(url: &Url, known: bool) -> Result<(), Error> {
    let fault = if !url.username().is_empty() || url.password().is_some() {
        "its address holds a name or a password"
    } else if url.scheme() != "https" && !known {
        "a token goes over https only"
    } else {
        return Ok(());
    };
    Err(Error::NotTrusted { endpoint: origin::of(url), fault: fault.to_owned() })
}

/// Audiences are the same in capitals and small letters, with and without a slash at the end.
fn same(one: &str, other: &str) -> bool {
    let bare = |text: &str| {
        text.strip_suffix("/.default").unwrap_or(text).trim_end_matches('/').to_ascii_lowercase()
    };
    bare(one) == bare(other)
}

/// Whether an audience is nothing but the address of one of the realm's hosts.
fn is_host_of(realm: &Realm, audience: &str) -> bool {
    let bare = audience.strip_suffix("/.default").unwrap_or(audience);
    let Ok(mut url) = Url::parse(bare) else { return false };
    origin::normalise(&mut url);
    matches!(url.path(), "/" | "") && patterns(realm).any(|pattern| pattern.is_one() && pattern.matches(&url))
}

fn patterns(realm: &Realm) -> impl Iterator<Item = Pattern> {
    realm.hosts.iter().filter_map(|host| Pattern::parse(host))
}

#[cfg(test)]
mod tests;
