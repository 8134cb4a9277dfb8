//! How much of anything there may be.

use super::Group;
use crate::config::{Kind, Setting};

pub(crate) const GROUP: Group = Group {
    title: "Limits",
    settings: &[
        &MAX_LISTENERS,
        &MAX_CONNECTIONS,
        &MAX_CONNECTIONS_PER_ADDRESS,
        &CONNECTIONS_PER_MINUTE,
        &CONNECTIONS_BURST,
        &SESSIONS_PER_HOUR,
        &STATUS_QUERIES_PER_SECOND,
        &CONTROL_MESSAGES_PER_SECOND,
        &MAX_CONTROL_MESSAGE,
        &QUEUE_MESSAGES,
        &QUEUE_BYTES,
        &MAX_STORE_SIZE,
    ],
};

pub(crate) const MAX_LISTENERS: Setting = Setting::with_default(
    "max-listeners",
    Kind::Number("COUNT"),
    "10000",
    "How many listeners one session may have",
);
pub(crate) const MAX_CONNECTIONS: Setting = Setting::with_default(
    "max-connections",
    Kind::Number("COUNT"),
    "100000",
    "How many connections there may be at a time; 0 is no limit. Unless given, fewer where the \
     limit of open files is lower",
);
pub(crate) const MAX_CONNECTIONS_PER_ADDRESS: Setting = Setting::with_default(
    "max-connections-per-address",
    Kind::Number("COUNT"),
    "20000",
    "How many of them one address (of IPv6, one /64) may have; 0 is no limit",
);
pub(crate) const CONNECTIONS_PER_MINUTE: Setting = Setting::with_default(
    "connections-per-minute",
    Kind::Number("COUNT"),
    "600",
    "How many new connections a minute one address may open, resumed ones apart: a hall of people is one address. \
     0 is no limit",
);
pub(crate) const CONNECTIONS_BURST: Setting = Setting::with_default(
    "connections-burst",
    Kind::Number("COUNT"),
    "1000",
    "How many of them may come at once",
);
pub(crate) const SESSIONS_PER_HOUR: Setting = Setting::with_default(
    "sessions-per-hour",
    Kind::Number("COUNT"),
    "50",
    "How many sessions an hour one user may create, or one address where users have no names; 0 is no limit",
);
pub(crate) const STATUS_QUERIES_PER_SECOND: Setting = Setting::with_default(
    "status-queries-per-second",
    Kind::Number("COUNT"),
    "2",
    "How often a second one speaker may ask for the status; 0 is no limit",
);
pub(crate) const CONTROL_MESSAGES_PER_SECOND: Setting = Setting::with_default(
    "control-messages-per-second",
    Kind::Number("COUNT"),
    "10",
    "How many messages a second one connection may send; 0 is no limit",
);
pub(crate) const MAX_CONTROL_MESSAGE: Setting =
    Setting::with_default("max-control-message", Kind::Size, "4KiB", "How long a client's message may be");
pub(crate) const QUEUE_MESSAGES: Setting = Setting::with_default(
    "queue-messages",
    Kind::Number("COUNT"),
    "64",
    "How many messages may wait for a slow client before it is disconnected",
);
pub(crate) const QUEUE_BYTES: Setting = Setting::with_default(
    "queue-bytes",
    Kind::Size,
    "256KiB",
    "How much may wait for a slow client before it is disconnected",
);
pub(crate) const MAX_STORE_SIZE: Setting = Setting::new(
    "max-store-size",
    Kind::Size,
    "How large the database may grow, reports of ended sessions included; beyond it no session is created and live ones \
     go on. As large as the disk allows unless given",
);
