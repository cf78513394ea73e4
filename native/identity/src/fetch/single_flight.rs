//! One request in the air for each token, and one more where somebody wished for a new one. Who comes second waits for the
//! first one's answer; when everybody has gone, the request goes too.

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

/// Why a request is made. It decides who may wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Somebody needs a token, and is content with any.
    Ordinary,
    /// Somebody wished for a new one: it may not be an answer that was asked for before the wish.
    Forced,
    /// The one at hand is to be renewed, and nobody waits for that.
    Background,
}

/// Until when a request may go on: as long as the most patient of those who wait for it.
#[derive(Debug, Default)]
pub(crate) struct Deadline(AtomicU64);

/// A request under way. Polling any copy of it moves it on.
#[derive(Clone)]
pub(crate) struct InFlight {
    pub(crate) result: Shared<BoxedFetch>,
    pub(crate) progress: Arc<ProgressLog>,
    /// Why it was begun.
    pub(crate) purpose: Purpose,
}

/// What came of joining.
pub(crate) enum Joined {
    /// A flight of one's own.
    Leader(InFlight),
    /// A flight that somebody else began.
    Follower(InFlight),
    /// None: the token has just arrived.
    Cached(Arc<AccessToken>),
}

/// The number of a flight: one that began later has a larger one.
pub(crate) type RequestNumber = u64;

/// What a flight takes along.
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

/// Forced requests keep to themselves.
#[derive(Clone, PartialEq, Eq, Hash)]
struct FetchKey {
    key: CacheKey,
    force_refresh: bool,
}

/// A flight as long as somebody else holds it.
struct Entry {
    number: RequestNumber,
    result: WeakShared<BoxedFetch>,
    progress: Arc<ProgressLog>,
    deadline: Arc<Deadline>,
    purpose: Purpose,
}

impl Deadline {
    /// Lets the request go on until then, if it may not anyway.
    fn extend(&self, until: BootInstant) {
        self.0.fetch_max(until.as_nanos(), Ordering::Relaxed);
    }

    /// The time there is from now on, when so much of it was spent in line, which does not count.
    pub(crate) fn remaining(&self, now: BootInstant, in_line: Duration) -> Duration {
        (BootInstant::from_nanos(self.0.load(Ordering::Relaxed)) + in_line).duration_since(now)
    }
}

impl SingleFlight {
    /// The flight for a key and a purpose, which goes on until then at least. `cached` is asked under the lock, after which no
    /// flight can have landed unseen: a token it gives makes a flight needless.
    pub(crate) fn join(
        &self,
        key: &CacheKey,
        purpose: Purpose,
        until: BootInstant,
        cached: impl FnOnce() -> Option<Arc<AccessToken>>,
        depart: impl FnOnce(FetchTicket) -> (BoxedFetch, Arc<ProgressLog>),
    ) -> Joined {
        let mut table = self.lock();
        if let Some(token) = cached() {
            return Joined::Cached(token);
        }
        let lane = |forced| FetchKey { key: key.clone(), force_refresh: forced };
        // A new token is as good as any for whoever is content with any.
        let lanes = if purpose == Purpose::Forced { &[true][..] } else { &[true, false] };
        for lane in lanes.iter().map(|forced| lane(*forced)) {
            if let Some(aloft) = table.in_flight.get(&lane)
                && let Some(landing) = aloft.result.upgrade()
            {
                aloft.deadline.extend(until);
                let (journal, purpose) = (Arc::clone(&aloft.progress), aloft.purpose);
                return Joined::Follower(InFlight { result: landing, progress: journal, purpose });
            }
        }
        table.last += 1;
        let (number, deadline) = (table.last, Arc::new(Deadline::default()));
        deadline.extend(until);
        let (future, journal) = depart(FetchTicket { number, deadline: Arc::clone(&deadline) });
        // A panic ends the request for all who wait for it: nobody would wake the others, who did not meet it.
        let future: BoxedFetch = Box::pin(
            AssertUnwindSafe(future).catch_unwind().map(|landing| landing.unwrap_or(Err(Error::Internal))),
        );
        let landing = future.shared();
        if let Some(weak) = landing.downgrade() {
            let journal = Arc::clone(&journal);
            let aloft = Entry { number, result: weak, progress: journal, deadline, purpose };
            table.in_flight.insert(lane(purpose == Purpose::Forced), aloft);
        }
        Joined::Leader(InFlight { result: landing, progress: journal, purpose })
    }

    /// Ends a flight that has landed, and forgets those that everybody has left. `keep` is done under the lock, unless the
    /// flight was given up on meanwhile: then what it brought is for those who waited and for nobody after them.
    pub(crate) fn finish(&self, key: &CacheKey, number: RequestNumber, keep: impl FnOnce()) {
        let mut table = self.lock();
        if table.in_flight.iter().any(|(lane, aloft)| lane.key == *key && aloft.number == number) {
            keep();
        }
        table.in_flight.retain(|_, aloft| aloft.number != number && aloft.result.upgrade().is_some());
    }

    /// Gives up on the flights whose keys `unwanted` picks: they go on for those who wait for them, nobody joins them any more,
    /// and what they bring is not kept.
    pub(crate) fn abandon(&self, unwanted: impl Fn(&CacheKey) -> bool) {
        self.lock().in_flight.retain(|lane, _| !unwanted(&lane.key));
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
