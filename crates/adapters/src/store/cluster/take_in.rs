//! What the engine passes on is taken in.

use super::followed::{Followed, State};
use super::{ClusterStore, Incoming, Message, Versioned};
use headcount_core::cluster::{NodeId, Share, Standing};
use headcount_core::ports::CloseReason;
use headcount_core::{EndReason, SessionId, Timestamp, UpdateLedger};
use std::sync::Arc;

impl ClusterStore {
    /// Takes in what the engine passes on. To be called in the order in which it comes.
    pub async fn take_in(&self, incoming: Incoming, now: Timestamp) {
        match incoming {
            Incoming::Alive(node) => self.hear_alive(node, now),
            Incoming::Gone(node) => {
                self.roll.write().left(node);
                self.bury(node, now).await;
            }
            Incoming::Share(id, share) => self.hear_share(&id, *share, now),
            Incoming::Session(session) => self.hear_session(*session, now).await,
            Incoming::Ledger(id, ledger) => self.hear_ledger(&id, *ledger),
            Incoming::Ended(id, reason) => self.hear_ended(&id, reason, now).await,
            Incoming::Message(message) => self.hear(*message, now).await,
            Incoming::Disconnected => {
                self.link.lock().hears = false;
                self.roll.write().disconnected(now);
            }
            Incoming::Connected => {
                let beats = {
                    let mut link = self.link.lock();
                    link.hears = true;
                    link.beats
                };
                if beats {
                    self.roll.write().connected(now);
                }
                self.all_is_stale();
            }
            Incoming::Overrun => self.all_is_stale(),
        }
    }

    /// Where it was not known whether `node` is alive, the count is perhaps exact again: whoever speaks here may have to
    /// be told what was held back until then.
    fn hear_alive(&self, node: NodeId, now: Timestamp) {
        let was_alive = {
            let mut roll = self.roll.write();
            let was_alive = roll.standing(node, now) == Standing::Alive;
            roll.heard(node, now);
            was_alive
        };
        if was_alive {
            return;
        }
        for followed in self.all() {
            if followed.state.lock().speaker_at == Some(self.node) {
                self.changes.add(&followed.id);
            }
        }
    }

    fn hear_share(&self, id: &SessionId, share: Share, now: Timestamp) {
        if share.node == self.node {
            return;
        }
        let Some(followed) = self.sessions.get(id).map(|found| Arc::clone(&found)) else { return };
        let mut state = followed.state.lock();
        let node = share.node;
        if !state.crowd.take(share) || !followed.is_live() {
            return;
        }
        self.settle(&followed, &mut state, node, now);
        // Only where the speaker is, there is somebody to tell.
        if state.speaker_at == Some(self.node) {
            drop(state);
            self.changes.add(id);
        }
    }

    /// Stops counting what `node` says to count by now, and says so.
    fn settle(&self, followed: &Followed, state: &mut State, node: NodeId, now: Timestamp) {
        let owed = state.crowd.owed(&state.own.share, node);
        if owed.is_empty() {
            return;
        }
        let given = state.own.share.given.entry(node).or_default();
        for (language, places) in owed {
            self.rooms.release(&followed.id, node, &language, places, now);
            given.add_many(&language, places);
        }
        self.mark(followed);
    }

    /// As [`Self::settle`], with all nodes.
    pub(super) fn settle_all(&self, followed: &Followed, now: Timestamp) {
        let mut state = followed.state.lock();
        for node in state.crowd.nodes() {
            self.settle(followed, &mut state, node, now);
        }
    }

    async fn hear_session(&self, session: Versioned, now: Timestamp) {
        let id = session.session.id.clone();
        let Some(followed) = self.sessions.get(&id).map(|found| Arc::clone(&found)) else { return };
        if !followed.is_live() {
            let mut state = followed.state.lock();
            let known = state.early.session.as_ref().map_or(0, |early| early.version);
            if session.version > known {
                state.early.session = Some(session);
            }
            return;
        }
        if self.adopt(&followed, session, now).await {
            self.changes.add(&id);
        }
    }

    fn hear_ledger(&self, id: &SessionId, ledger: UpdateLedger) {
        let Some(followed) = self.sessions.get(id).map(|found| Arc::clone(&found)) else { return };
        if !followed.is_live() {
            let mut state = followed.state.lock();
            let known = state.early.ledger.as_ref().map_or(0, UpdateLedger::revision);
            if ledger.revision() > known {
                state.early.ledger = Some(ledger);
            }
            return;
        }
        self.rooms.raise_ledger(id, ledger);
    }

    async fn hear_ended(&self, id: &SessionId, reason: EndReason, now: Timestamp) {
        let Some(followed) = self.sessions.get(id).map(|found| Arc::clone(&found)) else { return };
        if followed.is_live() {
            self.ended_elsewhere(&followed, reason, now).await;
        } else {
            followed.state.lock().early.ended = Some(reason);
        }
    }

    async fn hear(&self, message: Message, now: Timestamp) {
        match message {
            Message::Ask { session, from, number, place } => {
                self.hear_ask(session, from, number, &place, now).await;
            }
            Message::Answer { session, from, number, place } => {
                self.hear_answer(&session, from, number, place.as_ref(), now);
            }
            Message::Tell { session, from, notice, now: said } => {
                if from != self.node {
                    self.around.audience.tell(&session, &notice, said).await;
                }
            }
            Message::Close { connection, .. } => {
                self.around.audience.close(&connection, CloseReason::Superseded).await;
            }
            // Nobody looks on from here yet.
            Message::Seen { .. } => {}
        }
    }
}
