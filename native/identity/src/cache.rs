//! Tokens in memory, and nowhere else. The lock is held for a look-up only, never while anybody waits for a service.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tollgate_core::BootInstant;

use crate::flight::FlightNumber;
use crate::key::Key;
use crate::selector::Selector;
use crate::token::AccessToken;

/// A token in the cache, as people may see it: everything but the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheEntry {
    /// What the token is for.
    pub resource: String,
    /// Whose token it is.
    pub selector: Selector,
    /// Who issued it.
    pub endpoint: String,
    /// The tenant, where the token says so.
    pub tenant_id: Option<String>,
    /// The end, in seconds since 1970 UTC.
    pub expires_on: i64,
    /// From when a new one is fetched behind it, in seconds since 1970 UTC.
    pub refresh_on: i64,
    /// How often it was answered from memory.
    pub served: u64,
}

/// What the cache has for a key.
#[derive(Debug)]
pub(crate) enum Found {
    /// A token to hand out; with `refresh_due` a new one should be fetched behind it.
    Fresh { token: Arc<AccessToken>, refresh_due: bool },
    /// Nothing to hand out.
    Nothing,
}

/// How long after a refresh was started the next one may start.
const REFRESH_PAUSE: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(crate) struct Cache(Mutex<HashMap<Key, Entry>>);

struct Entry {
    token: Arc<AccessToken>,
    endpoint: String,
    flight: FlightNumber,
    served: u64,
    refresh_from: BootInstant,
}

impl Cache {
    pub(crate) fn find(&self, key: &Key, now: BootInstant) -> Found {
        let mut entries = self.lock();
        let Some(entry) = entries.get_mut(key).filter(|entry| entry.token.is_fresh(now)) else {
            return Found::Nothing;
        };
        entry.served += 1;
        let refresh_due = entry.token.is_half_spent(now) && now >= entry.refresh_from;
        if refresh_due {
            entry.refresh_from = now + REFRESH_PAUSE;
        }
        Found::Fresh { token: Arc::clone(&entry.token), refresh_due }
    }

    /// The token of a key as long as the service would take it: better than none when no new one can be had.
    pub(crate) fn last_resort(&self, key: &Key, now: BootInstant) -> Option<Arc<AccessToken>> {
        self.lock().get(key).filter(|entry| entry.token.is_alive(now)).map(|entry| Arc::clone(&entry.token))
    }

    /// Keeps what a flight brought from an address, unless a later one was faster: what was asked for first may be the older.
    /// What has ended meanwhile is dropped, whether anybody ever looks at it again or not.
    pub(crate) fn put(
        &self,
        key: &Key,
        endpoint: String,
        flight: FlightNumber,
        token: Arc<AccessToken>,
        now: BootInstant,
    ) {
        let mut entries = self.lock();
        entries.retain(|_, entry| entry.token.is_alive(now));
        if entries.get(key).is_none_or(|entry| entry.flight < flight) {
            let refresh_from = BootInstant::default();
            entries.insert(key.clone(), Entry { token, endpoint, flight, served: 0, refresh_from });
        }
    }

    /// What is there, without what has ended.
    pub(crate) fn list(&self, now: BootInstant) -> Vec<CacheEntry> {
        let mut entries = self.lock();
        entries.retain(|_, entry| entry.token.is_alive(now));
        let mut list: Vec<_> = entries.iter().map(|(key, entry)| describe(key, entry)).collect();
        list.sort_by(|one, other| {
            (&one.resource, one.selector.to_string()).cmp(&(&other.resource, other.selector.to_string()))
        });
        list
    }

    /// Forgets what `unwanted` picks; gives how many that were.
    pub(crate) fn forget(&self, unwanted: impl Fn(&Key) -> bool) -> usize {
        let mut entries = self.lock();
        let before = entries.len();
        entries.retain(|key, _| !unwanted(key));
        before - entries.len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn describe(key: &Key, Entry { token, endpoint, served, .. }: &Entry) -> CacheEntry {
    CacheEntry {
        resource: key.resource.to_string(),
        selector: key.selector.clone(),
        endpoint: endpoint.clone(),
        tenant_id: token.tenant_id().map(str::to_owned),
        expires_on: token.expires_on(),
        refresh_on: token.refresh_on(),
        served: *served,
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::expiry::Expiry;
    use crate::resource::Resource;
    use crate::sources::SourceId;

    const NOW: BootInstant = BootInstant::from_nanos(1_000_000_000_000);

    fn key(resource: &str, selector: Selector) -> Key {
        Key { source: SourceId(1), selector, resource: Resource::parse(resource).unwrap() }
    }

    fn put(cache: &Cache, key: &Key, flight: FlightNumber, secret: &str) {
        cache.put(key, "http://here".to_owned(), flight, token(secret), NOW);
    }

    fn token(secret: &str) -> Arc<AccessToken> {
        let expiry = Expiry { unix: 2_000_000_000, left: 86_400 };
        let resource = Resource::parse("https://x").unwrap();
        Arc::new(AccessToken::new(Zeroizing::new(secret.into()), resource, "Bearer".into(), expiry, NOW))
    }

    fn secret(cache: &Cache, key: &Key, after: u64) -> Option<(String, bool)> {
        match cache.find(key, NOW + Duration::from_secs(after)) {
            Found::Fresh { token, refresh_due } => Some((token.secret().to_owned(), refresh_due)),
            Found::Nothing => None,
        }
    }

    fn of(secret: &str, refresh_due: bool) -> Option<(String, bool)> {
        Some((secret.to_owned(), refresh_due))
    }

    #[test]
    fn resources_identities_and_sources_never_share_a_token() {
        let cache = Cache::default();
        let keys = [
            key("a", Selector::SystemAssigned),
            key("b", Selector::SystemAssigned),
            key("a", Selector::ClientId(uuid::Uuid::from_u128(1))),
            key("a", Selector::ObjectId(uuid::Uuid::from_u128(1))),
            Key { source: SourceId(2), ..key("a", Selector::SystemAssigned) },
        ];
        for (number, key) in keys.iter().enumerate() {
            assert_eq!(secret(&cache, key, 0), None);
            put(&cache, key, 1, &number.to_string());
        }
        for (number, key) in keys.iter().enumerate() {
            assert_eq!(secret(&cache, key, 0), of(&number.to_string(), false));
        }
    }

    #[test]
    fn past_half_its_life_one_caller_a_minute_is_asked_to_refresh() {
        let cache = Cache::default();
        let key = key("a", Selector::SystemAssigned);
        put(&cache, &key, 1, "old");
        let due = |after| secret(&cache, &key, after).unwrap().1;
        assert_eq!(
            [due(43_199), due(43_200), due(43_201), due(43_259), due(43_260)],
            [false, true, false, false, true]
        );
        put(&cache, &key, 2, "new");
        assert_eq!(secret(&cache, &key, 60), of("new", false));
    }

    #[test]
    fn a_token_in_its_last_minutes_is_only_a_last_resort() {
        let cache = Cache::default();
        let key = key("a", Selector::SystemAssigned);
        put(&cache, &key, 1, "old");
        let alive = |after| cache.last_resort(&key, NOW + Duration::from_secs(after)).is_some();
        assert_eq!(secret(&cache, &key, 86_200), None);
        assert!(alive(86_399) && !alive(86_400));
    }

    #[test]
    fn the_list_counts_answers_and_leaves_out_what_has_ended() {
        let cache = Cache::default();
        let key = key("a", Selector::SystemAssigned);
        put(&cache, &key, 1, "old");
        secret(&cache, &key, 0);
        secret(&cache, &key, 0);
        assert_eq!(cache.list(NOW).iter().map(|entry| entry.served).collect::<Vec<_>>(), [2]);
        assert!(cache.list(NOW + Duration::from_secs(86_400)).is_empty());
    }

    #[test]
    fn what_was_asked_for_earlier_does_not_replace_what_was_asked_for_later() {
        let cache = Cache::default();
        let key = key("a", Selector::SystemAssigned);
        for (flight, expected) in [(2, "2"), (1, "2"), (3, "3"), (3, "3")] {
            put(&cache, &key, flight, &flight.to_string());
            assert_eq!(secret(&cache, &key, 0), of(expected, false));
        }
    }

    #[test]
    fn what_has_ended_goes_when_anything_new_comes() {
        let cache = Cache::default();
        let (one, other) = (key("a", Selector::SystemAssigned), key("b", Selector::SystemAssigned));
        put(&cache, &one, 1, "old");
        let later = |seconds| {
            let now = NOW + Duration::from_secs(seconds);
            cache.put(&other, "http://here".to_owned(), seconds, token("new"), now);
            cache.lock().len()
        };
        assert_eq!([later(86_399), later(86_400)], [2, 1]);
    }

    #[test]
    fn only_what_is_unwanted_is_forgotten() {
        let cache = Cache::default();
        for resource in ["a", "b"] {
            put(&cache, &key(resource, Selector::SystemAssigned), 1, "t");
        }
        assert_eq!(cache.forget(|key| key.resource.as_str() == "a"), 1);
        assert_eq!((cache.list(NOW).len(), cache.forget(|_| true)), (1, 1));
    }
}
