//! What becomes of batches that fail, with time that stands still but for waiting.

use super::retries::Retries;
use super::*;
use crate::function::InvokeError;
use crate::function::scripted::Scripted;
use serde_json::{Value, json};
use tokio::time::Instant;

/// Brings records `1` to `count` to a function that does `script`; the batches that it was given.
async fn delivered(
    count: usize,
    bisect: bool,
    dead: &DeadLetters,
    script: impl FnMut(&[&str]) -> Result<Value, InvokeError> + Send + 'static,
) -> Vec<String> {
    let mut script = script;
    let (function, mut events) = Scripted::new(move |event| script(&names(event)));
    let rules = StreamRules {
        table: "Connections".to_owned(),
        batch_size: 500,
        retries: 3,
        max_age: Duration::from_secs(60),
        bisect,
    };
    let records = (1..=count).map(|at| json!({ "dynamodb": { "SequenceNumber": at.to_string() } })).collect();
    Retries { rules: &rules, function: &function, dead }.deliver(records).await;
    drop(function);
    let mut batches = Vec::new();
    while let Some(event) = events.recv().await {
        batches.push(names(&event).join(" "));
    }
    batches
}

fn names(event: &Value) -> Vec<&str> {
    let records = event["Records"].as_array().unwrap();
    records.iter().map(|record| record["dynamodb"]["SequenceNumber"].as_str().unwrap()).collect()
}

fn failing_at(name: &str) -> Result<Value, InvokeError> {
    Ok(json!({ "batchItemFailures": [{ "itemIdentifier": name }] }))
}

const BROKEN: Result<Value, InvokeError> = Err(InvokeError::Throttled);

#[tokio::test(start_paused = true)]
async fn what_succeeds_comes_once() {
    let dead = DeadLetters::default();
    assert_eq!(delivered(3, true, &dead, |_| Ok(json!({ "batchItemFailures": [] }))).await, ["1 2 3"]);
}

#[tokio::test(start_paused = true)]
async fn it_goes_on_from_the_first_record_that_failed() {
    let dead = DeadLetters::default();
    let mut calls = 0;
    let script = move |_: &[&str]| {
        calls += 1;
        if calls == 1 { failing_at("3") } else { Ok(Value::Null) }
    };
    assert_eq!(delivered(4, true, &dead, script).await, ["1 2 3 4", "3 4"]);
    assert_eq!(dead.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn one_bad_record_is_found_by_halves_and_costs_only_itself() {
    let dead = DeadLetters::default();
    let script = |names: &[&str]| if names.contains(&"3") { BROKEN } else { Ok(Value::Null) };
    let batches = delivered(4, true, &dead, script).await;
    assert_eq!(batches, ["1 2 3 4", "1 2", "3 4", "3", "3", "3", "3", "4"]);
    assert_eq!(dead.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_halves_a_batch_is_tried_again_whole_and_then_given_up() {
    let dead = DeadLetters::default();
    let start = Instant::now();
    assert_eq!(delivered(2, false, &dead, |_| BROKEN).await, ["1 2"; 4]);
    assert_eq!(dead.count(), 1);
    assert_eq!(start.elapsed().as_millis(), 200 + 400 + 800);
}
