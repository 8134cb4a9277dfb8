//! What listeners are told when the speaker or the service does something.

use crate::{BroadcastState, EndReason, Volume};

/// A message to every listener of a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// The speaker paused the broadcast.
    BroadcastPaused,
    /// The speaker resumed it.
    BroadcastResumed,
    /// The speaker muted the microphone.
    BroadcastMuted,
    /// The speaker unmuted it.
    BroadcastUnmuted,
    /// The speaker set the volume.
    VolumeChanged(Volume),
    /// The speaker changed several of these at once.
    SpeakerStateChanged(BroadcastState),
    /// The session is over; the connections close after it.
    SessionEnded(EndReason),
}
