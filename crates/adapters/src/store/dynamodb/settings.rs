//! Which tables, who writes them, and how their audiences are counted.

use super::counters::Counters;

/// The names of the three tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    /// Sessions: key `sessionId`; where we write it, with the index `activeShard-sessionId-index`.
    pub sessions: String,
    /// Connections: key `connectionId`, with the index `sessionId-targetLanguage-index`.
    pub connections: String,
    /// What speakers were told and what audiences did: keys `pk` and `sk`. Always ours.
    pub status: String,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            sessions: "Sessions".to_owned(),
            connections: "Connections".to_owned(),
            status: "SessionStatus".to_owned(),
        }
    }
}

/// Who writes sessions and connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writers {
    /// This store does, and nobody else: every count is kept beside the rows it counts, in the same transaction.
    Ours,
    /// Somebody else does. Listeners are counted by the index, and nothing is ever written there but that a speaker
    /// who is gone is not the speaker any more.
    Others {
        /// Whether active sessions may be found by scanning the whole table. Without that, those are listed whose
        /// audience has been counted.
        scan: bool,
    },
}

/// How the store works.
#[derive(Clone, Debug)]
pub struct DynamoSettings {
    /// The tables.
    pub tables: Tables,
    /// Who writes them.
    pub writers: Writers,
    /// How listeners are counted where others write: by these, or by the index. Where we write it says nothing.
    pub counters: Option<Counters>,
}

impl Default for DynamoSettings {
    fn default() -> Self {
        Self { tables: Tables::default(), writers: Writers::Ours, counters: None }
    }
}
