//! Tokens in memory only. The lock is held for a look-up, never across a request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tollgate_core::BootInstant;

use crate::cache_key::CacheKey;
use crate::fetch::single_flight::RequestNumber;
use crate::selector::Selector;
use crate::token::AccessToken;

/// A cached token as callers may see it: everything but the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenCacheEntry {
    /// The audience, as it was requested.
    pub resource: String,
    /// The identity.
    pub selector: Selector,
    /// The token service.
    pub endpoint: String,
    /// The tenant, if the token names it.
    pub tenant_id: Option<String>,
    /// Expiry, in seconds since 1970 UTC.
    pub expires_on: i64,
    /// From when it is refreshed in the background, in seconds since 1970 UTC.
    pub refresh_on: i64,
    /// Number of requests served from the cache.
    pub hits: u64,
}

/// Result of a look-up.
#[derive(Debug)]
pub(crate) enum CacheLookup {
    /// A fresh token; with `refresh_due` the caller starts a background refresh.
    Hit { token: Arc<AccessToken>, refresh_due: bool },
    /// No fresh token.
    Miss,
}

/// Shortest interval between the starts of two background refreshes of one token.
const REFRESH_RETRY_INTERVAL: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(crate) struct TokenCache(Mutex<HashMap<CacheKey, Entry>>);

struct Entry {
    token: Arc<AccessToken>,
    endpoint: String,
    request: RequestNumber,
    hits: u64,
    next_refresh: BootInstant,
}

impl TokenCache {
    pub(crate) fn get(&self, key: &CacheKey, now: BootInstant) -> CacheLookup {
        let mut entries = self.lock();
        let Some(entry) = entries.get_mut(key).filter(|entry| entry.token.is_fresh(now)) else {
            return CacheLookup::Miss;
        };
        entry.hits += 1;
        let refresh_due = entry.token.is_refresh_due(now) && now >= entry.next_refresh;
        if refresh_due {
            entry.next_refresh = now + REFRESH_RETRY_INTERVAL;
        }
        CacheLookup::Hit { token: Arc::clone(&entry.token), refresh_due }
    }

    /// The token of a key while it is still valid (stale-if-error), even if it is no longer fresh.
    pub(crate) fn get_stale(&self, key: &CacheKey, now: BootInstant) -> Option<Arc<AccessToken>> {
        self.lock().get(key).filter(|entry| entry.token.is_valid(now)).map(|entry| Arc::clone(&entry.token))
    }

    /// Caches the token of a request, unless a later request finished first: the result of the earlier may be older.
    /// Removes all expired tokens.
    pub(crate) fn insert(
        &self,
        key: &CacheKey,
        endpoint: String,
        request: RequestNumber,
        token: Arc<AccessToken>,
        now: BootInstant,
    ) {
        let mut entries = self.lock();
        entries.retain(|_, entry| entry.token.is_valid(now));
        if entries.get(key).is_none_or(|entry| entry.request < request) {
            let next_refresh = BootInstant::default();
            entries.insert(key.clone(), Entry { token, endpoint, request, hits: 0, next_refresh });
        }
    }

    /// All tokens that are still valid.
    pub(crate) fn list(&self, now: BootInstant) -> Vec<TokenCacheEntry> {
        let mut entries = self.lock();
        entries.retain(|_, entry| entry.token.is_valid(now));
        let mut list: Vec<_> = entries.iter().map(|(key, entry)| describe(key, entry)).collect();
        list.sort_by(|one, other| {
            (&one.resource, one.selector.to_string()).cmp(&(&other.resource, other.selector.to_string()))
        });
        list
    }

    /// Removes the tokens whose keys match `unwanted`; returns how many.
    pub(crate) fn remove_where(&self, unwanted: impl Fn(&CacheKey) -> bool) -> usize {
        let mut entries = self.lock();
        let before = entries.len();
        entries.retain(|key, _| !unwanted(key));
        before - entries.len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CacheKey, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn describe(key: &CacheKey, Entry { token, endpoint, hits, .. }: &Entry) -> TokenCacheEntry {
    TokenCacheEntry {
        resource: key.resource.to_string(),
        selector: key.selector.clone(),
        endpoint: endpoint.clone(),
        tenant_id: token.tenant_id().map(str::to_owned),
        expires_on: token.expires_on(),
        refresh_on: token.refresh_on(),
        hits: *hits,
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::resource::Resource;
    use crate::sources::SourceId;
    use crate::token::expiry::Expiry;

    const NOW: BootInstant = BootInstant::from_nanos(1_000_000_000_000);

    fn key(resource: &str, selector: Selector) -> CacheKey {
        CacheKey { source: SourceId(1), selector, resource: Resource::parse(resource).unwrap() }
    }

    fn put(cache: &TokenCache, key: &CacheKey, flight: RequestNumber, secret: &str) {
        cache.insert(key, "http://here".to_owned(), flight, token(secret), NOW);
    }

    fn token(secret: &str) -> Arc<AccessToken> {
        let expiry = Expiry { expires_on: 2_000_000_000, expires_in: 86_400 };
        let resource = Resource::parse("https://x").unwrap();
        Arc::new(AccessToken::new(Zeroizing::new(secret.into()), resource, "Bearer".into(), expiry, NOW))
    }

    fn secret(cache: &TokenCache, key: &CacheKey, after: u64) -> Option<(String, bool)> {
        match cache.get(key, NOW + Duration::from_secs(after)) {
            CacheLookup::Hit { token, refresh_due } => Some((token.secret().to_owned(), refresh_due)),
            CacheLookup::Miss => None,
        }
    }

    fn of(secret: &str, refresh_due: bool) -> Option<(String, bool)> {
        Some((secret.to_owned(), refresh_due))
    }

    #[test]
    fn resources_identities_and_sources_never_share_a_token() {
        let cache = TokenCache::default();
        let keys = [
            key("a", Selector::SystemAssigned),
            key("b", Selector::SystemAssigned),
            key("a", Selector::ClientId(uuid::Uuid::from_u128(1))),
            key("a", Selector::ObjectId(uuid::Uuid::from_u128(1))),
            CacheKey { source: SourceId(2), ..key("a", Selector::SystemAssigned) },
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
        let cache = TokenCache::default();
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
        let cache = TokenCache::default();
        let key = key("a", Selector::SystemAssigned);
        put(&cache, &key, 1, "old");
        let alive = |after| cache.get_stale(&key, NOW + Duration::from_secs(after)).is_some();
        assert_eq!(secret(&cache, &key, 86_200), None);
        assert!(alive(86_399) && !alive(86_400));
    }

    #[test]
    fn the_list_counts_answers_and_leaves_out_what_has_ended() {
        let cache = TokenCache::default();
        let key = key("a", Selector::SystemAssigned);
        put(&cache, &key, 1, "old");
        secret(&cache, &key, 0);
        secret(&cache, &key, 0);
        assert_eq!(cache.list(NOW).iter().map(|entry| entry.hits).collect::<Vec<_>>(), [2]);
        assert!(cache.list(NOW + Duration::from_secs(86_400)).is_empty());
    }

    #[test]
    fn what_was_asked_for_earlier_does_not_replace_what_was_asked_for_later() {
        let cache = TokenCache::default();
        let key = key("a", Selector::SystemAssigned);
        for (flight, expected) in [(2, "2"), (1, "2"), (3, "3"), (3, "3")] {
            put(&cache, &key, flight, &flight.to_string());
            assert_eq!(secret(&cache, &key, 0), of(expected, false));
        }
    }

    #[test]
    fn what_has_ended_goes_when_anything_new_comes() {
        let cache = TokenCache::default();
        let (one, other) = (key("a", Selector::SystemAssigned), key("b", Selector::SystemAssigned));
        put(&cache, &one, 1, "old");
        let later = |seconds| {
            let now = NOW + Duration::from_secs(seconds);
            cache.insert(&other, "http://here".to_owned(), seconds, token("new"), now);
            cache.lock().len()
        };
        assert_eq!([later(86_399), later(86_400)], [2, 1]);
    }

    #[test]
    fn only_what_is_unwanted_is_forgotten() {
        let cache = TokenCache::default();
        for resource in ["a", "b"] {
            put(&cache, &key(resource, Selector::SystemAssigned), 1, "t");
        }
        assert_eq!(cache.remove_where(|key| key.resource.as_str() == "a"), 1);
        assert_eq!((cache.list(NOW).len(), cache.remove_where(|_| true)), (1, 1));
    }
}
