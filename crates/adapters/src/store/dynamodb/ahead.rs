//! Reading ahead: who asks for a connection asks for its session next, and then for the audience and the ledger. Calls
//! that go out together bring them all, and the next questions are answered with what they brought.
//!
//! Each part is given out once (the session more often: who speaks is asked first, then the whole status, and where
//! others write, the claim looks at it too), within [`FRESH`], and not after this process has written anything of it:
//! so nobody ever misses what they wrote themselves, and what others wrote is missed for no longer than a slow call
//! would have missed it.

use super::item::Item;
use headcount_core::{ConnectionId, SessionId};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// How long what was read ahead may be used.
const FRESH: Duration = Duration::from_millis(250);

/// How many connections, and how many sessions, are remembered. When there are more, all are forgotten: they are a
/// shortcut, and the long way leads to the same answers.
const MOST: usize = 4_096;

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Session,
    Audience,
    Ledger,
}

/// A session with what belongs to it, as it was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Bundle {
    pub(super) session: Option<Item>,
    /// Where we write: the items of the audience. Where others do and are counted by counters: those of these.
    pub(super) shards: Vec<Item>,
    /// Where others write: the languages of the last time.
    pub(super) audience: Option<Item>,
    pub(super) ledger: Option<Item>,
}

struct Parked {
    bundle: Bundle,
    since: Instant,
    /// How often each part may still be given out.
    left: [u8; 3],
}

#[derive(Default)]
struct Memory {
    parked: HashMap<SessionId, Parked>,
    sessions: HashMap<ConnectionId, SessionId>,
    /// How often this process has written.
    writes: u64,
    /// Which of these was the last one of each session; [`MOST`] of them.
    written: HashMap<SessionId, u64>,
    /// Of the writes up to this one nobody knows any more which session they were of.
    blurred: u64,
}

/// What was read ahead.
#[derive(Default)]
pub(super) struct Ahead(Mutex<Memory>);

/// A moment: what is read of a session after it may be parked as long as nothing of that is written meanwhile.
#[derive(Clone, Copy)]
pub(super) struct Before(u64);

impl Ahead {
    pub(super) fn before(&self) -> Before {
        Before(self.0.lock().writes)
    }

    /// Something of `session` is being written or has been: call it before and after.
    pub(super) fn forget(&self, session: &SessionId) {
        let mut memory = self.0.lock();
        memory.writes += 1;
        if memory.written.len() >= MOST {
            memory.written.clear();
            memory.blurred = memory.writes;
        }
        let write = memory.writes;
        memory.written.insert(session.clone(), write);
        memory.parked.remove(session);
    }

    /// The session that `connection` was in when it was last read. Only a guess: its row is the truth.
    pub(super) fn session_of(&self, connection: &ConnectionId) -> Option<SessionId> {
        self.0.lock().sessions.get(connection).cloned()
    }

    pub(super) fn remember(&self, connection: &ConnectionId, session: &SessionId) {
        let sessions = &mut self.0.lock().sessions;
        if sessions.len() >= MOST {
            sessions.clear();
        }
        sessions.insert(connection.clone(), session.clone());
    }

    /// Parks what was read since `before`, with the session to be given out `sessions` times.
    pub(super) fn park(&self, before: Before, session: &SessionId, bundle: Bundle, sessions: u8) {
        let mut memory = self.0.lock();
        let written = memory.written.get(session).map_or(memory.blurred, |write| memory.blurred.max(*write));
        if written > before.0 {
            return;
        }
        if memory.parked.len() >= MOST {
            memory.parked.clear();
        }
        let parked = Parked { bundle, since: Instant::now(), left: [sessions, 1, 1] };
        memory.parked.insert(session.clone(), parked);
    }

    /// Gives `part` out, with the rest beside it, if it is there.
    pub(super) fn take(&self, session: &SessionId, part: Part) -> Option<Bundle> {
        let mut memory = self.0.lock();
        let parked = memory.parked.get_mut(session)?;
        let left = &mut parked.left[part as usize];
        if *left == 0 || parked.since.elapsed() > FRESH {
            memory.parked.remove(session);
            return None;
        }
        *left -= 1;
        let bundle = parked.bundle.clone();
        if parked.left == [0; 3] {
            memory.parked.remove(session);
        }
        Some(bundle)
    }
}
