//! The management API that refuses, is busy, breaks or says nothing, and speakers who are gone.

use crate::dynamo::Dynamo;
use crate::lambda::{Lambda, said};
use crate::rows::{connection, session};
use crate::services::{Answer, Services, handed_over};
use crate::tables::Tables;
use serde_json::{Value, json};
use std::sync::Arc;

const ATTACHED: [(&str, &str); 2] = [("TABLE_WRITERS", "others"), ("SESSIONS_SCAN_FALLBACK", "true")];

/// A session of which the management API makes something when its speaker is told.
struct Case {
    name: &'static str,
    answer: Option<Answer>,
    /// How often it is tried to tell the speaker: at least, and at the most.
    attempts: [usize; 2],
    arrives: bool,
    /// Whether the seat is taken from the speaker.
    is_cleared: bool,
}

const fn failing(name: &'static str, answer: Answer, attempts: [usize; 2]) -> Case {
    Case { name, answer: Some(answer), attempts, arrives: false, is_cleared: false }
}

const fn gone(name: &'static str, answer: Answer) -> Case {
    Case { is_cleared: true, ..failing(name, answer, [1, 1]) }
}

const CASES: [Case; 10] = [
    Case { name: "good-session-100", answer: None, attempts: [1, 1], arrives: true, is_cleared: false },
    Case {
        name: "busy-session-101",
        answer: Some(Answer::BusyOnce),
        attempts: [2, 2],
        arrives: true,
        is_cleared: false,
    },
    failing("throttled-session-102", Answer::Error(429, Some("LimitExceededException")), [2, 3]),
    failing("broken-session-103", Answer::Error(500, None), [2, 3]),
    failing("away-session-104", Answer::Error(503, None), [2, 3]),
    failing("silent-session-105", Answer::Silence, [2, 3]),
    failing("forbidden-session-106", Answer::Error(403, Some("ForbiddenException")), [1, 1]),
    failing("large-session-107", Answer::Error(413, Some("PayloadTooLargeException")), [1, 1]),
    gone("gone-session-108", Answer::Error(410, Some("GoneException"))),
    gone("vanished-session-109", Answer::Error(410, None)),
];

fn speaker(name: &str) -> String {
    format!("hush-{name}=")
}

/// A session with its speaker, as another stack has them.
fn fill(tables: &Tables, name: &str, speaker: &str) {
    tables.put("Sessions", &session(name, speaker));
    tables.put("Connections", &connection(speaker, name, None));
}

fn seat(tables: &Tables, name: &str) -> Value {
    tables.get("Sessions", &json!({ "sessionId": { "S": name } }))["Item"]["speakerConnectionId"]["S"].clone()
}

async fn sweep(lambda: &Lambda) -> (u64, u64) {
    let report = lambda.invoke(json!({ "source": "aws.events", "detail": {} })).await;
    (report["updatesSent"].as_u64().unwrap(), report["updatesFailed"].as_u64().unwrap())
}

fn count(of: impl Fn(&Case) -> bool) -> u64 {
    CASES.iter().filter(|case| of(case)).count() as u64
}

#[tokio::test]
async fn every_answer_of_the_management_api_is_tried_again_or_not_and_costs_its_session_only() {
    let (tables, services) = (Tables::create(), Services::start().await);
    for case in &CASES {
        fill(&tables, case.name, &speaker(case.name));
        if let Some(answer) = case.answer {
            services.answer(&speaker(case.name), answer);
        }
    }
    let lambda =
        Lambda::start(&tables, &services, &[&ATTACHED[..], &[("REPLY_MODE", "post")]].concat()).await;
    let arrived = count(|case| case.arrives);
    assert_eq!(sweep(&lambda).await, (arrived, CASES.len() as u64 - arrived));
    for case in &CASES {
        let (name, [least, most]) = (case.name, case.attempts);
        let attempts = services.attempts(&speaker(name));
        assert!((least..=most).contains(&attempts), "{name}: {attempts} attempts");
        assert_eq!(seat(&tables, name).is_null(), case.is_cleared, "{name}");
    }
    assert_eq!(services.posted().len() as u64, arrived);

    // An answer that cannot be posted is no reason for the function to fail.
    for name in ["forbidden-session-106", "silent-session-105"] {
        let question = said(&speaker(name), json!(r#"{"action":"getSessionStatus"}"#));
        assert_eq!(lambda.invoke(question).await, json!({ "statusCode": 200 }));
    }
    let refuse = |name: &str| {
        json!({ "v": 1, "work": "refuse", "connection": speaker(name), "error": "{}" }).to_string()
    };
    let messages = ["forbidden-session-106", "gone-session-108", "good-session-100"].map(refuse);
    let report = lambda.invoke(handed_over(&messages.each_ref().map(String::as_str))).await;
    assert_eq!(report, json!({ "batchItemFailures": [{ "itemIdentifier": "0" }] }));

    let log = lambda.end();
    let (gone, uncertain) = (count(|case| case.is_cleared), count(|case| !case.is_cleared && !case.arrives));
    for (reason, expected) in [("gone", gone), ("uncertain", uncertain)] {
        assert_eq!(log.counted("StatusUpdatesFailed", &[("reason", reason)]), expected, "{reason}");
    }
    assert_eq!((log.says("answer not posted"), log.says("work not done")), (2, 1));
}

#[tokio::test]
async fn a_speaker_who_has_come_back_on_another_connection_is_told_there() {
    let (tables, services) = (Arc::new(Tables::create()), Services::start().await);
    let name = "golden-eagle-427";
    fill(&tables, name, "hush-old=");
    services.lose("hush-old=");
    let table = Arc::clone(&tables);
    services.meanwhile("hush-old=", move || fill(&table, name, "hush-new="));
    let lambda = Lambda::start(&tables, &services, &ATTACHED).await;
    assert_eq!(sweep(&lambda).await, (1, 0));
    let posted = services.posted();
    assert_eq!((posted.len(), posted[0].0.as_str()), (1, "hush-new="));
    assert_eq!(seat(&tables, name), "hush-new=");
}

#[tokio::test]
async fn one_more_try_is_all_and_takes_the_seat_from_nobody_who_was_not_found_gone_in_it() {
    let (tables, services) = (Arc::new(Tables::create()), Services::start().await);
    let name = "golden-eagle-427";
    fill(&tables, name, "hush-old=");
    let table = Arc::clone(&tables);
    services.meanwhile("hush-old=", move || fill(&table, name, "hush-new="));
    for connection in ["hush-old=", "hush-new="] {
        services.lose(connection);
    }
    let lambda = Lambda::start(&tables, &services, &ATTACHED).await;
    assert_eq!(sweep(&lambda).await, (0, 1));
    assert_eq!((services.attempts("hush-old="), services.attempts("hush-new=")), (1, 1));
    assert_eq!(seat(&tables, name), "hush-new=", "the row has changed hands");
    // The next look finds the second one gone as well.
    assert_eq!(sweep(&lambda).await, (0, 1));
    assert!(seat(&tables, name).is_null());
}

/// The race that no reading can win: the row changes hands after the last look, while it is being cleared.
#[tokio::test]
async fn a_row_that_changes_hands_while_it_is_cleared_keeps_its_new_speaker() {
    let (tables, services) = (Arc::new(Tables::create()), Services::start().await);
    let dynamo = Dynamo::start().await;
    let name = "golden-eagle-427";
    fill(&tables, name, "hush-old=");
    services.lose("hush-old=");
    let table = Arc::clone(&tables);
    dynamo.meanwhile("UpdateItem", "REMOVE speakerConnectionId", move || fill(&table, name, "hush-new="));
    let lambda = Lambda::start(&tables, &services, &[&ATTACHED[..], &[dynamo.setting()]].concat()).await;
    assert_eq!(sweep(&lambda).await, (0, 1));
    assert!(dynamo.has_happened(), "nobody tried to clear the row");
    assert_eq!(seat(&tables, name), "hush-new=");
    assert_eq!(sweep(&lambda).await, (1, 0));
    assert_eq!(services.posted()[0].0, "hush-new=");
}
