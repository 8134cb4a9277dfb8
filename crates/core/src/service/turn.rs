//! Whose turn it is to tell one session's speaker or listeners something.
//!
//! Between a claim and its being on its way to the socket, another claim must not overtake it: a speaker never
//! sees a revision go back. Other processes are kept apart by the claim itself; within one process a lock keeps the
//! order. A fixed number of locks serves all sessions, so memory stays bounded; sessions that share one wait for
//! each other for the time of a claim.

use crate::SessionId;
use async_lock::{Mutex, MutexGuard};
use std::hash::{BuildHasher, RandomState};

const LOCKS: usize = 1_024;

/// The locks of all sessions.
pub(super) struct Turns {
    locks: Box<[Mutex<()>]>,
    hasher: RandomState,
}

/// Held while it is somebody's turn.
pub(super) type Turn<'a> = MutexGuard<'a, ()>;

impl Default for Turns {
    fn default() -> Self {
        Self { locks: (0..LOCKS).map(|_| Mutex::new(())).collect(), hasher: RandomState::new() }
    }
}

impl Turns {
    /// Waits for the turn of `session`.
    pub(super) async fn take(&self, session: &SessionId) -> Turn<'_> {
        let at = usize::try_from(self.hasher.hash_one(session) % LOCKS as u64).unwrap_or(0);
        self.locks[at].lock().await
    }
}
