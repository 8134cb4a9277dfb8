//! The states of a rate limit by key: a table that cannot grow beyond its capacity.

use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::Hash;

/// A state for each of at most `capacity` keys, and one that all others share.
pub(crate) struct BoundedStates<K> {
    capacity: usize,
    table: Mutex<Table<K>>,
}

struct Table<K> {
    known: HashMap<K, Nanos>,
    shared: Option<Nanos>,
}

impl<K> BoundedStates<K> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, table: Mutex::new(Table { known: HashMap::new(), shared: None }) }
    }
}

impl<K: Hash + Eq + Clone> StateStore for BoundedStates<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let table = &mut *self.table.lock();
        if let Some(state) = table.known.get_mut(key) {
            let (outcome, next) = decide(Some(*state))?;
            *state = next;
            return Ok(outcome);
        }
        if table.known.len() < self.capacity {
            let (outcome, next) = decide(None)?;
            table.known.insert(key.clone(), next);
            return Ok(outcome);
        }
        let (outcome, next) = decide(table.shared)?;
        table.shared = Some(next);
        Ok(outcome)
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for BoundedStates<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        self.table.lock().known.retain(|_, state| *state > drop_below);
    }

    fn len(&self) -> usize {
        self.table.lock().known.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
