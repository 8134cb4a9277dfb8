//! The lines, as CloudWatch reads them: every one is held against the rules of the format's specification.

use super::*;
use headcount_core::{EndReason, Language, SendFailure, SignalKind, UpdateReason};
use headcount_testkit::{ManualClock, samples};
use serde_json::{Value, json};
use std::io;
use std::time::Duration;

/// A log that can be read while it is written.
#[derive(Clone, Default)]
struct SharedLog(Arc<Mutex<Vec<u8>>>);

impl Write for SharedLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl SharedLog {
    /// The lines, each of them a document that keeps the rules.
    fn documents(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().clone()).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'), "the last line has no end: {text}");
        text.lines()
            .map(|line| {
                let document = serde_json::from_str(line).unwrap();
                assert_eq!(broken_rules(&document), Vec::<String>::new(), "{line}");
                document
            })
            .collect()
    }
}

fn metrics(languages: usize) -> (EmfMetrics, SharedLog) {
    let log = SharedLog::default();
    let origin = Origin { service: "headcount".to_owned(), stage: "prod".to_owned() };
    let metrics = EmfMetrics::new(origin, languages, Arc::new(ManualClock::default()), Box::new(log.clone()));
    (metrics, log)
}

fn document_of(measurement: &Measurement) -> Value {
    let (metrics, log) = metrics(DEFAULT_LANGUAGES);
    metrics.record(measurement);
    let [document] = log.documents().try_into().unwrap();
    document
}

fn document_of_audience(languages: usize, audience: &LanguageDistribution) -> Value {
    let (metrics, log) = metrics(languages);
    metrics.record_audience(&samples::session_id(1), audience);
    let [document] = log.documents().try_into().unwrap();
    document
}

fn audience(languages: usize) -> LanguageDistribution {
    let mut audience = LanguageDistribution::new();
    for n in 0..languages {
        audience.add_many(&samples::numbered_language(n), 2);
    }
    audience
}

/// Everything in which `document` is not as the specification wants it, and what we have promised beyond that: no
/// dimension but `service`, `stage` and `reason`.
fn broken_rules(document: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    let mut must = |kept: bool, rule: &str| {
        if !kept {
            broken.push(rule.to_owned());
        }
    };
    let aws = &document["_aws"];
    must(aws["Timestamp"].is_u64(), "the time is a whole number of milliseconds");
    must(document.to_string().len() <= 256 * 1024, "a document has 256 KiB at the most");
    let directives = aws["CloudWatchMetrics"].as_array().map_or(&[][..], Vec::as_slice);
    must(!directives.is_empty(), "something is measured");
    for directive in directives {
        let namespace = directive["Namespace"].as_str().unwrap_or_default();
        must((1..=1_024).contains(&namespace.len()), "there is a namespace");
        let sets = directive["Dimensions"].as_array().map_or(&[][..], Vec::as_slice);
        must(!sets.is_empty(), "there is a set of dimensions");
        for set in sets {
            let names = set.as_array().map_or(&[][..], Vec::as_slice);
            must((1..=30).contains(&names.len()), "a set has 1 to 30 dimensions");
            for name in names {
                let name = name.as_str().unwrap_or_default();
                let value = document[name].as_str().unwrap_or_default();
                must((1..=1_024).contains(&value.len()), "a dimension's value is a text in the document");
                must(["service", "stage", "reason"].contains(&name), "no other dimension is paid for");
            }
        }
        let metrics = directive["Metrics"].as_array().map_or(&[][..], Vec::as_slice);
        must((1..=100).contains(&metrics.len()), "a directive has 1 to 100 metrics");
        for metric in metrics {
            let (name, unit) = (metric["Name"].as_str().unwrap_or_default(), metric["Unit"].as_str());
            must((1..=1_024).contains(&name.len()), "a metric has a name");
            must(matches!(unit, Some("Count" | "Milliseconds" | "Seconds")), "a unit is one that we use");
            let value = &document[name];
            let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            must((1..=100).contains(&values.len()), "a metric has 1 to 100 values");
            must(values.iter().all(Value::is_number), "a metric's values are numbers in the document");
        }
    }
    broken
}

/// One measurement of each kind.
fn all_measurements() -> Vec<Measurement> {
    let lasted = Duration::from_millis(1_847_500);
    let mut all = vec![
        Measurement::SessionOpened,
        Measurement::SessionClosed { lasted, reason: EndReason::Ended(Some("bye".to_owned())) },
        Measurement::SessionClosed { lasted, reason: EndReason::Expired },
        Measurement::SessionClosed { lasted, reason: EndReason::SpeakerLost },
        Measurement::Joined,
        Measurement::Resumed,
        Measurement::Left { listeners: u64::MAX },
        Measurement::Switched,
        Measurement::QueryAnswered { took: Duration::ZERO },
        Measurement::ClaimLost,
        Measurement::ErrorAnswered { code: "SESSION_NOT_FOUND" },
        Measurement::RateLimited { limit: "statusQueries" },
        Measurement::LimitNotCounted { limit: "sessions" },
        Measurement::SlowConsumerDropped,
        Measurement::AudioDropped,
    ];
    all.extend(UpdateReason::ALL.map(|reason| Measurement::UpdateSent { reason }));
    all.extend(SignalKind::ALL.map(|kind| Measurement::Signalled { kind }));
    all.extend(SendFailure::ALL.map(|kind| Measurement::UpdateFailed { kind }));
    all
}

#[test]
fn every_measurement_is_one_line_that_keeps_the_rules() {
    let (metrics, log) = metrics(DEFAULT_LANGUAGES);
    let all = all_measurements();
    for measurement in &all {
        metrics.record(measurement);
    }
    let documents = log.documents();
    assert_eq!(documents.len(), all.len());
    for document in documents {
        assert_eq!(document["_aws"]["Timestamp"], samples::NOW.as_millis());
        assert_eq!(document["_aws"]["CloudWatchMetrics"][0]["Namespace"], "SessionManagement");
        assert!(!document.to_string().contains("bye"), "the speaker's own words are in the log");
    }
}

#[test]
fn a_query_is_counted_and_timed_in_milliseconds() {
    let document = document_of(&Measurement::QueryAnswered { took: Duration::from_micros(12_500) });
    assert_eq!(
        document,
        json!({
            "_aws": {
                "Timestamp": samples::NOW.as_millis(),
                "CloudWatchMetrics": [{
                    "Namespace": "SessionManagement",
                    "Dimensions": [["service", "stage"]],
                    "Metrics": [
                        {"Name": "StatusQueriesReceived", "Unit": "Count"},
                        {"Name": "StatusQueryLatency", "Unit": "Milliseconds"},
                    ],
                }],
            },
            "service": "headcount",
            "stage": "prod",
            "StatusQueriesReceived": 1,
            "StatusQueryLatency": 12.5,
        })
    );
}

#[test]
fn an_update_is_counted_in_all_and_by_its_reason_and_a_periodic_one_also_by_its_own_name() {
    let by_reason = json!([["service", "stage"], ["service", "stage", "reason"]]);
    let periodic = document_of(&Measurement::UpdateSent { reason: UpdateReason::Periodic });
    let directives = &periodic["_aws"]["CloudWatchMetrics"];
    assert_eq!(directives[0]["Dimensions"], by_reason);
    assert_eq!(directives[0]["Metrics"], json!([{"Name": "StatusUpdatesSent", "Unit": "Count"}]));
    assert_eq!(directives[1]["Dimensions"], json!([["service", "stage"]]));
    assert_eq!(directives[1]["Metrics"], json!([{"Name": "PeriodicStatusUpdatesSent", "Unit": "Count"}]));
    assert_eq!((&periodic["reason"], &periodic["StatusUpdatesSent"]), (&json!("periodic"), &json!(1)));
    assert_eq!(periodic["PeriodicStatusUpdatesSent"], 1);

    let triggered = document_of(&Measurement::UpdateSent { reason: UpdateReason::NewLanguage });
    assert_eq!(triggered["reason"], "newLanguage");
    assert_eq!(triggered.get("PeriodicStatusUpdatesSent"), None);
}

#[test]
fn an_error_is_counted_by_its_code() {
    let document = document_of(&Measurement::ErrorAnswered { code: "SESSION_NOT_FOUND" });
    assert_eq!(document["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], "ConnectionErrors");
    assert_eq!((&document["reason"], &document["ErrorCode"]), (&document["ErrorCode"], &document["reason"]));
    assert_eq!(document["ErrorCode"], "SESSION_NOT_FOUND");
}

#[test]
fn a_session_says_at_its_end_how_long_it_lasted() {
    let lasted = Duration::from_millis(1_847_500);
    let document = document_of(&Measurement::SessionClosed { lasted, reason: EndReason::SpeakerLost });
    let metric = json!([{"Name": "SessionDuration", "Unit": "Seconds"}]);
    assert_eq!(document["_aws"]["CloudWatchMetrics"][0]["Metrics"], metric);
    assert_eq!(
        (&document["SessionDuration"], &document["endReason"]),
        (&json!(1847.5), &json!("speakerLost"))
    );
}

#[test]
fn an_audience_names_its_session_and_languages_outside_the_dimensions() {
    let mut audience = LanguageDistribution::new();
    audience.add_many(&Language::parse("es").unwrap(), 15);
    audience.add_many(&Language::parse("pt-BR").unwrap(), 7);
    let document = document_of_audience(DEFAULT_LANGUAGES, &audience);
    assert_eq!(document["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([["service", "stage"]]));
    assert_eq!(document["ListenersPerLanguage"], json!([15, 7]));
    assert_eq!(document["languageDistribution"], json!({"es": 15, "pt-BR": 7}));
    assert_eq!(document["sessionId"], samples::session_id(1).as_str());
}

#[test]
fn the_languages_of_an_audience_are_capped_and_none_is_lost() {
    for (setting, values) in [(0, 1), (10, 11), (MAX_LANGUAGES, 100), (usize::MAX, 100)] {
        let document = document_of_audience(setting, &audience(500));
        let listeners = document["ListenersPerLanguage"].as_array().unwrap();
        assert_eq!(listeners.len(), values, "{setting}");
        assert_eq!(listeners.iter().filter_map(Value::as_u64).sum::<u64>(), 1_000, "{setting}");
    }
}

#[test]
fn an_audience_of_nobody_is_no_line() {
    let (metrics, log) = metrics(DEFAULT_LANGUAGES);
    metrics.record_audience(&samples::session_id(1), &LanguageDistribution::new());
    assert_eq!(log.documents(), Vec::<Value>::new());
}

#[test]
fn a_log_that_takes_nothing_does_no_harm() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }
    let origin = Origin { service: "headcount".to_owned(), stage: "prod".to_owned() };
    let clock = Arc::new(ManualClock::default());
    let metrics = EmfMetrics::new(origin, DEFAULT_LANGUAGES, clock, Box::new(Full));
    metrics.record(&Measurement::Joined);
    metrics.record(&Measurement::Joined);
}

#[test]
fn the_rules_find_what_is_wrong() {
    let good = document_of(&Measurement::UpdateSent { reason: UpdateReason::Requested });
    let spoilt = |pointer: &str, value: Value| {
        let mut document = good.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        broken_rules(&document).len()
    };
    assert_eq!(spoilt("/service", json!("other")), 0);
    for (pointer, value) in [
        ("/_aws/Timestamp", json!("now")),
        ("/_aws/CloudWatchMetrics", json!([])),
        ("/_aws/CloudWatchMetrics/0/Namespace", json!("")),
        ("/_aws/CloudWatchMetrics/0/Dimensions", json!([["sessionId"]])),
        ("/_aws/CloudWatchMetrics/0/Metrics/0/Unit", json!("Parsecs")),
        ("/StatusUpdatesSent", json!("1")),
        ("/reason", json!(null)),
        ("/stage", json!("")),
    ] {
        assert!(spoilt(pointer, value) > 0, "{pointer}");
    }
}
