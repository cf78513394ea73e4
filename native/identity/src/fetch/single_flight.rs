//! Single flight: at most one token request per cache key, and one more for forced requests. Later callers poll the
//! leader's shared future; when the last handle is dropped the request is cancelled.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Shared, WeakShared};
use tollgate_core::BootInstant;

use crate::cache_key::CacheKey;
use crate::error::Error;
use crate::progress_log::ProgressLog;
use crate::token::AccessToken;

pub(crate) type FetchResult = Result<Arc<AccessToken>, Error>;
pub(crate) type BoxedFetch = Pin<Box<dyn Future<Output = FetchResult> + Send>>;

/// Why a request is made. It decides who may join it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A caller needs a token; any fresh one will do.
    Ordinary,
    /// A caller forces a refresh: it must not receive the result of a request that started earlier for another purpose.
    Forced,
    /// The cached token is being renewed in the background.
    Background,
}

/// Deadline of a request: the latest that a caller has set, as nanoseconds of [`BootInstant`].
#[derive(Debug, Default)]
pub(crate) struct Deadline(AtomicU64);

/// A request in flight. Polling any clone drives it.
#[derive(Clone)]
pub(crate) struct InFlight {
    pub(crate) result: Shared<BoxedFetch>,
    pub(crate) progress: Arc<ProgressLog>,
    /// Why it was started.
    pub(crate) purpose: Purpose,
}

/// Result of [`SingleFlight::join`].
pub(crate) enum Joined {
    /// This caller started the request.
    Leader(InFlight),
    /// Another caller started the request.
    Follower(InFlight),
    /// No request: the token is in the cache by now.
    Cached(Arc<AccessToken>),
}

/// Number of a request; later requests have larger numbers.
pub(crate) type RequestNumber = u64;

/// What [`SingleFlight`] passes to a request.
pub(crate) struct FetchTicket {
    pub(crate) number: RequestNumber,
    pub(crate) deadline: Arc<Deadline>,
}

#[derive(Default)]
pub(crate) struct SingleFlight(Mutex<Table>);

#[derive(Default)]
struct Table {
    in_flight: HashMap<FetchKey, Entry>,
    last: RequestNumber,
}

/// Forced requests have entries of their own.
#[derive(Clone, PartialEq, Eq, Hash)]
struct FetchKey {
    key: CacheKey,
    force_refresh: bool,
}

/// A request; the weak reference upgrades as long as a caller holds it.
struct Entry {
    number: RequestNumber,
    result: WeakShared<BoxedFetch>,
    progress: Arc<ProgressLog>,
    deadline: Arc<Deadline>,
    purpose: Purpose,
}

impl Deadline {
    /// Moves the deadline to `until` if that is later.
    fn extend(&self, until: BootInstant) {
        self.0.fetch_max(until.as_nanos(), Ordering::Relaxed);
    }

    /// Time remaining at `now`. `time_queued`, the time spent in the gate's queue, does not count.
    pub(crate) fn remaining(&self, now: BootInstant, time_queued: Duration) -> Duration {
        (BootInstant::from_nanos(self.0.load(Ordering::Relaxed)) + time_queued).duration_since(now)
    }
}

impl SingleFlight {
    /// Joins or starts the request for `key`; its deadline is at least `until`. `cached` runs under the lock, where no
    /// request can have finished unnoticed: if it returns a token no request is needed.
    pub(crate) fn join(
        &self,
        key: &CacheKey,
        purpose: Purpose,
        until: BootInstant,
        cached: impl FnOnce() -> Option<Arc<AccessToken>>,
        start: impl FnOnce(FetchTicket) -> (BoxedFetch, Arc<ProgressLog>),
    ) -> Joined {
        let mut table = self.lock();
        if let Some(token) = cached() {
            return Joined::Cached(token);
        }
        let fetch_key = |force_refresh| FetchKey { key: key.clone(), force_refresh };
        // An ordinary or background caller may also join a forced request.
        let joinable = if purpose == Purpose::Forced { &[true][..] } else { &[true, false] };
        for fetch_key in joinable.iter().map(|forced| fetch_key(*forced)) {
            if let Some(entry) = table.in_flight.get(&fetch_key)
                && let Some(result) = entry.result.upgrade()
            {
                entry.deadline.extend(until);
                let (progress, purpose) = (Arc::clone(&entry.progress), entry.purpose);
                return Joined::Follower(InFlight { result, progress, purpose });
            }
        }
        table.last += 1;
        let (number, deadline) = (table.last, Arc::new(Deadline::default()));
        deadline.extend(until);
        let (future, progress) = start(FetchTicket { number, deadline: Arc::clone(&deadline) });
        // A panic becomes an error for all callers: otherwise those that did not poll it then would never be woken.
        let future: BoxedFetch = Box::pin(
            AssertUnwindSafe(future).catch_unwind().map(|result| result.unwrap_or(Err(Error::Internal))),
        );
        let result = future.shared();
        if let Some(weak) = result.downgrade() {
            let progress = Arc::clone(&progress);
            let entry = Entry { number, result: weak, progress, deadline, purpose };
            table.in_flight.insert(fetch_key(purpose == Purpose::Forced), entry);
        }
        Joined::Leader(InFlight { result, progress, purpose })
    }

    /// Removes a finished request, and those that have no caller left. `keep` runs under the lock, unless the request
    /// was abandoned meanwhile: then its result is for its current callers only.
    pub(crate) fn finish(&self, key: &CacheKey, number: RequestNumber, keep: impl FnOnce()) {
        let mut table = self.lock();
        if table.in_flight.iter().any(|(fetch_key, entry)| fetch_key.key == *key && entry.number == number) {
            keep();
        }
        table.in_flight.retain(|_, entry| entry.number != number && entry.result.upgrade().is_some());
    }

    /// Abandons the requests whose keys match `unwanted`: they continue for their current callers, nobody can join
    /// them, and their results are not cached.
    pub(crate) fn abandon(&self, unwanted: impl Fn(&CacheKey) -> bool) {
        self.lock().in_flight.retain(|fetch_key, _| !unwanted(&fetch_key.key));
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tollgate_core::SystemClock;

    use super::*;
    use crate::resource::Resource;
    use crate::selector::Selector;
    use crate::sources::SourceId;

    #[test]
    fn the_time_in_line_puts_a_deadline_off_and_is_not_what_is_left_once_it_is_over() {
        let start = BootInstant::from_nanos(1_000_000_000_000);
        let seconds = Duration::from_secs;
        let deadline = Deadline::default();
        deadline.extend(start + seconds(30));
        assert_eq!(deadline.remaining(start + seconds(10), seconds(5)), seconds(25));
        assert_eq!(deadline.remaining(start + seconds(50), seconds(40)), seconds(20));
        assert_eq!(deadline.remaining(start + seconds(80), seconds(40)), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_ends_the_request_for_all_who_wait_for_it() {
        let flights = SingleFlight::default();
        let resource = Resource::parse("https://vault.azure.net").unwrap();
        let key = CacheKey { source: SourceId(1), selector: Selector::SystemAssigned, resource };
        let join = || {
            let depart = |_: FetchTicket| {
                let future: BoxedFetch = Box::pin(async {
                    tokio::task::yield_now().await;
                    panic!("a defect")
                });
                (future, Arc::new(ProgressLog::new(Arc::new(SystemClock))))
            };
            match flights.join(&key, Purpose::Ordinary, BootInstant::from_nanos(u64::MAX), || None, depart) {
                Joined::Leader(flight) | Joined::Follower(flight) => flight.result,
                Joined::Cached(_) => unreachable!("nothing is cached"),
            }
        };
        let (one, other) = (tokio::spawn(join()), tokio::spawn(join()));
        for landing in [one, other] {
            let landing = tokio::time::timeout(Duration::from_secs(1), landing).await;
            assert_eq!(landing.expect("it was woken").unwrap().unwrap_err(), Error::Internal);
        }
    }
}
