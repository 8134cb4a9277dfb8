//! Changes of the table of connections, as its stream tells them.

use super::Stage;
use super::stage::failed;
use headcount_core::ports::{Joiner, PresenceStore, WantedRole};
use headcount_core::{SessionId, UpdateReason};
use headcount_testkit::{Fault, Port, samples};
use serde_json::{Value, json};

fn row(connection: &str, session: &SessionId, language: &str) -> Value {
    json!({
        "connectionId": { "S": connection }, "sessionId": { "S": session.as_str() },
        "role": { "S": "listener" }, "targetLanguage": { "S": language },
    })
}

fn record(sequence: u32, old: Option<Value>, new: Option<Value>) -> Value {
    let mut change = json!({ "SequenceNumber": sequence.to_string() });
    if let Some(old) = old {
        change["OldImage"] = old;
    }
    if let Some(new) = new {
        change["NewImage"] = new;
    }
    json!({ "eventSource": "aws:dynamodb", "dynamodb": change })
}

fn batch(records: &[Value]) -> Value {
    json!({ "Records": records })
}

#[tokio::test]
async fn a_batch_about_nothing_new_costs_no_update() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    stage.listener("A", &session, "es").await;
    assert_eq!(stage.told().len(), 1, "the join itself was told");
    stage.later(5_000);
    let joined = batch(&[record(1, None, Some(row("A", &session, "es")))]);
    assert_eq!(failed(&stage.invoke(&joined).await), Vec::<String>::new());
    assert_eq!(stage.told(), []);
}

#[tokio::test]
async fn a_failing_store_is_reported_by_the_first_record_of_each_session() {
    let stage = Stage::new();
    let (one, two) = (stage.session("S").await, stage.session("T").await);
    stage.store.set(Port::Sessions, Fault::Unavailable);
    let records = [
        record(7, None, Some(row("A", &one, "es"))),
        record(8, None, Some(row("B", &two, "es"))),
        record(9, None, Some(row("C", &one, "es"))),
    ];
    let mut reported = failed(&stage.invoke(&batch(&records)).await);
    reported.sort();
    assert_eq!(reported, ["7", "8"]);
}

#[tokio::test]
async fn rows_that_nobody_can_read_cost_nothing() {
    let stage = Stage::new();
    let records = [
        record(1, Some(json!(7)), Some(json!({ "sessionId": { "N": "7" } }))),
        json!({ "eventSource": "aws:dynamodb" }),
    ];
    assert!(failed(&stage.invoke(&batch(&records)).await).is_empty());
}

#[tokio::test]
async fn who_has_left_is_looked_at_once_more_when_the_index_has_settled() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    stage.listener("A", &session, "es").await;
    stage.later(5_000);
    let left = batch(&[record(1, Some(row("A", &session, "es")), None)]);
    stage.invoke(&left).await;
    let soon = samples::at(6_000);
    assert!(stage.wakes.outside.pending().contains(&(soon, session)));
}

/// Others write a row: to the store that is a join that tells nobody.
async fn others_write(stage: &Stage, connection: &str, session: &SessionId, language: &str) {
    let language = Some(samples::language(language));
    let role = WantedRole::Listener { language, resume: None, max_listeners: u64::MAX };
    let (connection, session) = (samples::connection(connection), session.clone());
    let joiner = Joiner { connection, session, role, now: samples::NOW };
    stage.store.join(joiner).await.unwrap();
}

#[tokio::test]
async fn a_change_that_others_wrote_is_told_once_however_often_the_batch_comes() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    let mut records = Vec::new();
    for (at, (name, language)) in [("A", "es"), ("B", "es"), ("C", "fr")].into_iter().enumerate() {
        others_write(&stage, name, &session, language).await;
        records.push(record(u32::try_from(at).unwrap(), None, Some(row(name, &session, language))));
    }
    stage.invoke(&batch(&records)).await;
    let told = stage.told();
    assert_eq!(told.iter().map(|update| update.reason).collect::<Vec<_>>(), [UpdateReason::NewLanguage]);
    assert_eq!(told[0].status.listener_count(), 3);
    stage.later(5_000);
    records.reverse();
    for again in [&records[..], &records[1..], &records[..1]] {
        assert!(failed(&stage.invoke(&batch(again)).await).is_empty());
    }
    assert_eq!(stage.told(), []);
}
