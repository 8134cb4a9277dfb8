//! What a node knows of one session that it follows, besides what is in its room.

use super::Versioned;
use headcount_core::cluster::{Crowd, NodeId, Share};
use headcount_core::{
    AudienceHistory, ConnectionId, EndReason, Language, SessionId, StatusDetail, Timestamp, UpdateLedger,
};
use parking_lot::Mutex;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A session that this node follows.
pub(super) struct Followed {
    pub(super) id: SessionId,
    pub(super) state: Mutex<State>,
    /// Whether it was read and has not ended, so that there is a room for it.
    live: AtomicBool,
}

/// What is known of it.
pub(super) struct State {
    /// The version of the session that is in the room.
    pub(super) version: u64,
    /// The node that has the speaker.
    pub(super) speaker_at: Option<NodeId>,
    /// The speaker that this node has put into the seat, and how much it wants to be told.
    pub(super) seated: Option<(ConnectionId, StatusDetail)>,
    /// What the other nodes say of it.
    pub(super) crowd: Crowd,
    /// What this node says of it.
    pub(super) own: Own,
    /// What happened to the audience of all nodes, as it was seen here; `None` while no other node has had anybody.
    pub(super) whole: Option<Arc<AudienceHistory>>,
    /// Messages may have been lost, and it was not read since.
    pub(super) stale: bool,
    /// It is to be read again.
    pub(super) due: bool,
    /// It was changed here while the engine was out of reach.
    pub(super) unrestored: bool,
    /// Something has happened that is not kept in the engine yet.
    pub(super) unkept: bool,
    /// When it was last kept there.
    pub(super) kept_at: Timestamp,
    /// When it was last asked for.
    pub(super) used_at: Timestamp,
    /// What came while it was being read for the first time.
    pub(super) early: Early,
}

/// What this node says of a session.
pub(super) struct Own {
    /// As it stands. What is counted in it is brought up to date whenever it is used.
    pub(super) share: Share,
    /// As it was last published; `None` before the first time.
    pub(super) published: Option<Arc<Share>>,
    /// It is to be published even if it has not changed.
    pub(super) again: bool,
    /// When that was.
    pub(super) published_at: Timestamp,
    /// Whether it was ever published.
    pub(super) known: bool,
    /// The languages that it ever had when it was published.
    pub(super) languages: BTreeSet<Language>,
}

/// What came while a session was being read for the first time.
#[derive(Default)]
pub(super) struct Early {
    pub(super) session: Option<Versioned>,
    pub(super) ledger: Option<UpdateLedger>,
    pub(super) ended: Option<EndReason>,
}

impl Followed {
    /// A session that is about to be read.
    pub(super) fn new(id: SessionId, node: NodeId, now: Timestamp) -> Self {
        let own = Own {
            share: Share::new(node, now),
            published: None,
            again: false,
            published_at: now,
            known: false,
            languages: BTreeSet::new(),
        };
        let state = State {
            version: 0,
            speaker_at: None,
            seated: None,
            crowd: Crowd::new(node),
            own,
            whole: None,
            stale: false,
            due: false,
            unrestored: false,
            unkept: false,
            kept_at: now,
            used_at: now,
            early: Early::default(),
        };
        Self { id, state: Mutex::new(state), live: AtomicBool::new(false) }
    }

    pub(super) fn is_live(&self) -> bool {
        self.live.load(Ordering::Acquire)
    }

    /// It was read, and has its room.
    pub(super) fn opened(&self) {
        self.live.store(true, Ordering::Release);
    }

    /// It has ended, or is not followed any more. One of several callers gets true.
    pub(super) fn closed(&self) -> bool {
        self.live.swap(false, Ordering::AcqRel)
    }
}

impl Own {
    /// Whether another node may ever have counted with what this one said, so that it must go on saying it.
    pub(super) fn matters(&self) -> bool {
        let Share { taken, given, asking, joins, .. } = &self.share;
        self.known || *joins > 0 || !taken.is_empty() || !given.is_empty() || !asking.is_empty()
    }
}
