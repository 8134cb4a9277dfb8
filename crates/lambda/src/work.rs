//! The work queue: what one invocation leaves for another, besides wake-ups, which have messages of their own.
//!
//! Messages carry names and no secrets: whoever does the work makes the tokens anew.

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use headcount_core::{ConnectionId, SessionId};
use serde::{Deserialize, Serialize};

/// The version of the messages. A message of another version is left to the dead letters: a newer function wrote it.
const VERSION: u8 = 1;

/// Something to be done later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// Go on with a sweep after this session.
    Sweep {
        /// The last session that was seen to.
        after: SessionId,
    },
    /// Tell a connection what came of what it asked for while it connected.
    Greet {
        /// The connection.
        connection: ConnectionId,
        /// What it asked for.
        wanted: Wanted,
    },
    /// Tell a speaker that took its seat again where its session stands.
    Brief {
        /// The session.
        session: SessionId,
    },
    /// Go on with the audit of a session's counters.
    Audit {
        /// The session.
        session: SessionId,
    },
    /// Tell a connection why it is refused, then close it.
    Refuse {
        /// The connection.
        connection: ConnectionId,
        /// The error, as the client reads it.
        error: String,
    },
}

/// What a connection asked for while it connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Wanted {
    /// To speak in a new session.
    Create,
    /// To listen.
    Join,
    /// To speak in a session that there was.
    Speak,
    /// To go on where an older connection was.
    Refresh,
}

/// A message that is no work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message is no work of this version")]
pub struct NoWork;

/// The queue could not take something.
#[derive(Debug, thiserror::Error)]
#[error("the queue did not take it: {0}")]
pub struct QueueError(pub String);

/// Where work is left.
#[async_trait]
pub trait WorkQueue: Send + Sync {
    /// Leaves `message` to be handed over at once.
    async fn put(&self, message: String) -> Result<(), QueueError>;
}

/// The message as it is written.
#[derive(Serialize, Deserialize)]
struct Envelope {
    v: u8,
    #[serde(flatten)]
    work: Written,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "camelCase")]
enum Written {
    Sweep { after: String },
    Greet { connection: String, wanted: Wanted },
    Brief { session: String },
    Audit { session: String },
    Refuse { connection: String, error: String },
}

impl Work {
    /// The message that says it.
    #[must_use]
    pub fn to_message(&self) -> String {
        let work = match self.clone() {
            Self::Sweep { after } => Written::Sweep { after: after.to_string() },
            Self::Greet { connection, wanted } => {
                Written::Greet { connection: connection.as_str().to_owned(), wanted }
            }
            Self::Brief { session } => Written::Brief { session: session.to_string() },
            Self::Audit { session } => Written::Audit { session: session.to_string() },
            Self::Refuse { connection, error } => {
                Written::Refuse { connection: connection.as_str().to_owned(), error }
            }
        };
        // Every member is text or a number, so writing it cannot fail.
        serde_json::to_string(&Envelope { v: VERSION, work }).unwrap_or_default()
    }

    /// Reads a message.
    ///
    /// # Errors
    /// [`NoWork`] for everything that [`Self::to_message`] of this version does not write.
    pub fn read(message: &str) -> Result<Self, NoWork> {
        let Envelope { v, work } = serde_json::from_str(message).map_err(|_| NoWork)?;
        if v != VERSION {
            return Err(NoWork);
        }
        Ok(match work {
            Written::Sweep { after } => Self::Sweep { after: session_id(&after)? },
            Written::Greet { connection, wanted } => {
                Self::Greet { connection: connection_id(&connection)?, wanted }
            }
            Written::Brief { session } => Self::Brief { session: session_id(&session)? },
            Written::Audit { session } => Self::Audit { session: session_id(&session)? },
            Written::Refuse { connection, error } => {
                Self::Refuse { connection: connection_id(&connection)?, error }
            }
        })
    }
}

fn session_id(text: &str) -> Result<SessionId, NoWork> {
    SessionId::parse(text).map_err(|_| NoWork)
}

fn connection_id(text: &str) -> Result<ConnectionId, NoWork> {
    ConnectionId::parse(text).map_err(|_| NoWork)
}
