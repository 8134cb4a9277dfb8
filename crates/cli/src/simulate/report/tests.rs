//! That the reports say what was measured, and nothing that was not.

use super::*;
use crate::simulate::tally::{Counts, Errors};

fn outcome() -> Outcome {
    let mut tally = Tally {
        counts: Counts { arrivals: 1_010, joined: 1_000, left: 990, lost: 10, failed: 10 },
        ..Tally::default()
    };
    (1..=1_000).for_each(|millis| tally.join.record(Duration::from_millis(millis)));
    tally.errors.add("refused: 429 RATE_LIMIT_EXCEEDED", 10);
    let load = Load {
        url: "http://127.0.0.1:1".to_owned(),
        session: "golden-eagle-427".to_owned(),
        listeners: 1_000,
        languages: "es:1".to_owned(),
        ramp: Duration::from_secs(10),
        hold: Duration::from_secs(20),
        churn: 0.0,
        query_rate: None,
        vanish: false,
    };
    Outcome { load, tally, speaker: None, pause: None, interrupted: false }
}

fn with_speaker() -> Outcome {
    let mut log = SpeakerLog { most_pushed_in_a_second: 2, unanswered: 3, ..SpeakerLog::default() };
    log.queries.record(Duration::from_micros(800));
    log.pushed.insert("newLanguage".to_owned(), 4);
    let mut heard = Latencies::default();
    heard.record(Duration::from_millis(120));
    let mut outcome = outcome();
    outcome.load.query_rate = Some(10.0);
    outcome.speaker =
        Some(SpeakerOutcome { log, probe: Some(ProbeLog { missed: 1, ..ProbeLog::default() }) });
    outcome.pause = Some(PauseLog { expected: 2, heard });
    outcome
}

#[test]
fn the_table_lines_up_and_names_every_error() {
    let table = outcome().table();
    assert!(table.starts_with("1,010 arrivals, 1,000 joined, 990 left, 10 lost, 10 failed\n"), "{table}");
    let row = table.lines().find(|line| line.starts_with("join acknowledged")).unwrap();
    let cells: Vec<_> = row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    assert_eq!(cells, ["join acknowledged", "1,000", "500 ms", "900 ms", "990 ms", "1000 ms", "1000 ms"]);
    let head = table.lines().find(|line| line.contains("p99.9")).unwrap();
    assert_eq!(head.chars().count(), row.chars().count());
    assert!(table.contains("       10  refused: 429 RATE_LIMIT_EXCEEDED"), "{table}");
    assert!(!table.contains("status query") && !table.contains("pause"), "{table}");
}

#[test]
fn the_table_tells_of_the_speaker_and_the_probes() {
    let table = with_speaker().table();
    for part in [
        "status query                    1    0.80 ms",
        "new language                    0          –",
        "pause: 1 of 2 listeners heard of it",
        "speaker was told 4 times unasked (4 newLanguage), at most 2 times in any second",
        "3 status queries were not answered",
        "1 not seen in time",
    ] {
        assert!(table.contains(part), "{part:?} in\n{table}");
    }
}

#[test]
fn the_json_has_numbers_where_something_was_measured_and_null_elsewhere() {
    let report: Value = serde_json::from_str(&with_speaker().json()).unwrap();
    let latency = &report["latencyMilliseconds"];
    assert_eq!(latency["join"]["count"], 1_000);
    assert!((latency["join"]["p99"].as_f64().unwrap() - 990.0).abs() < 1.0);
    assert!(latency["newLanguage"]["p50"].is_null());
    assert_eq!(report["counts"]["failed"], 10);
    assert_eq!(report["errors"]["refused: 429 RATE_LIMIT_EXCEEDED"], 10);
    assert_eq!(report["speaker"]["pushed"]["newLanguage"], 4);
    assert_eq!(report["pause"], serde_json::json!({"expected": 2, "heard": 1}));
}

#[test]
fn errors_of_the_speaker_are_counted_with_the_others() {
    let mut errors = Errors::default();
    errors.add("speaker: RATE_LIMIT_EXCEEDED", 7);
    let speaker = SpeakerOutcome { log: SpeakerLog { errors, ..SpeakerLog::default() }, probe: None };
    let args = crate::simulate::conductor::tests::args(&[]);
    let outcome = Outcome::new(&args, Tally::default(), Some(speaker), None, true);
    assert!(outcome.table().contains("7  speaker: RATE_LIMIT_EXCEEDED"));
    assert!(outcome.table().starts_with("Stopped early"));
}

#[test]
fn a_simulation_in_which_nobody_joined_is_a_failure() {
    assert_eq!(outcome().verdict(), Ok(()));
    let mut nobody = outcome();
    nobody.tally.counts.joined = 0;
    let failure = nobody.verdict().unwrap_err();
    assert_eq!(failure.code(), 69);
    assert!(failure.to_string().contains("429"), "{failure}");
}
