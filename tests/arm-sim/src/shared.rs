//! What the server and the handle that tests hold share: the options and one mutex, never held across a wait.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::bearer::Bearer;
use crate::faults::Plan;
use crate::log::Log;
use crate::operation::Operation;
use crate::options::Options;
use crate::settings::Settings;
use crate::store::Store;

pub(crate) struct Shared {
    pub(crate) options: Options,
    state: Mutex<State>,
}

pub(crate) struct State {
    pub(crate) azure: Azure,
    pub(crate) faults: Plan,
    pub(crate) log: Log,
    /// Tokens that met a claims challenge.
    pub(crate) revoked: HashSet<String>,
}

/// What the routes see and change.
pub(crate) struct Azure {
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    pub(crate) operations: HashMap<String, Operation>,
    /// The subscriptions that an identity sees, by its client or object id; who is not named sees all.
    pub(crate) visibility: BTreeMap<String, BTreeSet<String>>,
    /// Requests counted by what limits them.
    pub(crate) spent: HashMap<String, u64>,
}

impl Shared {
    pub(crate) fn new(options: Options) -> Self {
        let state = Mutex::new(State::new(&options));
        Self { options, state }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As at the start.
    pub(crate) fn reset(&self) {
        let mut state = self.lock();
        // Requests under way answer into the same log.
        let mut log = std::mem::take(&mut state.log);
        log.forget();
        *state = State { log, ..State::new(&self.options) };
    }
}

impl State {
    fn new(options: &Options) -> Self {
        Self {
            azure: Azure::new(options.settings.clone()),
            faults: Plan::default(),
            log: Log::default(),
            revoked: HashSet::new(),
        }
    }
}

impl Azure {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            store: Store::new(settings.subscriptions, &settings.described),
            settings,
            operations: HashMap::new(),
            visibility: BTreeMap::new(),
            spent: HashMap::new(),
        }
    }

    /// Other subscriptions are made anew; nothing else that was written is lost.
    pub(crate) fn set(&mut self, settings: Settings) {
        let is_other = settings.subscriptions != self.settings.subscriptions
            || settings.described != self.settings.described;
        if is_other {
            self.store = Store::new(settings.subscriptions, &settings.described);
            self.operations.clear();
        }
        if settings.reads_remaining != self.settings.reads_remaining {
            self.spent.clear();
        }
        self.settings = settings;
    }

    pub(crate) fn sees(&self, bearer: Option<&Bearer>, subscription: &str) -> bool {
        let Some(bearer) = bearer else { return true };
        [&bearer.claims.app_id, &bearer.claims.object_id]
            .into_iter()
            .filter_map(|id| self.visibility.get(&id.to_ascii_lowercase()))
            .all(|visible| visible.contains(subscription))
    }
}
