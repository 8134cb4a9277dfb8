//! The speaker steers the broadcast, and the listeners are told.

use super::StatusService;
use crate::ports::StoreError;
use crate::{BroadcastChange, BroadcastState, Event, Notice, Session, SessionChange, SessionId, Volume};
use std::sync::Arc;
use std::time::Duration;

/// What the speaker does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Steering {
    /// Pauses the broadcast.
    Pause,
    /// Resumes it.
    Resume,
    /// Mutes the microphone.
    Mute,
    /// Unmutes it.
    Unmute,
    /// Sets the volume.
    Volume(Volume),
    /// Several of these at once.
    State(BroadcastChange),
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Steered {
    /// The session as it is now.
    pub session: Arc<Session>,
    /// How many listeners were told.
    pub listeners_notified: u64,
    /// How long the broadcast had been paused, if this resumed it.
    pub paused_for: Option<Duration>,
}

impl Steering {
    fn change(self) -> BroadcastChange {
        let none = BroadcastChange::default();
        match self {
            Self::Pause => BroadcastChange { is_paused: Some(true), ..none },
            Self::Resume => BroadcastChange { is_paused: Some(false), ..none },
            Self::Mute => BroadcastChange { is_muted: Some(true), ..none },
            Self::Unmute => BroadcastChange { is_muted: Some(false), ..none },
            Self::Volume(volume) => BroadcastChange { volume: Some(volume), ..none },
            Self::State(change) => change,
        }
    }

    fn notice(self, state: BroadcastState) -> Notice {
        match self {
            Self::Pause => Notice::BroadcastPaused,
            Self::Resume => Notice::BroadcastResumed,
            Self::Mute => Notice::BroadcastMuted,
            Self::Unmute => Notice::BroadcastUnmuted,
            Self::Volume(volume) => Notice::VolumeChanged(volume),
            Self::State(_) => Notice::SpeakerStateChanged(state),
        }
    }
}

impl StatusService {
    /// Does what the speaker wants, for somebody who may; `None` without such a session. Doing it again changes
    /// nothing, and the listeners are told again.
    ///
    /// # Errors
    /// What the store could not do; nobody was told then.
    pub async fn steer(&self, id: &SessionId, steering: Steering) -> Result<Option<Steered>, StoreError> {
        if self.session(id).await?.is_none() {
            return Ok(None);
        }
        // What is done last is told last, whoever does it: the speaker here and an operator there.
        let _turn = self.turns.take(id).await;
        let now = self.now();
        let change = SessionChange::Broadcast(steering.change());
        let Some(updated) = self.ports.sessions.update(id, &change, now).await? else { return Ok(None) };
        if updated.before.broadcast != updated.after.broadcast {
            self.observe(&Event::Steered(Arc::clone(&updated.after)));
        }
        let notice = steering.notice(updated.after.broadcast);
        let listeners_notified = self.ports.audience.tell(id, &notice, now).await;
        let resumed = !updated.after.broadcast.is_paused;
        let paused_for = updated.before.paused_since.filter(|_| resumed).map(|since| now.since(since));
        Ok(Some(Steered { session: updated.after, listeners_notified, paused_for }))
    }
}
