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
    /// Notes a wake-up of `session` that is meant for `at` and will come at `wake.arrives`. `None` if, at `now`, one is
    /// on its way already that does as well.
    pub(super) fn note<'a>(
        &'a self,
        session: &'a SessionId,
        at: Timestamp,
        now: Timestamp,
        wake: Pending,
    ) -> Option<Noted<'a>> {
        let mut asked = self.0.lock();
        if asked.get(session).is_some_and(|pending| pending.serves(at, now, wake.hop)) {
            return None;
        }
        if asked.len() >= CAPACITY && !asked.contains_key(session) {
            asked.clear();
        }
        asked.insert(session.clone(), wake);
        Some(Noted { asked: self, session, wake, sent: false })
    }

    fn forget(&self, session: &SessionId, wake: Pending) {
        let mut asked = self.0.lock();
        if asked.get(session) == Some(&wake) {
            asked.remove(session);
        }
    }
}

/// A wake-up that is being sent. It is forgotten unless it was, also where whoever sends it gives up half-way.
pub(super) struct Noted<'a> {
    asked: &'a Asked,
    session: &'a SessionId,
    wake: Pending,
    sent: bool,
}

impl Noted<'_> {
    /// It is on its way.
    pub(super) fn sent(mut self) {
        self.sent = true;
    }
}

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        if !self.sent {
            self.asked.forget(self.session, self.wake);
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
