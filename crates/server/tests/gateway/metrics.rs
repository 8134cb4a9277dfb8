//! What `/metrics` shows: every name, true numbers, and nothing about anybody.

use crate::support::{OPERATOR, TestServer};
use crate::webhooks;
use headcount_server::{Config, MetricsAccess};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// Every family that dashboards and alerts may rely on, with its type.
const FAMILIES: [&str; 34] = [
    "headcount_audio_dropped counter",
    "headcount_audit_drift counter",
    "headcount_build info",
    "headcount_claims_lost counter",
    "headcount_connections gauge",
    "headcount_connections_limit gauge",
    "headcount_errors_answered counter",
    "headcount_joins counter",
    "headcount_language_switches counter",
    "headcount_leaves counter",
    "headcount_listeners gauge",
    "headcount_listeners_by_language gauge",
    "headcount_rate_limited counter",
    "headcount_resumes counter",
    "headcount_session_duration_seconds histogram",
    "headcount_sessions gauge",
    "headcount_sessions_closed counter",
    "headcount_sessions_opened counter",
    "headcount_signals counter",
    "headcount_slow_consumers_dropped counter",
    "headcount_status_queries_answered counter",
    "headcount_status_query_duration_seconds histogram",
    "headcount_store_commits counter",
    "headcount_store_ready gauge",
    "headcount_time_seconds gauge",
    "headcount_updates_failed counter",
    "headcount_updates_sent counter",
    "headcount_watchers gauge",
    "headcount_webhook_deliveries counter",
    "headcount_webhook_gone gauge",
    "headcount_webhook_oldest_seconds gauge",
    "headcount_webhook_waiting gauge",
    "process_resident_memory_bytes gauge",
    "process_start_time_seconds gauge",
];

/// Whether the system tells a process about its memory in a way that the server understands.
const HAS_PROC: bool = cfg!(target_os = "linux");

/// The names that labels may have. What a label says is one of a few words of the program, a language, or
/// a place in the configuration.
const LABELS: [&str; 9] =
    ["code", "kind", "language", "le", "limit", "outcome", "reason", "target", "version"];

/// One scrape.
struct Page {
    text: String,
    series: BTreeMap<String, f64>,
}

impl Page {
    async fn of(server: &TestServer) -> Self {
        let answer = server.get("/metrics", None).await;
        assert_eq!(answer.status, 200);
        let kind = answer.header("content-type").unwrap();
        assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
        assert!(answer.body.ends_with("# EOF\n"));
        let lines = answer.body.lines().filter(|line| !line.starts_with('#'));
        let series = lines.map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.parse().unwrap())
        });
        Self { series: series.collect(), text: answer.body }
    }

    /// The value of a series, without the prefix that all of ours have.
    #[track_caller]
    fn value(&self, series: &str) -> f64 {
        let value = self.series.get(&format!("headcount_{series}"));
        *value.unwrap_or_else(|| panic!("no {series} in {}", self.text))
    }
}

#[tokio::test]
async fn what_happens_is_counted_and_gauges_return_to_zero() {
    let server = TestServer::local().await;
    let (mut speaker, session, token) = server.speaker().await;
    let (first, joined) = server.listener(&session, "es").await;
    let (mut second, _) = server.listener(&session, "es").await;
    speaker.expect("sessionStatus").await;
    second.send(r#"{"action":"changeLanguage","targetLanguage":"fr"}"#).await;
    second.expect("languageChanged").await;
    let resume = joined["resumeToken"].as_str().unwrap();
    let mut first_again =
        server.connect(&format!("/?sessionId={session}&targetLanguage=es&resumeToken={resume}")).await;
    first_again.expect("sessionJoined").await;
    speaker.send(r#"{"action":"getSessionStatus"}"#).await;
    while speaker.expect("sessionStatus").await["updateReason"] != "requested" {}
    let mut nobody = server.connect("/").await;
    for _ in 0..2 {
        nobody.send(r#"{"action":"sendAudio","data":""}"#).await;
    }
    nobody.expect_error("INVALID_ACTION").await;
    for _ in 0..11 {
        nobody.send(r#"{"action":"heartbeat"}"#).await;
    }
    assert_eq!(nobody.until("error").await["code"], "RATE_LIMIT_EXCEEDED");
    drop(first);

    let page = Page::of(&server).await;
    for (series, value) in [
        ("sessions_opened_total", 1.0),
        ("joins_total", 2.0),
        ("resumes_total", 1.0),
        ("language_switches_total", 1.0),
        ("status_queries_answered_total", 1.0),
        ("status_query_duration_seconds_count", 1.0),
        (r#"updates_sent_total{reason="requested"}"#, 1.0),
        (r#"errors_answered_total{code="INVALID_ACTION"}"#, 1.0),
        (r#"errors_answered_total{code="RATE_LIMIT_EXCEEDED"}"#, 1.0),
        (r#"rate_limited_total{limit="controlMessages"}"#, 1.0),
        ("audio_dropped_total", 2.0),
        ("leaves_total", 0.0),
        ("sessions", 1.0),
        ("listeners", 2.0),
        ("store_ready", 1.0),
        (r#"listeners_by_language{language="es"}"#, 1.0),
        (r#"listeners_by_language{language="fr"}"#, 1.0),
    ] {
        assert_eq!(page.value(series), value, "{series} in {}", page.text);
    }
    assert!(page.value("updates_sent_total{reason=\"newLanguage\"}") >= 1.0);
    let known = [session.as_str(), &token, resume, joined["connectionId"].as_str().unwrap()];
    assert!(known.iter().all(|name| !page.text.contains(name)), "somebody's name is in {}", page.text);

    speaker.send(r#"{"action":"endSession"}"#).await;
    assert_eq!(speaker.closed().await, 1000);
    assert_eq!((first_again.closed().await, second.closed().await), (1000, 1000));
    drop((speaker, first_again, second, nobody));
    let patience = Instant::now() + Duration::from_secs(20);
    let page = loop {
        let page = Page::of(&server).await;
        if page.value("connections") == 0.0 {
            break page;
        }
        assert!(Instant::now() < patience, "{}", page.text);
    };
    assert_eq!(
        (page.value("sessions"), page.value("listeners"), page.value("leaves_total")),
        (0.0, 0.0, 2.0)
    );
    assert_eq!(page.value(r#"sessions_closed_total{reason="ended"}"#), 1.0);
    assert_eq!(page.value("session_duration_seconds_count"), 1.0);
    assert!(
        !page.text.contains("headcount_listeners_by_language{"),
        "a language without listeners has no series"
    );
}

#[tokio::test]
async fn every_family_and_label_is_one_that_is_known() {
    let nobody = webhooks::to("http://127.0.0.1:9/hook");
    let server = TestServer::with(|config: &mut Config| config.webhooks = Some(nobody)).await;
    let (_speaker, session, _) = server.speaker().await;
    let (mut listener, _) = server.listener(&session, "es").await;
    // A family is shown from its first event on.
    listener.refused("nonsense", "INVALID_MESSAGE").await;
    for _ in 0..10 {
        listener.send(r#"{"action":"heartbeat"}"#).await;
    }
    listener.until("error").await;
    let page = Page::of(&server).await;
    let families = page.text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let families: BTreeSet<_> = families.collect();
    let known = FAMILIES.into_iter().filter(|family| HAS_PROC || !family.starts_with("process_resident"));
    assert_eq!(families, known.collect());
    for series in page.series.keys() {
        let labels = series.split_once('{').map_or("", |(_, labels)| labels.trim_end_matches('}'));
        for label in labels.split(',').filter(|label| !label.is_empty()) {
            let name = label.split('=').next().unwrap();
            assert!(LABELS.contains(&name), "{name} in {series}");
        }
    }
}

#[tokio::test]
async fn they_are_shown_to_whom_the_configuration_says() {
    let with = |access| TestServer::with(move |config: &mut Config| config.metrics = access);
    let server = with(MetricsAccess::Operator).await;
    assert_eq!(server.get("/metrics", None).await.refusal(401), "UNAUTHORIZED");
    assert_eq!(server.get("/metrics", Some("somebody")).await.refusal(403), "UNAUTHORIZED_ACTION");
    assert_eq!(server.get("/metrics", Some(OPERATOR)).await.status, 200);
    let server = with(MetricsAccess::Off).await;
    let nothing = server.get("/nothing", None).await;
    for token in [None, Some(OPERATOR)] {
        let hidden = server.get("/metrics", token).await;
        assert_eq!((hidden.status, hidden.refusal(404)), (404, nothing.refusal(404)));
    }
}
