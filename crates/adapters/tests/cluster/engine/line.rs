//! The line between one node and the engine, and what is on its way there.

use crate::dice::Dice;
use headcount_adapters::store::cluster::Incoming;
use headcount_core::SessionId;
use headcount_core::cluster::NodeId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// What becomes of calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Calls {
    /// They have their effect and are answered.
    #[default]
    Answered,
    /// They fail at once.
    Refused,
    /// They have no effect, and fail when their time is over.
    Hang,
}

/// By which way something is passed on. Within one, the order stays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Channel {
    /// To all nodes but that one: who is alive.
    Beats(NodeId),
    /// To those who follow a session.
    Session(SessionId),
    /// To one node.
    Node(NodeId),
}

/// One line.
pub(crate) struct Line {
    pub(crate) calls: Calls,
    /// Whether what is passed on arrives. It is told when that changes, later or sooner.
    hears: bool,
    /// How many percent of what is passed on get lost unnoticed.
    pub(crate) lost_messages: u64,
    /// How many percent of the calls have their effect and no answer.
    pub(crate) lost_answers: u64,
    /// How long something may take each way.
    pub(crate) slowness: Duration,
    pub(super) follows: BTreeSet<SessionId>,
    pub(super) news: Arc<Notify>,
    coming: BTreeMap<(Instant, u64), Incoming>,
    order: u64,
    /// When the last came of each channel.
    last: BTreeMap<Channel, Instant>,
    /// When it was last said whether anything comes through.
    said: Option<Instant>,
}

/// How long something takes each way at the most, if nothing is wrong.
pub(crate) const DELAY: Duration = Duration::from_millis(15);

impl Default for Line {
    fn default() -> Self {
        Self {
            calls: Calls::default(),
            hears: true,
            lost_messages: 0,
            lost_answers: 0,
            slowness: DELAY,
            follows: BTreeSet::new(),
            news: Arc::default(),
            coming: BTreeMap::new(),
            order: 0,
            last: BTreeMap::new(),
            said: None,
        }
    }
}

impl Line {
    /// Nothing that is passed on arrives from now on; the node notices within three seconds.
    pub(crate) fn deafen(&mut self, dice: &Dice) {
        if std::mem::take(&mut self.hears) {
            self.coming
                .retain(|_, incoming| matches!(incoming, Incoming::Connected | Incoming::Disconnected));
            self.say(Incoming::Disconnected, Instant::now() + dice.millis(0, 3_000));
        }
    }

    /// All is well again, which the node is told after it has noticed that it was not.
    pub(crate) fn mend(&mut self, dice: &Dice) {
        self.calls = Calls::Answered;
        (self.lost_messages, self.lost_answers, self.slowness) = (0, 0, DELAY);
        if !std::mem::replace(&mut self.hears, true) {
            self.say(Incoming::Connected, Instant::now() + dice.millis(0, 100));
        }
    }

    /// It breaks off, and is there again a moment later.
    pub(super) fn break_off(&mut self, dice: &Dice) {
        if self.hears {
            self.deafen(dice);
            self.hears = true;
            self.say(Incoming::Connected, Instant::now() + dice.millis(0, 500));
        }
    }

    /// More comes than can be taken in: what is on its way is lost, which is told.
    pub(crate) fn overrun(&mut self) {
        let before = self.coming.len();
        self.coming.retain(|_, incoming| matches!(incoming, Incoming::Connected | Incoming::Disconnected));
        if self.coming.len() < before {
            self.say(Incoming::Overrun, Instant::now());
        }
    }

    /// Says how it is about the line, after all that was said of it before.
    pub(super) fn say(&mut self, what: Incoming, at: Instant) {
        let at = self.said.map_or(at, |said| said.max(at));
        self.said = Some(at);
        self.put(what, at);
    }

    pub(super) fn pass_on(&mut self, node: NodeId, channel: &Channel, incoming: &Incoming, dice: &Dice) {
        let meant = match channel {
            Channel::Beats(from) => *from != node,
            Channel::Session(id) => self.follows.contains(id),
            Channel::Node(to) => *to == node,
        };
        if !meant || !self.hears || dice.chance(self.lost_messages) {
            return;
        }
        let at = Instant::now() + self.delay(dice);
        let last = self.last.get(channel).copied().into_iter().chain(self.said).max();
        let at = last.map_or(at, |last| last.max(at));
        self.last.insert(channel.clone(), at);
        self.put(incoming.clone(), at);
    }

    fn put(&mut self, incoming: Incoming, at: Instant) {
        self.order += 1;
        self.coming.insert((at, self.order), incoming);
        self.news.notify_one();
    }

    /// What has arrived by `now`, or when the next one will.
    pub(super) fn pop(&mut self, now: Instant) -> Result<Incoming, Option<Instant>> {
        let Some(entry) = self.coming.first_entry() else { return Err(None) };
        let (at, _) = *entry.key();
        if at <= now { Ok(entry.remove()) } else { Err(Some(at)) }
    }

    /// How long something takes one way.
    pub(super) fn delay(&self, dice: &Dice) -> Duration {
        dice.millis(0, u64::try_from(self.slowness.as_millis()).unwrap_or(u64::MAX))
    }
}
