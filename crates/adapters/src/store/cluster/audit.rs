//! The self-audit: what is counted is counted anew, and what the engine has is compared with what it was given.

use super::ClusterStore;
use super::followed::Followed;
use headcount_core::{Drift, Measurement, SessionId, Timestamp};
use std::sync::Arc;

/// How many sessions are audited in one go. With one go each ten seconds, 1,000 sessions take two and a half minutes.
const IN_ONE_GO: usize = 64;

impl ClusterStore {
    /// Audits some sessions, those that have waited longest, and forgets those that nobody needs. What has drifted is
    /// mended, counted and logged; that is a bug of ours, or somebody has written to the engine. To be called each
    /// [`super::ClusterSettings::audit_every`].
    pub async fn audit(&self, now: Timestamp) {
        for followed in self.next_to_audit() {
            self.recount(&followed, now);
            if self.is_connected() {
                self.compare(&followed, now).await;
            }
        }
        self.forget_idle(now).await;
    }

    /// The next ones after those of the last time, in the order of their names, from the beginning again after the last.
    fn next_to_audit(&self) -> Vec<Arc<Followed>> {
        let mut all = self.all();
        all.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        let mut audited = self.audited.lock();
        let after = |id: &SessionId| audited.as_ref().is_none_or(|last| id > last);
        let from = all.partition_point(|followed| !after(&followed.id));
        let next: Vec<_> = all.iter().skip(from).take(IN_ONE_GO).cloned().collect();
        *audited = next.last().filter(|_| next.len() == IN_ONE_GO).map(|last| last.id.clone());
        next
    }

    /// The places of the sockets against the aggregates.
    fn recount(&self, followed: &Followed, now: Timestamp) {
        let off = self.rooms.recount(&followed.id, now);
        if off > 0 {
            self.drifted(Drift::Count, off);
            self.changes.add(&followed.id);
        }
    }

    /// What the engine has against what it was given, and what others have said against what was heard.
    async fn compare(&self, followed: &Arc<Followed>, now: Timestamp) {
        // Nothing is under way then.
        let _one = self.flushing.lock().await;
        let Ok(Some(known)) = self.engine.sessions.known(&followed.id).await else {
            // It has ended, or is lost, or the engine is: whoever reads it again finds out.
            followed.state.lock().due = true;
            self.some_are_stale();
            return;
        };
        let (mine, others): (Vec<_>, Vec<_>) =
            known.shares.into_iter().partition(|share| share.node == self.node);
        let lost = {
            let state = followed.state.lock();
            let published = state.own.published.as_ref().filter(|_| !state.own.again);
            published.is_some_and(|published| mine.first() != Some(&**published))
        };
        if lost {
            self.drifted(Drift::Published, 1);
            self.publish_again(followed);
        }
        let mut missed = false;
        {
            let mut state = followed.state.lock();
            for share in others {
                missed |= state.crowd.take(share);
            }
        }
        if missed {
            self.settle_all(followed, now);
            self.drifted(Drift::Heard, 1);
            self.changes.add(&followed.id);
        }
    }

    /// Something was not as it must be, and was mended.
    fn drifted(&self, drift: Drift, by: u64) {
        self.around.metrics.record(&Measurement::Drifted { drift });
        match drift {
            Drift::Count => {
                tracing::error!(listeners = by, "counts had drifted from their places: counted anew");
            }
            Drift::Published => {
                tracing::error!("the shared store had another share than was published: published again");
            }
            Drift::Heard => tracing::warn!("a share of another node was not heard of: read"),
        }
    }

    /// Follows no more what nobody has needed for long, and where this node never counted anybody.
    async fn forget_idle(&self, now: Timestamp) {
        for followed in self.all() {
            let idle = {
                let state = followed.state.lock();
                let unused = now.since(state.used_at) >= self.settings.idle_after;
                unused && !state.own.matters() && state.speaker_at != Some(self.node)
            };
            if idle && self.rooms.is_empty(&followed.id, now) {
                self.unfollow(&followed).await;
            }
        }
    }
}
