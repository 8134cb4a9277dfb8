//! What the engine remembers.

use headcount_adapters::store::cluster::{Chapter, Versioned};
use headcount_core::cluster::{NodeId, Share};
use headcount_core::{End, Session, SessionId, Timestamp, UpdateLedger};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// How long a share is kept that is not published again.
const SHARE_LEASE: Duration = Duration::from_secs(60);

/// Everything that is lost with the engine's memory.
#[derive(Clone)]
pub(super) struct Records {
    /// The name of this memory.
    pub(super) epoch: u64,
    pub(super) sessions: BTreeMap<SessionId, Record>,
    pub(super) kept: Vec<Kept>,
    /// When the lease of each node ends.
    pub(super) nodes: BTreeMap<NodeId, Instant>,
    pub(super) key: Option<[u8; 32]>,
}

/// A live session.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) session: Versioned,
    pub(super) ledger: UpdateLedger,
    /// What each node says, and until when that is kept.
    shares: BTreeMap<NodeId, (Share, Instant)>,
}

/// What is kept of one session.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) session: Session,
    pub(super) end: Option<End>,
    pub(super) chapters: Vec<Chapter>,
}

impl Records {
    pub(super) const fn new() -> Self {
        Self { epoch: 0, sessions: BTreeMap::new(), kept: Vec::new(), nodes: BTreeMap::new(), key: None }
    }

    pub(super) fn kept(&mut self, session: &SessionId, created_at: Timestamp) -> Option<&mut Kept> {
        let same = |kept: &&mut Kept| kept.session.id == *session && kept.session.created_at == created_at;
        self.kept.iter_mut().find(same)
    }
}

impl Record {
    pub(super) const fn new(session: Versioned, ledger: UpdateLedger) -> Self {
        Self { session, ledger, shares: BTreeMap::new() }
    }

    /// Every share that is kept by now.
    pub(super) fn shares(&self) -> Vec<Share> {
        let kept = self.shares.values().filter(|(_, until)| *until > Instant::now());
        kept.map(|(share, _)| share.clone()).collect()
    }

    /// Keeps a share, unless a later one is there.
    pub(super) fn keep(&mut self, share: &Share) {
        let known = self.shares.get(&share.node).map_or(0, |(known, _)| known.sequence);
        if share.sequence >= known {
            self.shares.insert(share.node, (share.clone(), Instant::now() + SHARE_LEASE));
        }
    }

    pub(super) fn forget(&mut self, node: NodeId) {
        self.shares.remove(&node);
    }
}
