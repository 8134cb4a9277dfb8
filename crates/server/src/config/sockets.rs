//! How WebSocket connections are kept.

use std::time::Duration;

/// The times and sizes of a WebSocket connection. Sizes are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketSettings {
    /// How often the server pings.
    pub ping_every: Duration,
    /// How long after its last sign of life a connection is given up.
    pub silent_after: Duration,
    /// How long a client may take from TCP's accept to the end of its HTTP request, TLS included.
    pub handshake_within: Duration,
    /// How long a connection may be without a role before it is closed.
    pub role_within: Duration,
    /// How long a connection lasts; near the end clients are asked to refresh. Zero is for ever.
    pub max_connection_age: Duration,
    /// The longest control message; a longer one is answered with `MESSAGE_TOO_LARGE`.
    pub max_control_message: usize,
    /// The longest message of audio, which is dropped and counted; a longer one is answered with `MESSAGE_TOO_LARGE`.
    pub max_audio_message: usize,
    /// The longest frame and the longest message of any kind; a longer one closes the connection (1009) unread.
    pub max_frame: usize,
    /// How many messages may wait for a client. One more, and the connection is closed as too slow (4408).
    pub queue_messages: usize,
    /// How many bytes may wait for a client. Beyond them the connection is closed as too slow (4408).
    pub queue_bytes: usize,
}

impl Default for SocketSettings {
    fn default() -> Self {
        Self {
            ping_every: Duration::from_secs(10),
            silent_after: Duration::from_secs(15),
            handshake_within: Duration::from_secs(5),
            role_within: Duration::from_secs(30),
            max_connection_age: Duration::from_secs(2 * 60 * 60),
            max_control_message: 4 * 1_024,
            max_audio_message: 64 * 1_024,
            max_frame: 128 * 1_024,
            queue_messages: 64,
            queue_bytes: 256 * 1_024,
        }
    }
}
