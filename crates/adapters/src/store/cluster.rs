//! Several equal nodes that share an engine: each counts its own listeners in memory, publishes its share of each
//! session, and answers from what it has heard of the others.
//!
//! A node *follows* the sessions that it has to do with: it holds a copy of each, which what the engine passes on keeps
//! up to date, and it counts there. Changes of a session or of a ledger go to the engine first, by compare-and-set, and
//! into the copy when that has said yes. Counts go the other way: into memory first, and to the engine within
//! [`ClusterSettings::flush_within`].
//!
//! Whatever is decided is decided with the time as an argument, in [`ClusterStore::take_in`], [`ClusterStore::flush`],
//! [`ClusterStore::beat`], [`ClusterStore::keep`], [`ClusterStore::audit`] and [`ClusterStore::watch`]; `run` only calls
//! them when it is time. So a simulation can take the place of that.

mod adopting;
mod answers;
mod audit;
mod beat;
mod changes;
mod chapters;
mod counting;
mod dirty;
mod drain;
mod engine;
mod finals;
mod flush;
mod followed;
mod following;
mod history;
mod ledgers;
mod presence;
mod questions;
mod resync;
mod run;
mod sessions;
mod settings;
mod shared;
mod take_in;
#[cfg(test)]
mod tests;
mod watch;

pub use engine::Engine;
pub use settings::ClusterSettings;
pub use shared::{
    Address, Beat, Chapter, Chapters, Incoming, Known, Message, SharedAccounts, SharedBus, SharedCounts,
    SharedSessions, Versioned,
};

use crate::store::rooms::Rooms;
use changes::Changes;
use dashmap::DashMap;
use dirty::Dirty;
use finals::Finals;
use followed::Followed;
use headcount_core::cluster::{NodeId, Roll, Terms};
use headcount_core::ports::{AudienceChannel, Clock, Metrics};
use headcount_core::{SessionId, Timestamp};
use parking_lot::{Mutex, RwLock};
use questions::Questions;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// How many sessions may be read from the engine for the first time at once; one that is read already waits for nobody.
const READERS: usize = 64;

/// What a node is and has around it, the engine excepted.
#[derive(Clone)]
pub struct Surroundings {
    /// The listeners that are connected here: told and closed when another node says so.
    pub audience: Arc<dyn AudienceChannel>,
    /// What is counted about the store.
    pub metrics: Arc<dyn Metrics>,
    /// The time, for calls that do not bring it.
    pub clock: Arc<dyn Clock>,
}

/// The store of one node of several.
///
/// Lock order: what is known of a session (`Followed`), then the open questions, the roll or its room; none of these
/// is held while the engine is waited for.
pub struct ClusterStore {
    node: NodeId,
    engine: Engine,
    settings: ClusterSettings,
    around: Surroundings,
    rooms: Rooms,
    /// The sessions that this node follows. As many as it has to do with; which of those with nobody in them are
    /// forgotten, [`Self::audit`] says.
    sessions: DashMap<SessionId, Arc<Followed>>,
    readers: [tokio::sync::Mutex<()>; READERS],
    roll: RwLock<Roll>,
    questions: Mutex<Questions>,
    dirty: Arc<Dirty>,
    changes: Changes,
    finals: Finals,
    flushing: tokio::sync::Mutex<()>,
    /// The number of the last share. One series for all sessions, so that none ever goes back.
    sequence: AtomicU64,
    link: Mutex<Link>,
    draining: AtomicBool,
    /// Whether some session is to be read again.
    stale: AtomicBool,
    /// Where the audit goes on.
    audited: Mutex<Option<SessionId>>,
}

/// What is known of the way to the engine.
#[derive(Clone, Copy, Debug)]
struct Link {
    /// Messages come through.
    hears: bool,
    /// The last beat was heard.
    beats: bool,
    /// When a beat was last heard.
    last_beat: Timestamp,
    /// The name of the engine's memory, once it is known.
    epoch: Option<u64>,
}

impl ClusterStore {
    /// The store of the node `node`, which has never been used before. Nothing runs yet: see [`Self::run`].
    #[must_use]
    pub fn new(node: NodeId, engine: Engine, settings: ClusterSettings, around: Surroundings) -> Self {
        let now = around.clock.now();
        let terms = Terms { suspect_after: settings.suspect_after, lease: settings.lease };
        let dirty = Arc::<Dirty>::default();
        Self {
            node,
            engine,
            settings,
            around,
            rooms: Rooms::new(Some(Arc::clone(&dirty) as _)),
            sessions: DashMap::new(),
            readers: std::array::from_fn(|_| tokio::sync::Mutex::new(())),
            roll: RwLock::new(Roll::new(node, terms, now)),
            questions: Mutex::default(),
            dirty,
            changes: Changes::default(),
            finals: Finals::default(),
            flushing: tokio::sync::Mutex::new(()),
            sequence: AtomicU64::new(0),
            link: Mutex::new(Link { hears: false, beats: false, last_beat: now, epoch: None }),
            draining: AtomicBool::new(false),
            stale: AtomicBool::new(false),
            audited: Mutex::new(None),
        }
    }

    /// Which node this is.
    #[must_use]
    pub const fn node(&self) -> NodeId {
        self.node
    }

    /// Waits for a session in which another node has changed something that the service should look at, as
    /// [`headcount_core::service::StatusService::wake`] does. Each session waits at most once, however often it changed.
    pub async fn next_changed(&self) -> SessionId {
        self.changes.next().await
    }

    /// The sessions that [`Self::next_changed`] would give, all at once.
    pub fn take_changed(&self) -> Vec<SessionId> {
        self.changes.take()
    }

    fn now(&self) -> Timestamp {
        self.around.clock.now()
    }

    /// Whether the engine is in reach, both to speak to and to hear from.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        let link = self.link.lock();
        link.hears && link.beats
    }
}
