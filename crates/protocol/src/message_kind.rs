//! The names of what the server sends: the one table of them.

use crate::names::named_enum;

named_enum! {
    /// The `type` of a server message.
    pub enum MessageKind {
        /// The sender has become the speaker of a new session.
        SessionCreated = "sessionCreated",
        /// The sender has become a listener.
        SessionJoined = "sessionJoined",
        /// Who is listening, for the speaker.
        SessionStatus = "sessionStatus",
        /// How the session went, for the speaker.
        SessionHistory = "sessionHistory",
        /// The broadcast was paused.
        BroadcastPaused = "broadcastPaused",
        /// The broadcast was resumed.
        BroadcastResumed = "broadcastResumed",
        /// The microphone was muted.
        BroadcastMuted = "broadcastMuted",
        /// The microphone was unmuted.
        BroadcastUnmuted = "broadcastUnmuted",
        /// The volume was set.
        VolumeChanged = "volumeChanged",
        /// One or more of paused, muted and volume were set at once.
        SpeakerStateChanged = "speakerStateChanged",
        /// Nobody has heard a language for a while.
        LanguageIdle = "languageIdle",
        /// Somebody hears it again.
        LanguageActive = "languageActive",
        /// One language lost many listeners at once.
        LanguageDrop = "languageDrop",
        /// The whole audience lost many listeners at once.
        AudienceDrop = "audienceDrop",
        /// Somebody asked for a language that is not served.
        UnservedLanguage = "unservedLanguage",
        /// The listener has moved to another language.
        LanguageChanged = "languageChanged",
        /// The listener's own pause was noted.
        PlaybackPaused = "playbackPaused",
        /// The connection has taken over from an older one.
        ConnectionRefreshComplete = "connectionRefreshComplete",
        /// The session is over.
        SessionEnded = "sessionEnded",
        /// The heartbeat was heard.
        HeartbeatAck = "heartbeatAck",
        /// The connection is near its maximum age and should be replaced.
        ConnectionRefreshRequired = "connectionRefreshRequired",
        /// The connection will reach its maximum age in some minutes.
        ConnectionWarning = "connectionWarning",
        /// A refusal.
        Error = "error",
    }
}
