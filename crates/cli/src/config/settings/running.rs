//! What the server keeps, says, and does when it is told to stop.

use super::Group;
use crate::config::{Kind, Setting};

pub(crate) const GROUP: Group = Group {
    title: "Running",
    settings: &[&DATA_DIR, &IN_MEMORY, &REPORT_RETENTION, &DRAIN_WITHIN, &LOG_FORMAT, &LOG_LEVEL],
};

pub(crate) const DATA_DIR: Setting = Setting::with_default(
    "data-dir",
    Kind::Path("DIR"),
    "headcount-data",
    "Where sessions and reports are kept, so that they survive a restart; made if it is not there, used by one \
     server at a time",
);
pub(crate) const IN_MEMORY: Setting = Setting::with_default(
    "in-memory",
    Kind::Switch,
    "false",
    "Keep nothing on disk, whatever the data directory: live sessions end with the server, and no reports are left",
);
pub(crate) const REPORT_RETENTION: Setting = Setting::with_default(
    "report-retention",
    Kind::Duration,
    "30d",
    "How long reports of ended sessions are kept",
);
pub(crate) const DRAIN_WITHIN: Setting = Setting::with_default(
    "drain-within",
    Kind::Duration,
    "10s",
    "How long a server that was told to stop waits for its clients to go; a second signal ends it at once",
);
pub(crate) const LOG_FORMAT: Setting = Setting::with_default(
    "log-format",
    Kind::Text("FORMAT"),
    "pretty",
    "How the log on standard error looks: pretty for people, json for machines",
);
pub(crate) const LOG_LEVEL: Setting = Setting::with_default(
    "log-level",
    Kind::Text("LEVEL"),
    "info",
    "What is logged: error, warn, info, debug or trace, or by part as in info,headcount_server=debug",
);
