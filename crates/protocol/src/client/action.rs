//! The names of what clients can ask for: the one table of them.

use crate::names::named_enum;

named_enum! {
    /// What a client asks for.
    pub(crate) enum Action {
        CreateSession = "createSession",
        JoinSession = "joinSession",
        GetSessionStatus = "getSessionStatus",
        GetSessionHistory = "getSessionHistory",
        PauseBroadcast = "pauseBroadcast",
        ResumeBroadcast = "resumeBroadcast",
        MuteBroadcast = "muteBroadcast",
        UnmuteBroadcast = "unmuteBroadcast",
        SetVolume = "setVolume",
        SpeakerStateChange = "speakerStateChange",
        ChangeLanguage = "changeLanguage",
        SwitchLanguage = "switchLanguage",
        PausePlayback = "pausePlayback",
        RefreshConnection = "refreshConnection",
        EndSession = "endSession",
        Heartbeat = "heartbeat",
        AudioChunk = "audioChunk",
        SendAudio = "sendAudio",
    }
}
