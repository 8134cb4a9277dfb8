//! The metrics page, as a scraper sees it.

use super::*;
use headcount_core::{
    Drift, EndReason, Language, LanguageDistribution, SendFailure, SignalKind, UpdateReason,
};
use std::time::Duration;

fn metrics(language_labels: usize) -> PrometheusMetrics {
    let started = Timestamp::from_millis(1_699_500_000_250);
    PrometheusMetrics::new(Process { version: "1.2.3", started }, language_labels)
}

fn page_after(measurements: &[Measurement]) -> String {
    let metrics = metrics(DEFAULT_LANGUAGE_LABELS);
    for measurement in measurements {
        metrics.record(measurement);
    }
    metrics.render(&Snapshot::default())
}

fn audience(counts: &[(&str, u64)]) -> LanguageDistribution {
    let mut audience = LanguageDistribution::new();
    for (tag, listeners) in counts {
        audience.add_many(&Language::parse(tag).unwrap(), *listeners);
    }
    audience
}

/// Fails unless `page` has every one of `lines`.
#[track_caller]
fn assert_lines(page: &str, lines: &[&str]) {
    for line in lines {
        assert!(page.lines().any(|it| it == *line), "no line {line} in\n{page}");
    }
}

#[test]
fn a_new_process_shows_what_it_is_and_zero_of_everything() {
    let page = page_after(&[]);
    assert_lines(
        &page,
        &[
            "process_start_time_seconds 1699500000.25",
            "headcount_build_info{version=\"1.2.3\"} 1",
            "# TYPE headcount_status_query_duration_seconds histogram",
            "# UNIT headcount_status_query_duration_seconds seconds",
            "headcount_status_query_duration_seconds_count 0",
            "headcount_updates_sent_total{reason=\"newLanguage\"} 0",
            "headcount_updates_failed_total{kind=\"gone\"} 0",
            "headcount_sessions_closed_total{reason=\"speakerLost\"} 0",
            "headcount_sessions 0",
            "headcount_connections 0",
            "headcount_listeners 0",
        ],
    );
    assert!(page.ends_with("# EOF\n"));
    assert_eq!(page.matches("# EOF").count(), 1);
}

#[test]
fn everything_that_happens_is_counted() {
    let page = page_after(&[
        Measurement::SessionOpened,
        Measurement::Joined,
        Measurement::Joined,
        Measurement::Resumed,
        Measurement::Left { listeners: 7 },
        Measurement::Switched,
        Measurement::UpdateSent { reason: UpdateReason::NewLanguage },
        Measurement::UpdateFailed { kind: SendFailure::Gone },
        Measurement::Signalled { kind: SignalKind::LanguageDrop },
        Measurement::ClaimLost,
        Measurement::ErrorAnswered { code: "SESSION_NOT_FOUND" },
        Measurement::RateLimited { limit: "statusQueries" },
        Measurement::LimitNotCounted { limit: "sessions" },
        Measurement::SlowConsumerDropped,
        Measurement::AudioDropped,
        Measurement::Drifted { drift: Drift::Count },
    ]);
    assert_lines(
        &page,
        &[
            "headcount_sessions_opened_total 1",
            "headcount_joins_total 2",
            "headcount_resumes_total 1",
            "headcount_leaves_total 7",
            "headcount_language_switches_total 1",
            "headcount_updates_sent_total{reason=\"newLanguage\"} 1",
            "headcount_updates_failed_total{kind=\"gone\"} 1",
            "headcount_signals_total{kind=\"languageDrop\"} 1",
            "headcount_signals_total{kind=\"languageIdle\"} 0",
            "headcount_claims_lost_total 1",
            "headcount_errors_answered_total{code=\"SESSION_NOT_FOUND\"} 1",
            "headcount_rate_limited_total{limit=\"statusQueries\"} 1",
            "headcount_limits_not_counted_total{limit=\"sessions\"} 1",
            "headcount_slow_consumers_dropped_total 1",
            "headcount_audio_dropped_total 1",
            "headcount_audit_drift_total{kind=\"count\"} 1",
        ],
    );
}

#[test]
fn durations_fall_into_buckets_of_seconds() {
    let page = page_after(&[
        Measurement::QueryAnswered { took: Duration::from_micros(40) },
        Measurement::QueryAnswered { took: Duration::from_millis(3) },
        Measurement::QueryAnswered { took: Duration::from_secs(9) },
    ]);
    let bucket = |le: &str, n: u32| {
        assert_lines(&page, &[&format!("headcount_status_query_duration_seconds_bucket{{le=\"{le}\"}} {n}")]);
    };
    bucket("0.00005", 1);
    bucket("0.0025", 1);
    bucket("0.005", 2);
    bucket("5.0", 2);
    bucket("+Inf", 3);
    assert_lines(&page, &["headcount_status_queries_answered_total 3"]);
}

#[test]
fn an_ending_is_counted_by_its_kind_and_never_by_the_speakers_words() {
    let reason = EndReason::Ended(Some("thanks, good night".into()));
    let page = page_after(&[Measurement::SessionClosed { lasted: Duration::from_secs(1_847), reason }]);
    assert_lines(
        &page,
        &[
            "headcount_sessions_closed_total{reason=\"ended\"} 1",
            "headcount_session_duration_seconds_sum 1847.0",
            "headcount_session_duration_seconds_bucket{le=\"1800.0\"} 0",
            "headcount_session_duration_seconds_bucket{le=\"3600.0\"} 1",
        ],
    );
    assert!(!page.contains("good night"));
}

#[test]
fn gauges_show_the_snapshot_and_return_to_zero_with_it() {
    let metrics = metrics(DEFAULT_LANGUAGE_LABELS);
    let full = Snapshot {
        sessions: 2,
        connections: 25,
        connections_limit: 20_000,
        now: Timestamp::from_millis(1_699_500_060_500),
        store_ready: true,
        store_commits: 7,
        watchers: 4,
        audience: audience(&[("es", 15), ("fr", 8)]),
        webhooks: vec![WebhookFigures {
            target: 1,
            outcomes: [("delivered", 5), ("failed", 2), ("dead", 1), ("dropped", 0)],
            waiting: 3,
            oldest: Some(Timestamp::from_millis(1_699_500_059_000)),
            gone: false,
        }],
    };
    let lines = [
        "headcount_sessions 2",
        "headcount_connections 25",
        "headcount_connections_limit 20000",
        "headcount_time_seconds 1699500060.5",
        "headcount_store_ready 1",
        "headcount_store_commits_total 7",
        "headcount_watchers 4",
        "headcount_listeners 23",
        "headcount_listeners_by_language{language=\"es\"} 15",
        "headcount_listeners_by_language{language=\"fr\"} 8",
        "headcount_webhook_deliveries_total{target=\"1\",outcome=\"dead\"} 1",
        "headcount_webhook_waiting{target=\"1\"} 3",
        "headcount_webhook_oldest_seconds{target=\"1\"} 1.5",
        "headcount_webhook_gone{target=\"1\"} 0",
    ];
    assert_lines(&metrics.render(&full), &lines);
    let page = metrics.render(&Snapshot::default());
    assert_lines(&page, &["headcount_sessions 0", "headcount_connections 0", "headcount_listeners 0"]);
    assert!(!page.contains("language=\"es\""));
}

#[test]
fn the_smaller_languages_share_a_label() {
    let counts = [("es", 9), ("fr", 5), ("de", 3), ("pt", 2)];
    let snapshot = Snapshot { audience: audience(&counts), ..Snapshot::default() };
    let page = metrics(2).render(&snapshot);
    let other = "headcount_listeners_by_language{language=\"other\"} 5";
    assert_lines(&page, &["headcount_listeners 19", other]);
    assert_eq!(page.matches("headcount_listeners_by_language{").count(), 3);
}
