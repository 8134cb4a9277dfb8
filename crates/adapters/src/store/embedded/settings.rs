//! What can be set about the embedded store.

use std::time::Duration;

/// How the embedded store behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddedSettings {
    /// How long after opening the counts of the sessions found there may be short, because their listeners are
    /// on their way back. 15 s by default.
    pub recovery: Duration,
    /// How long the report of an ended session is kept. 30 days by default.
    pub keep_reports: Duration,
    /// How long a change may wait for others to be written with it, where nobody waits for it. 50 ms by default.
    pub flush_within: Duration,
    /// How long closing may take; what is not on disk by then is lost. 5 s by default.
    pub close_within: Duration,
    /// How many bytes the database may have, in whole pages of 4 KiB. Beyond it no session is created. As many as
    /// the disk has by default.
    pub max_bytes: Option<u64>,
}

impl Default for EmbeddedSettings {
    fn default() -> Self {
        Self {
            recovery: Duration::from_secs(15),
            keep_reports: Duration::from_secs(30 * 24 * 60 * 60),
            flush_within: Duration::from_millis(50),
            close_within: Duration::from_secs(5),
            max_bytes: None,
        }
    }
}
