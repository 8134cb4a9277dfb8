//! What may be set about a node of a cluster.

use std::time::Duration;

/// The times by which a node lives. All nodes of a cluster should have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterSettings {
    /// How long a node counts after it was last heard of. 15 s by default.
    pub lease: Duration,
    /// How often it says that it is alive. 1 s by default.
    pub beat_every: Duration,
    /// After how long a silence its counts are not called exact any more. 3 s by default.
    pub suspect_after: Duration,
    /// How long a change of the counts waits for others to go with. 25 ms by default; a language that this node had
    /// nobody in before waits for nothing.
    pub flush_within: Duration,
    /// How often a share is published that has not changed. 5 s by default.
    pub republish_every: Duration,
    /// How long a listener that comes back to another node than it left waits for the answer of that. 300 ms by
    /// default.
    pub answer_within: Duration,
    /// How long a place that was handed over counts here if the node that asked for it never says to have it. Twice the
    /// lease by default: by then that node has heard the answer, or is gone.
    pub handed_for: Duration,
    /// How long a session waits for a speaker whose node died. As [`headcount_core::service::ServiceSettings`] has it:
    /// 30 s by default.
    pub speaker_grace: Duration,
    /// How long the listeners of a node that stops have to come back to another. 5 s by default.
    pub reconnect_grace: Duration,
    /// How often what happened is kept in the engine. 5 s by default.
    pub keep_every: Duration,
    /// How often a part of the sessions is recounted and compared with the engine. 10 s by default.
    pub audit_every: Duration,
    /// How often it is looked for sessions that nobody looks after, give or take a quarter. 30 s by default.
    pub watch_every: Duration,
    /// After how long a session is forgotten that this node had nobody in. 60 s by default.
    pub idle_after: Duration,
}

impl Default for ClusterSettings {
    fn default() -> Self {
        let secs = Duration::from_secs;
        Self {
            lease: secs(15),
            beat_every: secs(1),
            suspect_after: secs(3),
            flush_within: Duration::from_millis(25),
            republish_every: secs(5),
            answer_within: Duration::from_millis(300),
            handed_for: secs(30),
            speaker_grace: secs(30),
            reconnect_grace: secs(5),
            keep_every: secs(5),
            audit_every: secs(10),
            watch_every: secs(30),
            idle_after: secs(60),
        }
    }
}
