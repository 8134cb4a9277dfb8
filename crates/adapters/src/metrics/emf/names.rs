//! What each measurement is called in CloudWatch.

use super::line::{Line, Unit};
use crate::metrics::kind_of_ending;
use headcount_core::{Measurement, SessionId, ShownDistribution, UpdateReason};
use serde_json::{Map, Value};
use std::time::Duration;

/// The line that records `measurement`.
pub(super) fn of(measurement: &Measurement) -> Line {
    match measurement {
        Measurement::SessionOpened => counted("SessionsOpened", 1),
        Measurement::SessionClosed { lasted, reason } => Line::new()
            .metric("SessionDuration", Unit::Seconds, lasted.as_secs_f64())
            .property("endReason", kind_of_ending(reason)),
        Measurement::Joined => counted("ListenersJoined", 1),
        Measurement::Resumed => counted("ListenersResumed", 1),
        Measurement::Left { listeners } => counted("ListenersLeft", *listeners),
        Measurement::Switched => counted("LanguagesSwitched", 1),
        Measurement::QueryAnswered { took } => counted("StatusQueriesReceived", 1).metric(
            "StatusQueryLatency",
            Unit::Milliseconds,
            milliseconds(*took),
        ),
        Measurement::UpdateSent { reason } => update_sent(*reason),
        Measurement::UpdateFailed { kind } => by_reason("StatusUpdatesFailed", kind.as_str()),
        Measurement::Signalled { kind } => by_reason("Signals", kind.as_str()),
        Measurement::ClaimLost => counted("ClaimsLost", 1),
        Measurement::ErrorAnswered { code } => {
            by_reason("ConnectionErrors", code).property("ErrorCode", *code)
        }
        Measurement::RateLimited { limit } => by_reason("RateLimitsHit", limit),
        Measurement::LimitNotCounted { limit } => by_reason("RateLimitsNotCounted", limit),
        Measurement::SlowConsumerDropped => counted("SlowConsumersDropped", 1),
        Measurement::AudioDropped => counted("AudioMessagesDropped", 1),
        Measurement::Drifted { drift } => by_reason("AuditDrift", drift.as_str()),
    }
}

/// The line that records the audience of `session`. The values have no dimension for their language: there may be
/// any number of languages, and every one would be a metric.
pub(super) fn audience(session: &SessionId, shown: &ShownDistribution) -> Line {
    let languages: Map<String, Value> =
        shown.iter().map(|(language, listeners)| (language.to_string(), listeners.into())).collect();
    let values: Vec<Value> = shown.iter().map(|(_, listeners)| listeners.into()).collect();
    Line::new()
        .metric("ListenersPerLanguage", Unit::Count, values)
        .property("sessionId", session.as_str())
        .property("languageDistribution", languages)
}

fn counted(name: &'static str, count: u64) -> Line {
    Line::new().metric(name, Unit::Count, count)
}

fn by_reason(name: &'static str, reason: &'static str) -> Line {
    Line::new().metric_by_reason(name, Unit::Count, 1, reason)
}

fn update_sent(reason: UpdateReason) -> Line {
    let line = by_reason("StatusUpdatesSent", reason.as_str());
    match reason {
        UpdateReason::Periodic => line.metric("PeriodicStatusUpdatesSent", Unit::Count, 1),
        UpdateReason::Requested | UpdateReason::ListenerCountChange | UpdateReason::NewLanguage => line,
    }
}

fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}
