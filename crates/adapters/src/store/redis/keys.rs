//! The names of keys and channels.
//!
//! What belongs to one session has its name in braces, so that a Redis Cluster keeps all of it in one place and a script
//! can change it in one step.

use super::address::OpenError;
use headcount_core::cluster::NodeId;
use headcount_core::{SessionId, Timestamp};

/// Names that begin with the same prefix.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    prefix: String,
}

impl Keys {
    /// Into how many parts the memory of a Redis Cluster is looked at, each of which knows if it was emptied. More than
    /// a cluster has servers, mostly, and so many that hardly one of those has none of them.
    pub(super) const PARTS: usize = 64;

    pub(super) fn new(prefix: &str) -> Result<Self, OpenError> {
        let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '{' | '}' | '*' | '?' | '[' | ']');
        if prefix.is_empty() || prefix.len() > 64 || !prefix.chars().all(fits) {
            return Err(OpenError::Address("the prefix has 1 to 64 letters, digits, and - _ . :"));
        }
        Ok(Self { prefix: prefix.to_owned() })
    }

    /// A session and its ledger.
    pub(super) fn session(&self, id: &SessionId) -> String {
        self.of(id, "session")
    }

    /// What each node has said of the listeners of a session.
    pub(super) fn shares(&self, id: &SessionId) -> String {
        self.of(id, "shares")
    }

    /// How the last session of that name ended.
    pub(super) fn account(&self, id: &SessionId) -> String {
        self.of(id, "account")
    }

    /// What each node has to say of a session, without steps.
    pub(super) fn chapters(&self, id: &SessionId, born: Timestamp) -> String {
        self.of(id, &format!("chapters:{}", born.as_millis()))
    }

    /// The steps that one node has written.
    pub(super) fn steps(&self, id: &SessionId, born: Timestamp, node: NodeId) -> String {
        self.of(id, &format!("steps:{}:{node}", born.as_millis()))
    }

    /// The channel of a session.
    pub(super) fn channel(&self, id: &SessionId) -> String {
        self.of(id, "bus")
    }

    /// The session whose channel has that name.
    pub(super) fn session_of(&self, channel: &str) -> Option<SessionId> {
        let rest = channel.strip_prefix(&self.prefix)?.strip_prefix(":{")?;
        SessionId::parse(rest.strip_suffix("}:bus")?).ok()
    }

    /// The names of all live sessions.
    pub(super) fn live(&self) -> String {
        format!("{}:live", self.prefix)
    }

    /// The nodes, by the end of their leases.
    pub(super) fn nodes(&self) -> String {
        format!("{}:{{nodes}}:alive", self.prefix)
    }

    /// A random name of the memory that the nodes are in.
    pub(super) fn epoch(&self) -> String {
        format!("{}:{{nodes}}:epoch", self.prefix)
    }

    /// A random name of one part of the memory of a Redis Cluster.
    pub(super) fn part(&self, number: usize) -> String {
        format!("{}:{{part-{number}}}:epoch", self.prefix)
    }

    /// Where every node says that it is alive.
    pub(super) fn beats(&self) -> String {
        format!("{}:beats", self.prefix)
    }

    /// What is said to one node.
    pub(super) fn node(&self, node: NodeId) -> String {
        format!("{}:node:{node}", self.prefix)
    }

    /// The number of the session that ended last.
    pub(super) fn last_ended(&self) -> String {
        format!("{}:{{ended}}:last", self.prefix)
    }

    /// The sessions that have ended, by number.
    pub(super) fn ended(&self) -> String {
        format!("{}:{{ended}}:list", self.prefix)
    }

    /// The key that signs capabilities.
    pub(super) fn secret(&self) -> String {
        format!("{}:signing-key", self.prefix)
    }

    fn of(&self, id: &SessionId, what: &str) -> String {
        format!("{}:{{{id}}}:{what}", self.prefix)
    }
}
