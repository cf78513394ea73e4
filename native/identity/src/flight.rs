//! One request in the air for each key. Who comes second waits for the first one's answer; when everybody has gone,
//! the request goes too.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{Shared, WeakShared};

use crate::cache::Key;
use crate::error::Error;
use crate::journal::Journal;
use crate::token::AccessToken;

pub(crate) type Landing = Result<Arc<AccessToken>, Error>;
pub(crate) type Boxed = Pin<Box<dyn Future<Output = Landing> + Send>>;

/// A request under way. Polling any copy of it moves it on.
#[derive(Clone)]
pub(crate) struct Flight {
    pub(crate) landing: Shared<Boxed>,
    pub(crate) journal: Arc<Journal>,
}

/// What came of joining.
pub(crate) enum Joined {
    /// A flight of one's own.
    Own(Flight),
    /// A flight that somebody else began.
    Other(Flight),
    /// None: the token has just arrived.
    Landed(Arc<AccessToken>),
}

#[derive(Default)]
pub(crate) struct Flights(Mutex<HashMap<Key, Aloft>>);

/// A flight as long as somebody else holds it.
struct Aloft {
    landing: WeakShared<Boxed>,
    journal: Arc<Journal>,
}

impl Flights {
    /// The flight of a key, and whether it was under way before. `instead` is asked under the lock, after which no
    /// flight can have landed unseen: a token it gives makes a flight needless.
    pub(crate) fn join(
        &self,
        key: &Key,
        instead: impl FnOnce() -> Option<Arc<AccessToken>>,
        depart: impl FnOnce() -> (Boxed, Arc<Journal>),
    ) -> Joined {
        let mut flights = self.lock();
        if let Some(aloft) = flights.get(key)
            && let Some(landing) = aloft.landing.upgrade()
        {
            return Joined::Other(Flight { landing, journal: Arc::clone(&aloft.journal) });
        }
        if let Some(token) = instead() {
            return Joined::Landed(token);
        }
        let (future, journal) = depart();
        let landing = future.shared();
        if let Some(weak) = landing.downgrade() {
            flights.insert(key.clone(), Aloft { landing: weak, journal: Arc::clone(&journal) });
        }
        Joined::Own(Flight { landing, journal })
    }

    /// Forgets a flight that has landed, and those that everybody has left.
    pub(crate) fn land(&self, key: &Key) {
        self.lock().retain(|other, aloft| other != key && aloft.landing.upgrade().is_some());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Aloft>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
