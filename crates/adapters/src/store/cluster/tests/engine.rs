//! An engine in memory that does what it is asked, unless a node is cut off from it.

use super::super::{
    Address, Beat, Chapter, Chapters, Engine, Incoming, Known, Message, SharedAccounts, SharedBus,
    SharedCounts, SharedSessions, Versioned,
};
use async_trait::async_trait;
use headcount_core::cluster::{NodeId, Share};
use headcount_core::ports::{Claim, Creation, StoreError};
use headcount_core::{End, EndKind, EndReason, Ended, Session, SessionId, Timestamp, UpdateLedger};
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// What all nodes share.
#[derive(Clone, Default)]
pub(super) struct MemoryEngine(Arc<Mutex<Records>>);

#[derive(Default)]
struct Records {
    epoch: u64,
    sessions: BTreeMap<SessionId, Record>,
    kept: Vec<Kept>,
    nodes: BTreeSet<NodeId>,
    links: HashMap<NodeId, Link>,
    key: Option<[u8; 32]>,
}

struct Record {
    session: Versioned,
    ledger: UpdateLedger,
    shares: BTreeMap<NodeId, Share>,
}

/// What is kept of one session.
struct Kept {
    session: Session,
    end: Option<End>,
    chapters: Vec<Chapter>,
}

#[derive(Default)]
struct Link {
    cut: bool,
    deaf: bool,
    follows: BTreeSet<SessionId>,
    waiting: VecDeque<Incoming>,
}

/// The engine as one node sees it.
struct Port {
    records: Arc<Mutex<Records>>,
    node: NodeId,
}

impl MemoryEngine {
    /// The engine for `node`, which is connected.
    pub(super) fn port(&self, node: NodeId) -> Engine {
        let link = Link { waiting: VecDeque::from([Incoming::Connected]), ..Link::default() };
        self.0.lock().links.insert(node, link);
        Engine::of(Port { records: Arc::clone(&self.0), node })
    }

    /// What waits for `node`.
    pub(super) fn next(&self, node: NodeId) -> Option<Incoming> {
        self.0.lock().links.get_mut(&node)?.waiting.pop_front()
    }

    /// Nothing comes through from or to `node`.
    pub(super) fn cut(&self, node: NodeId) {
        if let Some(link) = self.0.lock().links.get_mut(&node) {
            link.cut = true;
            link.waiting = VecDeque::from([Incoming::Disconnected]);
        }
    }

    /// `node` is connected again. What was said meanwhile it has not heard.
    pub(super) fn mend(&self, node: NodeId) {
        if let Some(link) = self.0.lock().links.get_mut(&node) {
            link.cut = false;
            link.waiting.push_back(Incoming::Connected);
        }
    }

    /// Messages to `node` are lost unnoticed, for as long as it is deaf.
    pub(super) fn deafen(&self, node: NodeId, deaf: bool) {
        if let Some(link) = self.0.lock().links.get_mut(&node) {
            link.deaf = deaf;
        }
    }

    /// The lease of `node` is over, though it lives.
    pub(super) fn expire(&self, node: NodeId) {
        self.0.lock().nodes.remove(&node);
    }

    /// `node` is dead, and its lease is over.
    pub(super) fn bury(&self, node: NodeId) {
        let mut records = self.0.lock();
        records.nodes.remove(&node);
        records.links.remove(&node);
    }

    /// Everything is lost, as if the engine had been started anew without its disk.
    pub(super) fn empty(&self) {
        let mut records = self.0.lock();
        records.epoch += 1;
        records.sessions.clear();
        records.kept.clear();
    }

    /// Falsifies what `node` has published.
    pub(super) fn falsify(&self, id: &SessionId, node: NodeId, by: impl FnOnce(&mut Share)) {
        let mut records = self.0.lock();
        let record = records.sessions.get_mut(id).unwrap();
        by(record.shares.get_mut(&node).unwrap());
    }

    pub(super) fn share(&self, id: &SessionId, node: NodeId) -> Option<Share> {
        self.0.lock().sessions.get(id)?.shares.get(&node).cloned()
    }
}

impl Records {
    fn tell(&mut self, to: impl Fn(NodeId, &Link) -> bool, news: &Incoming) {
        for (node, link) in &mut self.links {
            if !link.cut && !link.deaf && to(*node, link) {
                link.waiting.push_back(news.clone());
            }
        }
    }

    fn tell_followers(&mut self, id: &SessionId, news: &Incoming) {
        self.tell(|_, link| link.follows.contains(id), news);
    }

    fn kept(&mut self, session: &SessionId, created_at: Timestamp) -> Option<&mut Kept> {
        let same = |kept: &&mut Kept| kept.session.id == *session && kept.session.created_at == created_at;
        self.kept.iter_mut().find(same)
    }
}

impl Port {
    fn ask<T>(&self, work: impl FnOnce(&mut Records) -> T) -> Result<T, StoreError> {
        let mut records = self.records.lock();
        if records.links.get(&self.node).is_none_or(|link| link.cut) {
            return Err(StoreError::Unavailable("the node is cut off".to_owned()));
        }
        Ok(work(&mut records))
    }
}

#[async_trait]
impl SharedSessions for Port {
    async fn create(&self, session: &Session, ledger: &UpdateLedger) -> Result<Creation, StoreError> {
        self.ask(|records| {
            if records.sessions.contains_key(&session.id) {
                return Creation::Taken;
            }
            let versioned = Versioned { session: session.clone(), version: 1, speaker_at: None };
            let record = Record { session: versioned, ledger: ledger.clone(), shares: BTreeMap::new() };
            records.sessions.insert(session.id.clone(), record);
            records.kept.push(Kept { session: session.clone(), end: None, chapters: Vec::new() });
            Creation::Created
        })
    }

    async fn known(&self, id: &SessionId) -> Result<Option<Known>, StoreError> {
        self.ask(|records| {
            let record = records.sessions.get(id)?;
            Some(Known {
                session: record.session.clone(),
                ledger: record.ledger.clone(),
                shares: record.shares.values().cloned().collect(),
            })
        })
    }

    async fn replace(&self, next: &Versioned) -> Result<Option<Claim>, StoreError> {
        self.ask(|records| {
            let record = records.sessions.get_mut(&next.session.id)?;
            if record.session.version + 1 != next.version {
                return Some(Claim::Lost);
            }
            record.session = next.clone();
            let news = Incoming::Session(Box::new(next.clone()));
            records.tell_followers(&next.session.id, &news);
            Some(Claim::Won)
        })
    }

    async fn advance(&self, id: &SessionId, next: &UpdateLedger) -> Result<Claim, StoreError> {
        self.ask(|records| {
            let Some(record) = records.sessions.get_mut(id) else { return Claim::Lost };
            if record.ledger.revision() + 1 != next.revision() {
                return Claim::Lost;
            }
            record.ledger = next.clone();
            let news = Incoming::Ledger(id.clone(), Box::new(next.clone()));
            records.tell_followers(id, &news);
            Claim::Won
        })
    }

    async fn end(
        &self,
        last: &Session,
        reason: &EndReason,
        listeners: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.ask(|records| {
            if records.sessions.remove(&last.id).is_none() {
                return false;
            }
            if let Some(kept) = records.kept(&last.id, last.created_at) {
                kept.session = last.clone();
                kept.end = Some(End { at: now, kind: EndKind::from(reason), listeners });
            }
            records.tell_followers(&last.id, &Incoming::Ended(last.id.clone(), reason.clone()));
            true
        })
    }

    async fn live(&self, after: Option<&SessionId>, limit: usize) -> Result<Vec<Versioned>, StoreError> {
        self.ask(|records| {
            let later = records.sessions.values().map(|record| &record.session);
            let later = later.filter(|session| after.is_none_or(|after| session.session.id > *after));
            later.take(limit).cloned().collect()
        })
    }

    async fn restore(&self, session: &Versioned, ledger: &UpdateLedger) -> Result<(), StoreError> {
        self.ask(|records| {
            let id = session.session.id.clone();
            if records.kept(&id, session.session.created_at).is_none() {
                let kept = Kept { session: session.session.clone(), end: None, chapters: Vec::new() };
                records.kept.push(kept);
            }
            let record = records.sessions.entry(id.clone()).or_insert_with(|| Record {
                session: session.clone(),
                ledger: ledger.clone(),
                shares: BTreeMap::new(),
            });
            if record.session.version < session.version {
                record.session = session.clone();
            }
            if record.ledger.revision() < ledger.revision() {
                record.ledger = ledger.clone();
            }
            let (session, ledger) = (record.session.clone(), record.ledger.clone());
            records.tell_followers(&id, &Incoming::Session(Box::new(session)));
            records.tell_followers(&id, &Incoming::Ledger(id.clone(), Box::new(ledger)));
        })
    }
}

#[async_trait]
impl SharedCounts for Port {
    async fn publish(&self, shares: &[(SessionId, Arc<Share>)]) -> Result<(), StoreError> {
        self.ask(|records| {
            for (id, share) in shares {
                let Some(record) = records.sessions.get_mut(id) else { continue };
                record.shares.insert(share.node, Share::clone(share));
                let news = Incoming::Share(id.clone(), Box::new(Share::clone(share)));
                records.tell_followers(id, &news);
            }
        })
    }

    async fn forget(&self, id: &SessionId, node: NodeId) -> Result<(), StoreError> {
        self.ask(|records| {
            if let Some(record) = records.sessions.get_mut(id) {
                record.shares.remove(&node);
            }
        })
    }

    async fn beat(&self, node: NodeId, _: Duration) -> Result<Beat, StoreError> {
        self.ask(|records| {
            records.nodes.insert(node);
            records.tell(|other, _| other != node, &Incoming::Alive(node));
            Beat { nodes: records.nodes.iter().copied().collect(), epoch: records.epoch }
        })
    }

    async fn farewell(&self, node: NodeId, sessions: &[SessionId]) -> Result<(), StoreError> {
        self.ask(|records| {
            records.nodes.remove(&node);
            for id in sessions {
                if let Some(record) = records.sessions.get_mut(id) {
                    record.shares.remove(&node);
                }
            }
            records.tell(|other, _| other != node, &Incoming::Gone(node));
        })
    }
}

#[async_trait]
impl SharedAccounts for Port {
    async fn keep(
        &self,
        session: &SessionId,
        created_at: Timestamp,
        chapter: &Chapter,
    ) -> Result<(), StoreError> {
        self.ask(|records| {
            let Some(kept) = records.kept(session, created_at) else { return };
            match kept.chapters.iter_mut().find(|known| known.node == chapter.node) {
                None => kept.chapters.push(chapter.clone()),
                Some(known) => {
                    let had = usize::try_from(chapter.first_step - known.first_step).unwrap();
                    let mut steps = known.steps.clone();
                    steps.truncate(had);
                    steps.extend(chapter.steps.iter().cloned());
                    *known = Chapter { first_step: known.first_step, steps, ..chapter.clone() };
                }
            }
        })
    }

    async fn chapters(&self, id: &SessionId) -> Result<Option<Chapters>, StoreError> {
        self.ask(|records| {
            let live = records.sessions.get(id).map(|record| record.session.session.clone());
            let kept = records.kept.iter().rfind(|kept| kept.session.id == *id)?;
            let session = live.unwrap_or_else(|| kept.session.clone());
            Some(Chapters { session, end: kept.end, chapters: kept.chapters.clone() })
        })
    }

    async fn ended(&self, _: Option<u64>, _: usize) -> Result<Vec<Ended>, StoreError> {
        self.ask(|_| Vec::new())
    }

    async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        self.ask(|records| *records.key.get_or_insert(candidate))
    }
}

#[async_trait]
impl SharedBus for Port {
    async fn follow(&self, id: &SessionId) -> Result<(), StoreError> {
        self.ask(|records| {
            records.links.entry(self.node).or_default().follows.insert(id.clone());
        })
    }

    async fn unfollow(&self, id: &SessionId) {
        let _ = self.ask(|records| records.links.entry(self.node).or_default().follows.remove(id));
    }

    async fn say(&self, to: Address, message: &Message) -> Result<(), StoreError> {
        let news = Incoming::Message(Box::new(message.clone()));
        self.ask(|records| match to {
            Address::Node(node) => records.tell(|other, _| other == node, &news),
            Address::Session(id) => records.tell_followers(&id, &news),
        })
    }
}
