//! Login tokens signed with a key of a published set, and how long such a set is used.

use super::claims::{self, Expected};
use super::key_set::KeySet;
use super::key_source::{FetchError, KeySource};
use crate::Cause;
use headcount_core::{Timestamp, UserId};
use parking_lot::RwLock;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Keys are fetched again at this age.
const REFRESH_AFTER: Duration = Duration::from_secs(10 * 60);
/// Two fetches are this far apart at least, so that made-up key ids cannot make us ask on and on.
const MIN_BETWEEN: Duration = Duration::from_secs(60);
/// The same while there are no keys and nobody can log in.
const MIN_BETWEEN_WITHOUT_KEYS: Duration = Duration::from_secs(5);
/// Keys that could not be fetched again are used up to this age. Beyond it, a key that was withdrawn because it
/// leaked would be honoured for too long.
const STALE_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

pub(crate) struct Jwks {
    source: Box<dyn KeySource>,
    expected: Expected,
    cache: RwLock<Cache>,
    /// A token named a key that the cache does not have.
    missed: AtomicBool,
}

#[derive(Default)]
struct Cache {
    /// The last usable set and when it was asked for.
    keys: Option<(Arc<KeySet>, Timestamp)>,
    tried_at: Option<Timestamp>,
}

impl Cache {
    /// The keys, unless there are none or they are too old.
    fn usable(&self, now: Timestamp) -> Option<Arc<KeySet>> {
        let (keys, fetched_at) = self.keys.as_ref()?;
        (now.since(*fetched_at) <= STALE_AFTER).then(|| Arc::clone(keys))
    }

    /// Whether there may be newer keys.
    fn is_old(&self, now: Timestamp) -> bool {
        self.keys.as_ref().is_some_and(|(_, fetched_at)| has_passed(REFRESH_AFTER, *fetched_at, now))
    }
}

/// What a refresh did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// Nothing; it was not needed.
    NotNeeded,
    /// It fetched this many usable keys.
    Fetched(usize),
}

/// A refresh failed; the former keys, if any, stay in use.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// Nothing came.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// What came is not a JSON Web Key Set.
    #[error("what was fetched is not a JSON Web Key Set")]
    NotAKeySet,
    /// What came has no key that can verify RS256, ES256 or EdDSA.
    #[error("the key set has no public key for RS256, ES256 or EdDSA")]
    NoUsableKey,
}

impl Jwks {
    pub(crate) fn new(source: Box<dyn KeySource>, expected: Expected) -> Self {
        Self { source, expected, cache: RwLock::default(), missed: AtomicBool::new(false) }
    }

    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> Result<UserId, Cause> {
        let header = claims::header(token)?;
        let keys = self.cache.read().usable(now).ok_or(Cause::NoKeys)?;
        let key = keys.find(&header).inspect_err(|cause| {
            if *cause == Cause::UnknownKey {
                self.missed.store(true, Ordering::Relaxed);
            }
        })?;
        claims::verify(token, &key.decoding, &key.validation, now)
    }

    pub(crate) fn needs_refresh(&self, now: Timestamp) -> bool {
        self.is_due(&self.cache.read(), now)
    }

    fn is_due(&self, cache: &Cache, now: Timestamp) -> bool {
        let (wanted, pause) = if cache.usable(now).is_none() {
            (true, MIN_BETWEEN_WITHOUT_KEYS)
        } else {
            (cache.is_old(now) || self.missed.load(Ordering::Relaxed), MIN_BETWEEN)
        };
        wanted && cache.tried_at.is_none_or(|tried_at| has_passed(pause, tried_at, now))
    }

    pub(crate) fn refresh(&self, now: Timestamp) -> Result<Refreshed, RefreshError> {
        {
            let mut cache = self.cache.write();
            if !self.is_due(&cache, now) {
                return Ok(Refreshed::NotNeeded);
            }
            // Before the fetch and not after it, so that of many callers one fetches.
            cache.tried_at = Some(now);
            self.missed.store(false, Ordering::Relaxed);
        }
        let json = self.source.fetch()?;
        let keys = KeySet::parse(&json, &self.expected).map_err(|_| RefreshError::NotAKeySet)?;
        let count = keys.len();
        if count == 0 {
            return Err(RefreshError::NoUsableKey);
        }
        self.cache.write().keys = Some((Arc::new(keys), now));
        Ok(Refreshed::Fetched(count))
    }
}

/// Whether `duration` has passed since `then`. A clock that was set back must not stop refreshes until it has
/// caught up, so a moment in the future counts as long past.
fn has_passed(duration: Duration, then: Timestamp, now: Timestamp) -> bool {
    now < then || now.since(then) >= duration
}
