//! A rate limit by key, in bounded memory.

use super::RetryAfter;
use super::bounded_states::BoundedStates;
use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::{Quota, RateLimiter};
use parking_lot::Mutex;
use std::hash::Hash;
use std::time::Duration;

/// How many keys are told apart.
const MAX_KEYS: usize = 100_000;
/// How often keys are forgotten that are back at their full quota.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);
/// How often that is tried while the table is full. A sweep looks at every key, a millisecond or two, so not always.
const SWEEP_INTERVAL_WHEN_FULL: Duration = Duration::from_secs(1);

/// A rate limit by key for at most 100,000 keys.
///
/// Keys that are back at their full quota are forgotten once a minute, and once a second while the table is full.
/// Whoever finds no room in it shares one bucket with all others in that position. To refuse them would let whoever
/// fills the table lock out everybody new; to let them pass would make filling it a way around the limit. Keys in
/// the table keep their own quota throughout.
pub(crate) struct KeyedRate<K: Hash + Eq + Clone, C: Clock> {
    limiter: RateLimiter<K, BoundedStates<K>, C, NoOpMiddleware<C::Instant>>,
    max_keys: usize,
    swept_at: Mutex<C::Instant>,
}

impl<K: Hash + Eq + Clone, C: Clock> KeyedRate<K, C> {
    pub(crate) fn new(quota: Quota, clock: C) -> Self {
        Self::with_capacity(quota, clock, MAX_KEYS)
    }

    pub(crate) fn with_capacity(quota: Quota, clock: C, max_keys: usize) -> Self {
        let swept_at = Mutex::new(clock.now());
        Self { limiter: RateLimiter::new(quota, BoundedStates::new(max_keys), clock), max_keys, swept_at }
    }

    pub(crate) fn check(&self, key: &K) -> Result<(), RetryAfter> {
        self.sweep_if_due();
        self.limiter.check_key(key).map_err(|refusal| RetryAfter::until(&refusal, self.limiter.clock().now()))
    }

    fn sweep_if_due(&self) {
        let is_full = self.limiter.len() >= self.max_keys;
        let interval = if is_full { SWEEP_INTERVAL_WHEN_FULL } else { SWEEP_INTERVAL };
        let now = self.limiter.clock().now();
        let mut swept_at = self.swept_at.lock();
        if Duration::from(now.duration_since(*swept_at)) >= interval {
            *swept_at = now;
            self.limiter.retain_recent();
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.limiter.len()
    }
}
