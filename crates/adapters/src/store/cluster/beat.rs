//! A node says that it is alive, hears who else is, and sees to what those leave behind who are not.

use super::ClusterStore;
use super::followed::Followed;
use headcount_core::cluster::NodeId;
use headcount_core::ports::SessionStore;
use headcount_core::{SessionChange, Timestamp};
use std::sync::Arc;

impl ClusterStore {
    /// Says that this node is alive, and looks who else is. To be called each [`super::ClusterSettings::beat_every`].
    pub async fn beat(&self, now: Timestamp) {
        self.roll.write().awake(now);
        match self.engine.counts.beat(self.node, self.settings.lease).await {
            Ok(beat) => {
                self.roll.write().listed(&beat.nodes, now);
                self.beats(beat.epoch, now);
            }
            Err(_) => self.beats_not(now),
        }
        self.bury_gone(now).await;
        self.republish(now);
        self.ask_again(now).await;
    }

    /// The engine has heard a beat.
    fn beats(&self, epoch: u64, now: Timestamp) {
        let mut link = self.link.lock();
        let emptied = link.epoch.is_some_and(|known| known != epoch);
        // A node that was silent for as long as others bear may have been taken for dead by them.
        let silent = now.since(link.last_beat) >= self.settings.suspect_after || now < link.last_beat;
        let back = !link.beats;
        (link.beats, link.last_beat, link.epoch) = (true, now, Some(epoch));
        let hears = link.hears;
        drop(link);
        if back && hears {
            self.roll.write().connected(now);
        }
        if emptied {
            tracing::warn!("the shared store is empty: what it had is written back");
        }
        if emptied || silent || back {
            self.all_is_stale();
        }
    }

    /// The engine has not heard a beat. One that is lost says little.
    fn beats_not(&self, now: Timestamp) {
        let mut link = self.link.lock();
        if link.beats && now.since(link.last_beat) >= self.settings.suspect_after {
            link.beats = false;
            drop(link);
            self.roll.write().disconnected(now);
        }
    }

    /// Sees to what nodes leave behind that are gone by now.
    async fn bury_gone(&self, now: Timestamp) {
        let gone = self.roll.write().gone(now);
        for node in gone {
            self.bury(node, now).await;
        }
    }

    /// A node is gone: its listeners with it, and its speakers have their grace.
    pub(super) async fn bury(&self, node: NodeId, now: Timestamp) {
        tracing::info!(%node, "a node is gone");
        self.close_questions(node);
        for followed in self.all() {
            self.rooms.lapse(&followed.id, node, now);
            let orphaned = {
                let mut state = followed.state.lock();
                state.own.share.asking.remove(&node);
                state.speaker_at == Some(node)
            };
            self.mark(&followed);
            self.changes.add(&followed.id);
            if orphaned {
                self.lose_speaker(&followed, now).await;
            }
        }
    }

    fn close_questions(&self, node: NodeId) {
        let questions = self.questions.lock().asked_of(node);
        for question in questions {
            let Some(followed) = self.followed(&question.session) else { continue };
            self.refused(question, &mut followed.state.lock().own.share.asking);
        }
    }

    /// The node of the speaker is gone. Of all nodes that see that, one takes the seat from it.
    pub(super) async fn lose_speaker(&self, followed: &Arc<Followed>, now: Timestamp) {
        let Some(session) = self.rooms.session(&followed.id) else { return };
        let Some(connection) = session.speaker.connection().cloned() else { return };
        let until = now.plus(self.settings.speaker_grace);
        let change = SessionChange::LoseSpeaker { connection: Some(connection), until };
        if self.update(&followed.id, &change, now).await.is_err() {
            // Whoever watches finds it again.
            tracing::warn!(
                "a speaker whose node is gone keeps its seat for now: the shared store does not answer"
            );
        }
        self.changes.add(&followed.id);
    }

    /// Shares that have not changed for long are said again, so that they are not taken for those of the dead. Who was
    /// admitted in doubt is in none, once the node in question is gone.
    fn republish(&self, now: Timestamp) {
        for followed in self.all() {
            let mut state = followed.state.lock();
            let at = state.own.published_at;
            let due = now < at || now.since(at) >= self.settings.republish_every;
            let due = due && state.own.matters();
            let doubts = state.own.share.asking.len();
            state.own.share.asking.retain(|node, _| !self.is_gone(*node, now));
            let cleared = state.own.share.asking.len() < doubts;
            drop(state);
            if due {
                self.publish_again(&followed);
            } else if cleared {
                self.mark(&followed);
            }
        }
    }

    /// What was asked and not answered is asked again, as long as there is somebody to answer.
    async fn ask_again(&self, now: Timestamp) {
        if !self.is_connected() {
            return;
        }
        let again = self.questions.lock().again(self.settings.beat_every, now);
        for (number, home, session, place) in again {
            if self.is_gone(home, now) {
                // It had gone when it was asked: nobody answers.
                self.close_questions(home);
            } else {
                // One that is not heard is asked again.
                drop(self.say_ask(home, number, &session, &place).await);
            }
        }
    }
}
