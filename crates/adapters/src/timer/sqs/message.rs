//! What a message of the queue says.

use headcount_core::{SessionId, Timestamp};
use serde::{Deserialize, Serialize};

/// The version of the text. A member that may be ignored is added without a new one.
const VERSION: u32 = 1;

/// A wake-up on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WakeMessage {
    /// The session to be woken.
    pub session: SessionId,
    /// When that was asked for. The message may come earlier, and may come late.
    pub at: Timestamp,
    /// How many wake-ups in a row it is, itself included: 1 for one that something else than a wake-up asked for.
    pub hop: u8,
}

/// The text is no wake-up that this version can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWake {
    /// It is something else, or spoilt.
    #[error("the message is no wake-up")]
    Malformed,
    /// It comes from a newer version of the program, perhaps one that was rolled back.
    #[error("the wake-up has version {0}, which is unknown")]
    UnknownVersion(u32),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Text<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    version: u32,
    session_id: &'a str,
    wake_at: u64,
    hop: u8,
}

/// What all versions have in common.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    version: u32,
}

const KIND: &str = "headcount.wake";

impl WakeMessage {
    /// The message as it goes into the queue.
    #[must_use]
    pub fn to_text(&self) -> String {
        let text = Text {
            kind: KIND,
            version: VERSION,
            session_id: self.session.as_str(),
            wake_at: self.at.as_millis(),
            hop: self.hop,
        };
        serde_json::to_string(&text).expect("strings and numbers become JSON")
    }

    /// Reads a message.
    ///
    /// # Errors
    /// [`InvalidWake`]: it will not become valid by being read again.
    pub fn parse(text: &str) -> Result<Self, InvalidWake> {
        let head: Head<'_> = serde_json::from_str(text).map_err(|_| InvalidWake::Malformed)?;
        match (head.kind, head.version) {
            (KIND, VERSION) => {}
            (KIND, other) => return Err(InvalidWake::UnknownVersion(other)),
            _ => return Err(InvalidWake::Malformed),
        }
        let text: Text<'_> = serde_json::from_str(text).map_err(|_| InvalidWake::Malformed)?;
        let session = SessionId::parse(text.session_id).map_err(|_| InvalidWake::Malformed)?;
        Ok(Self { session, at: Timestamp::from_millis(text.wake_at), hop: text.hop })
    }
}
