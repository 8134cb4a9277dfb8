//! What the server keeps, says, and does when it is told to stop.

use super::Group;
use crate::config::{Kind, Setting};

pub(crate) const GROUP: Group =
    Group { title: "Running", settings: &[&DRAIN_WITHIN, &LOG_FORMAT, &LOG_LEVEL] };

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
