//! A later version of a session takes the place of the one that is here.

use super::followed::Followed;
use super::{ClusterStore, Versioned};
use headcount_core::ports::{CloseReason, Departure};
use headcount_core::{ConnectionId, Timestamp};

/// What follows for the speaker that this node has put into the seat.
#[derive(Default)]
struct Consequence {
    /// Another connection has its place: it is closed.
    superseded: Option<ConnectionId>,
}

impl ClusterStore {
    /// Takes over `next` if it is later than what is here. Whether it is.
    pub(super) async fn adopt(&self, followed: &Followed, next: Versioned, now: Timestamp) -> bool {
        let Some(consequence) = self.put(followed, next, now) else { return false };
        if let Some(old) = consequence.superseded {
            self.around.audience.close(&old, CloseReason::Superseded).await;
            self.rooms.leave(&old, Departure::Final, now);
        }
        true
    }

    fn put(&self, followed: &Followed, next: Versioned, now: Timestamp) -> Option<Consequence> {
        let mut state = followed.state.lock();
        if next.version <= state.version || !followed.is_live() {
            return None;
        }
        let mut consequence = Consequence::default();
        let speaker = next.session.speaker.connection();
        if let Some((seated, _)) = &state.seated
            && speaker != Some(seated)
        {
            match speaker {
                Some(_) => consequence.superseded = state.seated.take().map(|(seated, _)| seated),
                // It was taken for dead: it takes its seat again if it is not.
                None if self.rooms.is_speaker(&followed.id, seated) => state.due = true,
                None => state.seated = None,
            }
        }
        state.version = next.version;
        state.speaker_at = next.speaker_at;
        self.rooms.replace_session(next.session, now);
        if state.due {
            self.some_are_stale();
        }
        Some(consequence)
    }
}
