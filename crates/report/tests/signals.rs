//! What was signalled, as a report shows it.
#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use headcount_core::{
    Account, Attendance, AudienceHistory, Language, LanguageSignals, QualityTier, SessionId, Timestamp,
};
use headcount_report::Report;
use serde_json::{Value, json};
use std::sync::Arc;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + seconds * 1_000)
}

fn language(tag: &str) -> Language {
    Language::parse(tag).unwrap()
}

/// A session that lives, in which nothing was signalled.
fn account() -> Account {
    Account {
        session: SessionId::pick(427),
        source_language: language("en"),
        quality_tier: QualityTier::Standard,
        created_at: at(0),
        end: None,
        history: Arc::new(AudienceHistory::new(at(0))),
        attendance: Attendance::new(at(0)),
        steps: Vec::new(),
    }
}

fn json_of(report: &Report) -> Value {
    report.to_json().parse::<Value>().unwrap()["signals"].take()
}

#[test]
fn what_was_signalled_is_in_every_form() {
    let mut account = account();
    let signals = &mut account.attendance.signals;
    let uk = LanguageSignals { idle: 2, drops: 0, saved: 600_000, idle_said: Some(at(1_000)) };
    signals.languages.insert(language("uk"), uk);
    let french = LanguageSignals { idle: 0, drops: 1, saved: 0, idle_said: None };
    signals.languages.insert(language("fr"), french);
    signals.audience_drops = 3;
    for (tag, times) in [("cy", 2), ("ja", 5), ("ga", 2)] {
        signals.unserved.insert(language(tag), times);
    }
    // Ukrainian is idle still, for another two minutes and a half.
    let report = Report::of(&account, at(1_150));
    let expected = json!({
        "savedMinutes": 12.5,
        "audienceDrops": 3,
        "languages": [
            { "language": "fr", "idle": 0, "savedMinutes": 0.0, "drops": 1 },
            { "language": "uk", "idle": 2, "savedMinutes": 12.5, "drops": 0 },
        ],
        "unserved": [
            { "language": "ja", "asked": 5 },
            { "language": "cy", "asked": 2 },
            { "language": "ga", "asked": 2 },
        ],
    });
    assert_eq!(json_of(&report), expected);
    let page = report.to_html();
    for words in [
        "Ukrainian",
        "French",
        "12.5",
        "fell suddenly 3 times",
        "Japanese, which was not offered, was asked for 5 times",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn where_nothing_was_signalled_the_page_says_nothing_of_it() {
    let report = Report::of(&account(), at(60));
    let nothing = json!({ "savedMinutes": 0.0, "audienceDrops": 0, "languages": [], "unserved": [] });
    assert_eq!(json_of(&report), nothing);
    assert!(!report.to_html().contains("Signals"));
}
