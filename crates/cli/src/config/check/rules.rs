//! The numbers: when the speaker is told, how long things last, how much of anything there may be.

use super::{DAY, HOUR, MINUTE, SECOND};
use crate::config::reader::Reader;
use crate::config::settings::limits::*;
use crate::config::settings::network::*;
use crate::config::settings::updates::*;
use headcount_core::service::ServiceSettings;
use headcount_core::{SignalRules, UpdatePolicy};
use headcount_server::SocketSettings;
use headcount_server::access::Quotas;
use std::time::Duration;

/// More of anything than one process can have.
const MANY: u32 = 10_000_000;

pub(super) fn service(reader: &mut Reader) -> ServiceSettings {
    ServiceSettings {
        policy: policy(reader),
        signals: signals(reader),
        session_lifetime: reader.duration(&SESSION_LIFETIME, MINUTE..=365 * DAY),
        reconnect_grace: reader.duration(&RECONNECT_GRACE, Duration::ZERO..=10 * MINUTE),
        speaker_grace: reader.duration(&SPEAKER_GRACE, Duration::ZERO..=DAY),
        max_listeners: reader.number(&MAX_LISTENERS, 1..=u64::from(MANY)),
    }
}

fn policy(reader: &mut Reader) -> UpdatePolicy {
    let policy = UpdatePolicy {
        period: reader.duration(&PERIOD, SECOND..=HOUR),
        threshold_percent: reader.number(&THRESHOLD_PERCENT, 0..=10_000),
        min_gap: reader.duration(&MIN_GAP, Duration::ZERO..=HOUR),
        // A status counts 1,024 languages apart.
        shown_languages: reader.number(&SHOWN_LANGUAGES, 1..=1_024),
        ..UpdatePolicy::default()
    };
    if policy.min_gap > policy.period && reader.problems.is_empty() {
        reader.problem(&MIN_GAP, "it must not be longer than --period");
    }
    policy
}

fn signals(reader: &mut Reader) -> SignalRules {
    let idle_after = reader.duration(&SIGNAL_IDLE_AFTER, Duration::ZERO..=DAY);
    let drop_percent = reader.number(&SIGNAL_DROP_PERCENT, 0..=100);
    SignalRules {
        idle_after: (!idle_after.is_zero()).then_some(idle_after),
        drop_percent: (drop_percent > 0).then_some(drop_percent),
        unserved: reader.choice(&SIGNAL_UNSERVED, &[("on", true), ("off", false)]).unwrap_or_default(),
    }
}

pub(super) fn quotas(reader: &mut Reader, room: Option<u32>) -> Quotas {
    Quotas {
        status_queries_per_second: reader.number(&STATUS_QUERIES_PER_SECOND, 0..=MANY),
        control_messages_per_second: reader.number(&CONTROL_MESSAGES_PER_SECOND, 0..=MANY),
        sessions_per_hour: reader.number(&SESSIONS_PER_HOUR, 0..=MANY),
        connections_per_minute: reader.number(&CONNECTIONS_PER_MINUTE, 0..=MANY),
        // The limiter's arithmetic is exact up to a million.
        connection_burst: reader.number(&CONNECTIONS_BURST, 1..=1_000_000),
        max_connections: max_connections(reader, room),
        max_connections_per_address: reader.number(&MAX_CONNECTIONS_PER_ADDRESS, 0..=MANY),
    }
}

/// The default gives way to what the system has room for, so that one client too many is refused and not left waiting.
/// Whoever asked for more than that is warned.
fn max_connections(reader: &mut Reader, room: Option<u32>) -> u32 {
    let wanted = reader.number(&MAX_CONNECTIONS, 0..=MANY);
    let Some(room) = room.filter(|room| wanted == 0 || *room < wanted) else { return wanted };
    if !reader.is_given(&MAX_CONNECTIONS) {
        // 0 would be no limit.
        return room.max(1);
    }
    let text = format!(
        "the limit of open files leaves room for {room} connections; raise it (LimitNOFILE=, ulimit -n) or allow fewer"
    );
    reader.warn(&MAX_CONNECTIONS, text);
    wanted
}

pub(super) fn sockets(reader: &mut Reader) -> SocketSettings {
    let fixed = SocketSettings::default();
    let sockets = SocketSettings {
        ping_every: reader.duration(&PING_EVERY, SECOND..=HOUR),
        silent_after: reader.duration(&SILENT_AFTER, SECOND..=DAY),
        max_connection_age: reader.duration(&MAX_CONNECTION_AGE, Duration::ZERO..=365 * DAY),
        max_control_message: reader.length(&MAX_CONTROL_MESSAGE, 256..=fixed.max_audio_message),
        queue_messages: reader.number(&QUEUE_MESSAGES, 1..=65_536),
        // The longest message that the server itself sends must fit: a status of 1,024 languages.
        queue_bytes: reader.length(&QUEUE_BYTES, 65_536..=64 * 1_024 * 1_024),
        ..fixed
    };
    if sockets.silent_after <= sockets.ping_every && reader.problems.is_empty() {
        reader.problem(
            &SILENT_AFTER,
            "it must be longer than --ping-every, or every connection would be given up",
        );
    }
    sockets
}
