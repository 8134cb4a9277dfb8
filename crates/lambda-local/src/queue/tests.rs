//! The queue, with time that stands still but for waiting.

use super::*;
use crate::function::InvokeError;
use crate::function::scripted::Scripted;
use headcount_server::SystemClock;
use tokio::sync::mpsc::UnboundedReceiver;

const RULES: QueueRules = QueueRules {
    batch_size: 3,
    visibility: Duration::from_secs(30),
    retention: Duration::from_secs(600),
    max_receives: 2,
};

fn queue() -> (Arc<Queue>, DeadLetters) {
    let dead = DeadLetters::default();
    (Arc::new(Queue::new(RULES, Arc::new(SystemClock::default()), dead.clone())), dead)
}

/// Lets `script` work on `queue`; what it is given.
fn worked_by(
    queue: &Arc<Queue>,
    script: impl FnMut(&Value) -> Result<Value, InvokeError> + Send + 'static,
) -> UnboundedReceiver<Value> {
    let (function, events) = Scripted::new(script);
    tokio::spawn(Arc::clone(queue).deliver(Arc::new(function), 1));
    events
}

fn bodies(event: &Value) -> Vec<&str> {
    event["Records"].as_array().unwrap().iter().map(|record| record["body"].as_str().unwrap()).collect()
}

fn put(queue: &Queue, body: &str, delay_secs: u64) {
    queue.send(body.to_owned(), Duration::from_secs(delay_secs)).unwrap();
}

#[tokio::test(start_paused = true)]
async fn messages_come_when_their_delay_is_over_in_batches_and_in_order() {
    let (queue, _) = queue();
    put(&queue, "late", 20);
    for body in ["a", "b", "c", "d"] {
        put(&queue, body, 0);
    }
    let start = Instant::now();
    let mut events = worked_by(&queue, |_| Ok(Value::Null));
    assert_eq!(bodies(&events.recv().await.unwrap()), ["a", "b", "c"]);
    assert_eq!(bodies(&events.recv().await.unwrap()), ["d"]);
    assert_eq!(bodies(&events.recv().await.unwrap()), ["late"]);
    assert_eq!(start.elapsed().as_secs(), 20);
    put(&queue, "soon", 1);
    let event = events.recv().await.unwrap();
    assert_eq!(bodies(&event), ["soon"]);
    assert_eq!(event["Records"][0]["eventSource"], "aws:sqs");
    assert_eq!(event["Records"][0]["attributes"]["ApproximateReceiveCount"], "1");
}

#[tokio::test(start_paused = true)]
async fn what_is_reported_comes_again_and_is_dead_after_the_last_time() {
    let (queue, dead) = queue();
    put(&queue, "good", 0);
    put(&queue, "bad", 0);
    let start = Instant::now();
    let mut events = worked_by(&queue, |event| {
        let bad = event["Records"].as_array().unwrap().iter().filter(|record| record["body"] == "bad");
        let failures = bad.map(|record| json!({ "itemIdentifier": record["messageId"] }));
        Ok(json!({ "batchItemFailures": failures.collect::<Vec<_>>() }))
    });
    assert_eq!(bodies(&events.recv().await.unwrap()), ["good", "bad"]);
    let again = events.recv().await.unwrap();
    assert_eq!((bodies(&again), start.elapsed().as_secs()), (vec!["bad"], 30));
    assert_eq!(again["Records"][0]["attributes"]["ApproximateReceiveCount"], "2");
    put(&queue, "bad", 60);
    events.recv().await.unwrap();
    assert_eq!(dead.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_function_that_fails_gets_the_whole_batch_again() {
    let (queue, dead) = queue();
    put(&queue, "a", 0);
    put(&queue, "b", 0);
    let mut calls = 0;
    let mut events = worked_by(&queue, move |_| {
        calls += 1;
        if calls == 1 { Err(InvokeError::TimedOut(Duration::from_secs(5))) } else { Ok(Value::Null) }
    });
    assert_eq!(bodies(&events.recv().await.unwrap()), ["a", "b"]);
    assert_eq!(bodies(&events.recv().await.unwrap()), ["a", "b"]);
    assert_eq!(dead.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_lay_too_long_is_thrown_away_and_what_does_not_fit_is_refused() {
    let (queue, _) = queue();
    put(&queue, "old", 0);
    tokio::time::advance(RULES.retention).await;
    put(&queue, "new", 0);
    let mut events = worked_by(&queue, |_| Ok(Value::Null));
    assert_eq!(bodies(&events.recv().await.unwrap()), ["new"]);
    for _ in 0..CAPACITY {
        put(&queue, "x", 900);
    }
    assert_eq!(queue.send("x".to_owned(), Duration::ZERO), Err(Full));
}

#[test]
fn sqs_answers_send_message_and_nothing_else() {
    let (queue, _) = queue();
    let send = |request: Value| sqs::answer(&queue, "AmazonSQS.SendMessage", request.to_string().as_bytes());
    let url = "http://127.0.0.1:1/000000000000/Wakes";
    let sent = send(json!({ "QueueUrl": url, "MessageBody": "hello", "DelaySeconds": 900 })).unwrap();
    assert_eq!(sent["MessageId"].as_str().map(str::len), Some(36));
    let refused = |request| send(request).unwrap_err().0;
    for (request, error) in [
        (json!({ "QueueUrl": url, "MessageBody": "hello", "DelaySeconds": 901 }), "InvalidParameterValue"),
        (json!({ "QueueUrl": url, "MessageBody": "hello", "DelaySeconds": -1 }), "InvalidParameterValue"),
        (json!({ "QueueUrl": url }), "MissingParameter"),
        (
            json!({ "QueueUrl": "http://127.0.0.1:1/000000000000/Other", "MessageBody": "x" }),
            "QueueDoesNotExist",
        ),
        (json!([]), "QueueDoesNotExist"),
    ] {
        assert_eq!(refused(request), error);
    }
    assert_eq!(sqs::answer(&queue, "AmazonSQS.SendMessage", b"{").unwrap_err().0, "InvalidParameterValue");
    assert_eq!(sqs::answer(&queue, "AmazonSQS.ReceiveMessage", b"{}").unwrap_err().0, "UnsupportedOperation");
}
