//! What has happened since the process started: counters and histograms, one field for each.

use crate::metrics::kind_of_ending;
use headcount_core::{Drift, Measurement, SendFailure, SignalKind, UpdateReason};
use prometheus_client::{
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

/// Upper bounds in seconds: from 50 µs, which an answer from memory takes, to the 5 s after which a client gives up.
const QUERY_BUCKETS: [f64; 16] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0,
];

/// Upper bounds in seconds: from ten seconds to a day.
const SESSION_BUCKETS: [f64; 11] =
    [10.0, 60.0, 300.0, 900.0, 1_800.0, 3_600.0, 5_400.0, 7_200.0, 14_400.0, 28_800.0, 86_400.0];

/// Counters by the value of one label, which is always one of a few names in the program.
type ByLabel = Family<[(&'static str, &'static str); 1], Counter>;

pub(super) struct Counts {
    sessions_opened: Counter,
    sessions_closed: ByLabel,
    session_duration: Histogram,
    joins: Counter,
    leaves: Counter,
    resumes: Counter,
    switches: Counter,
    queries: Counter,
    query_duration: Histogram,
    updates_sent: ByLabel,
    updates_failed: ByLabel,
    signals: ByLabel,
    claims_lost: Counter,
    errors: ByLabel,
    rate_limits: ByLabel,
    limits_not_counted: ByLabel,
    slow_consumers: Counter,
    audio_dropped: Counter,
    drift: ByLabel,
}

impl Counts {
    /// Zero of everything, shown by `registry`. Labels with a closed list of values are there from the start, so
    /// that a rate over them sees the first event.
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let mut new = Shown(registry);
        let ends = ["ended", "expired", "speakerLost"];
        let reasons = UpdateReason::ALL.map(UpdateReason::as_str);
        let failures = SendFailure::ALL.map(SendFailure::as_str);
        Self {
            sessions_opened: new.counter("sessions_opened", "Sessions created"),
            sessions_closed: new.family("sessions_closed", "Sessions ended, by reason", "reason", &ends),
            session_duration: new.seconds("session_duration", "How long sessions lasted", SESSION_BUCKETS),
            joins: new.counter("joins", "Listeners that joined"),
            leaves: new.counter("leaves", "Listeners that left"),
            resumes: new.counter("resumes", "Listeners that took their place again"),
            switches: new.counter("language_switches", "Listeners that changed their language"),
            queries: new.counter("status_queries_answered", "Status queries answered"),
            query_duration: new.seconds(
                "status_query_duration",
                "Time to answer a status query",
                QUERY_BUCKETS,
            ),
            updates_sent: new.family(
                "updates_sent",
                "Updates sent to speakers, by reason",
                "reason",
                &reasons,
            ),
            updates_failed: new.family("updates_failed", "Updates that could not be sent", "kind", &failures),
            signals: new.family(
                "signals",
                "Signals found, asked for or not, by kind",
                "kind",
                &SignalKind::ALL.map(SignalKind::as_str),
            ),
            claims_lost: new.counter("claims_lost", "Claims of an update lost to another"),
            errors: new.family("errors_answered", "Errors answered to clients, by code", "code", &[]),
            rate_limits: new.family("rate_limited", "Requests refused by a limit", "limit", &[]),
            limits_not_counted: new.family(
                "limits_not_counted",
                "Requests let through since their limit could not be counted, by limit",
                "limit",
                &[],
            ),
            slow_consumers: new.counter("slow_consumers_dropped", "Connections dropped as too slow"),
            audio_dropped: new.counter("audio_dropped", "Audio messages dropped"),
            drift: new.family(
                "audit_drift",
                "Drift that the self-audit found and mended, by kind",
                "kind",
                &Drift::ALL.map(Drift::as_str),
            ),
        }
    }

    pub(super) fn record(&self, measurement: &Measurement) {
        match measurement {
            Measurement::SessionOpened => count(&self.sessions_opened),
            Measurement::SessionClosed { lasted, reason } => {
                self.session_duration.observe(lasted.as_secs_f64());
                count_one_of(&self.sessions_closed, "reason", kind_of_ending(reason));
            }
            Measurement::Joined => count(&self.joins),
            Measurement::Resumed => count(&self.resumes),
            Measurement::Left { listeners } => {
                self.leaves.inc_by(*listeners);
            }
            Measurement::Switched => count(&self.switches),
            Measurement::QueryAnswered { took } => {
                self.query_duration.observe(took.as_secs_f64());
                count(&self.queries);
            }
            Measurement::UpdateSent { reason } => count_one_of(&self.updates_sent, "reason", reason.as_str()),
            Measurement::UpdateFailed { kind } => count_one_of(&self.updates_failed, "kind", kind.as_str()),
            Measurement::Signalled { kind } => count_one_of(&self.signals, "kind", kind.as_str()),
            Measurement::ClaimLost => count(&self.claims_lost),
            Measurement::ErrorAnswered { code } => count_one_of(&self.errors, "code", code),
            Measurement::RateLimited { limit } => count_one_of(&self.rate_limits, "limit", limit),
            Measurement::LimitNotCounted { limit } => {
                count_one_of(&self.limits_not_counted, "limit", limit);
            }
            Measurement::SlowConsumerDropped => count(&self.slow_consumers),
            Measurement::AudioDropped => count(&self.audio_dropped),
            Measurement::Drifted { drift } => count_one_of(&self.drift, "kind", drift.as_str()),
        }
    }
}

/// A registry that gives back what it shows.
struct Shown<'a>(&'a mut Registry);

impl Shown<'_> {
    fn counter(&mut self, name: &str, help: &str) -> Counter {
        let counter = Counter::default();
        self.0.register(name, help, counter.clone());
        counter
    }

    fn family(&mut self, name: &str, help: &str, label: &'static str, values: &[&'static str]) -> ByLabel {
        let family = ByLabel::default();
        for value in values {
            drop(family.get_or_create(&[(label, *value)]));
        }
        self.0.register(name, help, family.clone());
        family
    }

    fn seconds<const N: usize>(&mut self, name: &str, help: &str, buckets: [f64; N]) -> Histogram {
        let histogram = Histogram::new(buckets);
        self.0.register_with_unit(name, help, Unit::Seconds, histogram.clone());
        histogram
    }
}

fn count(counter: &Counter) {
    counter.inc();
}

fn count_one_of(family: &ByLabel, label: &'static str, value: &'static str) {
    family.get_or_create(&[(label, value)]).inc();
}
