//! What this instance has asked for and has not come yet.

use headcount_core::{SessionId, Timestamp};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::time::Duration;

/// How many sessions are remembered. When there are more, all are forgotten, which costs some messages more.
const CAPACITY: usize = 4_096;

/// The precision of a delay: of two wake-ups within it, one is enough.
const PRECISION: Duration = Duration::from_secs(1);

/// The last wake-up of each session. In a burst of joins every one asks for a wake-up at the end of the same gap, and
/// one message serves them all.
#[derive(Default)]
pub(super) struct Asked(Mutex<HashMap<SessionId, Pending>>);

/// A wake-up on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) arrives: Timestamp,
    pub(super) hop: u8,
}

impl Asked {
    /// Notes a wake-up of `session` that is meant for `at` and will come at `wake.arrives`. False if, at `now`, one is
    /// on its way already that does as well.
    pub(super) fn note(&self, session: &SessionId, at: Timestamp, now: Timestamp, wake: Pending) -> bool {
        let mut asked = self.0.lock();
        if asked.get(session).is_some_and(|pending| pending.serves(at, now, wake.hop)) {
            return false;
        }
        if asked.len() >= CAPACITY && !asked.contains_key(session) {
            asked.clear();
        }
        asked.insert(session.clone(), wake);
        true
    }

    /// Forgets a wake-up that could not be sent.
    pub(super) fn forget(&self, session: &SessionId, wake: Pending) {
        let mut asked = self.0.lock();
        if asked.get(session) == Some(&wake) {
            asked.remove(session);
        }
    }
}

impl Pending {
    /// Whether it is also one for `at`: still to come, as punctual as another would be, and with as many to follow.
    fn serves(self, at: Timestamp, now: Timestamp, hop: u8) -> bool {
        let punctual = self.arrives >= at && self.arrives < at.plus(PRECISION);
        self.arrives > now && punctual && self.hop <= hop
    }
}
