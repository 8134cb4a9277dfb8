//! What is counted here and what the others say, as one audience.

use super::followed::{Followed, State};
use super::{Address, ClusterStore, Message};
use crate::store::rooms::Standing;
use headcount_core::cluster::{Roll, Total};
use headcount_core::ports::Counted;
use headcount_core::{AudienceHistory, LanguageDistribution, Notice, Quality, SessionId, Timestamp};
use std::sync::Arc;

impl ClusterStore {
    /// The audience of all nodes, where this one has counted `own`.
    pub(super) fn of_all(&self, followed: &Followed, own: Counted, now: Timestamp) -> Counted {
        let mut state = followed.state.lock();
        state.used_at = now;
        state.count(own, &self.roll.read(), now)
    }

    /// As [`Self::of_all`], for a session whose name is known only.
    pub(super) fn of_all_in(&self, id: &SessionId, own: Counted, now: Timestamp) -> Counted {
        match self.followed(id) {
            Some(followed) => self.of_all(&followed, own, now),
            None => own,
        }
    }

    /// Tells the listeners that other nodes have in a session. How many are connected there, as far as is known; nobody,
    /// if the engine does not pass it on.
    pub async fn tell_others(&self, session: &SessionId, notice: &Notice, now: Timestamp) -> u64 {
        let others = self.connected_elsewhere(session, now);
        let (id, from) = (session.clone(), self.node);
        let message = Message::Tell { session: id.clone(), from, notice: notice.clone(), now };
        let said = self.engine.bus.say(Address::Session(id), &message).await;
        if said.is_ok() { others } else { 0 }
    }

    /// How many listeners other nodes have in a session, those in their grace excepted: whoever is connected.
    fn connected_elsewhere(&self, id: &SessionId, now: Timestamp) -> u64 {
        let Some(followed) = self.followed(id) else { return 0 };
        let Some(own) = self.rooms.standing(id, now) else { return 0 };
        let mut state = followed.state.lock();
        let (here, waiting) = (own.distribution.listener_count(), own.reconnecting);
        let total = state.total(own, &self.roll.read(), now);
        let elsewhere = total.distribution.listener_count().saturating_sub(here);
        elsewhere.saturating_sub(total.reconnecting.saturating_sub(waiting))
    }
}

impl ClusterStore {
    /// How many listeners a session has that are not counted here.
    pub(super) fn counted_elsewhere(&self, followed: &Followed, now: Timestamp) -> u64 {
        let mut state = followed.state.lock();
        if state.crowd.is_empty() {
            return 0;
        }
        let Some(own) = self.rooms.standing(&followed.id, now) else { return 0 };
        let here = own.distribution.listener_count();
        let total = state.total(own, &self.roll.read(), now);
        total.distribution.listener_count().saturating_sub(here)
    }
}

impl State {
    /// The audience of all nodes.
    fn count(&mut self, own: Counted, roll: &Roll, now: Timestamp) -> Counted {
        if self.is_alone() {
            return self.count_alone(own, roll, now);
        }
        let history = Arc::clone(&own.history);
        let standing =
            Standing { distribution: own.distribution, history: own.history, reconnecting: own.reconnecting };
        let total = self.total(standing, roll, now);
        let history = self.happened(&total, history, now);
        Counted {
            distribution: Arc::new(total.distribution),
            history,
            quality: total.quality,
            reconnecting: total.reconnecting,
            next_grace_end: own.next_grace_end,
            graces_ended: own.graces_ended,
        }
    }

    /// Whether no other node has ever had to do with the audience, so that what is counted here is all there is.
    fn is_alone(&self) -> bool {
        let share = &self.own.share;
        let moves = [&share.taken, &share.given, &share.asking];
        self.crowd.is_empty() && self.whole.is_none() && moves.iter().all(|moves| moves.is_empty())
    }

    /// As [`Self::count`], where this node is alone: then nothing is copied.
    fn count_alone(&mut self, own: Counted, roll: &Roll, now: Timestamp) -> Counted {
        let quality = self.crowd.quality(roll, !self.stale, now);
        self.reached(own.distribution.listener_count(), &quality, now);
        Counted { quality, ..own }
    }

    /// Remembers the highest count that was exact.
    fn reached(&mut self, count: u64, quality: &Quality, now: Timestamp) {
        if quality.is_exact() && count > self.own.share.peak.0 {
            self.own.share.peak = (count, now);
        }
    }

    /// The sum over all nodes, where this one has `own`; which is this one's share from now on.
    pub(super) fn total(&mut self, own: Standing, roll: &Roll, now: Timestamp) -> Total {
        let share = &mut self.own.share;
        share.heard = LanguageDistribution::clone(&own.distribution);
        share.reconnecting = own.reconnecting;
        (share.joins, share.leaves) = (own.history.joins, own.history.leaves);
        let total = self.crowd.total(&self.own.share, roll, !self.stale, now);
        self.reached(total.distribution.listener_count(), &total.quality, now);
        total
    }

    /// What happened so far to the audience of all nodes: what happened to this one's, while there is no other.
    fn happened(&mut self, total: &Total, own: Arc<AudienceHistory>, now: Timestamp) -> Arc<AudienceHistory> {
        if self.crowd.is_empty() && self.whole.is_none() {
            return own;
        }
        let whole = self.whole.get_or_insert_with(|| Arc::clone(&own));
        let history = Arc::make_mut(whole);
        (history.joins, history.leaves) = (total.joins, total.leaves);
        let count = total.distribution.listener_count();
        for (peak, at) in [total.peak, self.own.share.peak] {
            if peak > history.peak {
                (history.peak, history.peak_at) = (peak, at);
            }
        }
        for (language, _) in total.distribution.iter().filter(|(language, _)| language.is_language()) {
            let room = history.languages_seen.len() < LanguageDistribution::MAX_LANGUAGES;
            if room && !history.languages_seen.contains(language) {
                history.languages_seen.insert(language.clone());
            }
        }
        history.trend.observe(count, now);
        Arc::clone(whole)
    }
}
