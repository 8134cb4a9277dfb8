//! One target as all sides see it: what it wants to hear, what waits for it, what has become of the rest.

use super::queue::{Queue, Room};
use super::target::{Target, Topic};
use headcount_core::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Between whoever takes events and whoever delivers them.
pub(super) struct Line {
    /// Its place in the configuration, from 1: what logs and metrics call it.
    pub(super) number: usize,
    pub(super) key: Arc<str>,
    topics: BTreeSet<Topic>,
    pub(super) queue: Queue,
    /// The receiver has said that it wants no more.
    gone: AtomicBool,
    /// Events that found no room on their way here and have not been skipped in the sequence yet.
    lost: AtomicU64,
    pub(super) delivered: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) dead: AtomicU64,
    pub(super) dropped: AtomicU64,
}

/// What can be counted of one target. It is known by its place in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Its place, from 1.
    pub target: usize,
    /// Tries that were answered with 2xx.
    pub delivered: u64,
    /// Tries that failed, and are followed by another.
    pub failed: u64,
    /// Events that were given up.
    pub dead: u64,
    /// Events for which there was no room, or which a receiver that is gone does not want.
    pub dropped: u64,
    /// How many events wait.
    pub waiting: u64,
    /// Since when the oldest of them does.
    pub oldest: Option<Timestamp>,
    /// Whether it has answered that it is gone.
    pub gone: bool,
}

impl Line {
    pub(super) fn new(number: usize, target: &Target, room: Room) -> Self {
        Self {
            number,
            key: Arc::clone(&target.key),
            topics: target.topics.clone(),
            queue: Queue::new(room),
            gone: AtomicBool::new(false),
            lost: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            dead: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    pub(super) fn wants(&self, topic: Topic) -> bool {
        self.topics.contains(&topic)
    }

    /// One event found no room.
    pub(super) fn lose(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
        count(&self.dropped);
    }

    /// How many were lost since this was last asked.
    pub(super) fn take_lost(&self) -> u64 {
        self.lost.swap(0, Ordering::Relaxed)
    }

    pub(super) fn set_gone(&self) {
        self.gone.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    pub(super) fn figures(&self) -> Figures {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (waiting, oldest) = self.queue.depth();
        Figures {
            target: self.number,
            delivered: of(&self.delivered),
            failed: of(&self.failed),
            dead: of(&self.dead),
            dropped: of(&self.dropped),
            waiting,
            oldest,
            gone: self.is_gone(),
        }
    }
}

/// One more.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
