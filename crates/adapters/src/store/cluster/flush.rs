//! What this node counts goes to the engine: the shares of all sessions that have changed, in one round trip.

use super::ClusterStore;
use super::followed::Followed;
use crate::store::rooms::{Journal, Part};
use headcount_core::cluster::Share;
use headcount_core::{SessionId, Timestamp};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How many shares go in one round trip.
const BATCH: usize = 1_024;

impl ClusterStore {
    /// Publishes what has changed, and reads again what may have changed unheard. False if the engine took something
    /// not, which is tried again with the next call. To be called within [`super::ClusterSettings::flush_within`] of
    /// a change.
    pub async fn flush(&self, now: Timestamp) -> bool {
        let _one = self.flushing.lock().await;
        let published = !self.is_connected() || self.publish(now).await;
        self.read_stale(now).await && published
    }

    async fn publish(&self, now: Timestamp) -> bool {
        let mut shares = Vec::new();
        for room in self.dirty.take() {
            let Some(followed) = self.followed(&room.id) else { continue };
            if let Some(share) = self.share_of(&followed, now) {
                shares.push((followed, share));
            }
        }
        let mut all = true;
        for batch in shares.chunks(BATCH) {
            all &= self.publish_batch(batch, now).await;
        }
        all
    }

    async fn publish_batch(&self, batch: &[(Arc<Followed>, Arc<Share>)], now: Timestamp) -> bool {
        let shares: Vec<(SessionId, Arc<Share>)> =
            batch.iter().map(|(followed, share)| (followed.id.clone(), Arc::clone(share))).collect();
        let published = self.engine.counts.publish(&shares).await.is_ok();
        for (followed, share) in batch {
            if published {
                let own = &mut followed.state.lock().own;
                (own.published, own.published_at) = (Some(Arc::clone(share)), now);
            } else {
                self.publish_again(followed);
            }
        }
        published
    }

    /// The share of a session as it is now, if it is another than was published.
    fn share_of(&self, followed: &Followed, now: Timestamp) -> Option<Arc<Share>> {
        let mut state = followed.state.lock();
        let standing = self.rooms.standing(&followed.id, now)?;
        state.total(standing, &self.roll.read(), now);
        let own = &state.own;
        let same = own.published.as_ref().is_some_and(|known| says_the_same(known, &own.share));
        if !own.matters() || (same && !own.again) {
            return None;
        }
        state.unkept |= !same;
        let own = &mut state.own;
        own.again = false;
        own.share.sequence = self.sequence.fetch_add(1, Ordering::Relaxed) + 1;
        own.known = true;
        for (language, _) in own.share.heard.iter() {
            if !own.languages.contains(language) {
                own.languages.insert(language.clone());
            }
        }
        Some(Arc::new(own.share.clone()))
    }

    /// The share of a session is to be published, whether or not it has changed.
    pub(super) fn publish_again(&self, followed: &Followed) {
        followed.state.lock().own.again = true;
        self.mark(followed);
    }

    /// Something of this node's share has changed that its room does not know of.
    pub(super) fn mark(&self, followed: &Followed) {
        if let Some(room) = self.rooms.room_named(&followed.id) {
            self.dirty.changed(&room, Part::History);
        }
    }
}

fn says_the_same(published: &Share, now: &Share) -> bool {
    let Share { node, sequence: _, heard, reconnecting, joins, leaves, peak, taken, given, asking } =
        published;
    (node, heard, reconnecting) == (&now.node, &now.heard, &now.reconnecting)
        && (joins, leaves, peak) == (&now.joins, &now.leaves, &now.peak)
        && (taken, given, asking) == (&now.taken, &now.given, &now.asking)
}
