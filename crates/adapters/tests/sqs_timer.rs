//! Wake-ups through SQS, against a server that speaks as much of its protocol (AWS JSON 1.0) as sending needs.

#[allow(dead_code, reason = "other tests use more of it")]
mod scripted_http;

use axum::http::Method;
use futures_util::FutureExt;
use headcount_adapters::aws::OPERATION_TIMEOUT;
use headcount_adapters::timer::sqs::{InvalidWake, SqsTimer, WakeMessage};
use headcount_core::Timestamp;
use headcount_core::ports::UpdateTimer;
use headcount_testkit::{ManualClock, samples};
use scripted_http::{Answer, ScriptedHttp, Seen, config, nobody};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};

const QUEUE: &str = "https://sqs.us-east-1.amazonaws.com/123456789012/headcount";

struct Stage {
    queue: ScriptedHttp,
    clock: Arc<ManualClock>,
    timer: SqsTimer,
}

async fn stage() -> Stage {
    stage_where(|_, _| Answer::Status(200)).await
}

async fn stage_where(script: impl Fn(&Seen, usize) -> Answer + Send + Sync + 'static) -> Stage {
    let queue = ScriptedHttp::start(script).await;
    let clock = Arc::new(ManualClock::default());
    let timer = SqsTimer::new(&config(&queue.url).await, QUEUE, clock.clone());
    Stage { queue, clock, timer }
}

impl Stage {
    /// The wake-ups that were sent, with their delays in seconds.
    fn sent(&self) -> Vec<(WakeMessage, u64)> {
        self.queue.seen().iter().map(wake_and_delay).collect()
    }

    fn delays(&self) -> Vec<u64> {
        self.sent().into_iter().map(|(_, delay)| delay).collect()
    }
}

fn wake_and_delay(seen: &Seen) -> (WakeMessage, u64) {
    let request: Value = serde_json::from_str(&seen.body).expect("the request is JSON");
    let wake = request["MessageBody"].as_str().map(WakeMessage::parse);
    let wake = wake.expect("there is a message").expect("it is a wake-up");
    (wake, request["DelaySeconds"].as_u64().expect("there is a delay"))
}

fn wake(hop: u8) -> WakeMessage {
    WakeMessage { session: samples::session_id(1), at: samples::NOW, hop }
}

#[tokio::test]
async fn a_wake_up_is_one_signed_message_to_the_queue() {
    let stage = stage().await;
    stage.timer.wake_at(&samples::session_id(1), samples::at(30_000)).await;
    let [seen] = stage.queue.seen().try_into().unwrap();
    assert_eq!((&seen.method, seen.path.as_str()), (&Method::POST, "/"));
    assert_eq!(seen.headers["content-type"], "application/x-amz-json-1.0");
    assert_eq!(seen.headers["x-amz-target"], "AmazonSQS.SendMessage");
    assert!(seen.headers["authorization"].to_str().unwrap().contains("/sqs/aws4_request"));
    let request: Value = serde_json::from_str(&seen.body).unwrap();
    assert_eq!(request["QueueUrl"], QUEUE);
    let wake = WakeMessage { session: samples::session_id(1), at: samples::at(30_000), hop: 1 };
    assert_eq!(wake_and_delay(&seen), (wake, 30));
}

#[tokio::test]
async fn a_delay_is_whole_seconds_never_early_and_as_long_as_sqs_can() {
    for (from_now, delay) in [
        (0, 0),
        (1, 1),
        (999, 1),
        (1_000, 1),
        (1_001, 2),
        (29_500, 30),
        (899_001, 900),
        (900_000, 900),
        (900_001, 900),
        (7_200_000, 900),
    ] {
        let stage = stage().await;
        stage.timer.wake_at(&samples::session_id(1), samples::at(from_now)).await;
        assert_eq!(stage.delays(), [delay], "{from_now} ms from now");
    }
}

#[tokio::test]
async fn the_past_is_now_and_the_end_of_time_is_the_longest_delay() {
    let stage = stage().await;
    stage.timer.wake_at(&samples::session_id(1), Timestamp::EPOCH).await;
    stage.timer.wake_at(&samples::session_id(2), Timestamp::MAX).await;
    assert_eq!(stage.delays(), [0, 900]);
}

#[tokio::test]
async fn a_burst_that_waits_for_the_same_gap_is_one_message() {
    let stage = stage().await;
    for _ in 0..100 {
        stage.timer.wake_at(&samples::session_id(1), samples::at(1_000)).await;
        stage.clock.advance(Duration::from_millis(1));
    }
    assert_eq!(stage.delays(), [1]);
}

#[tokio::test]
async fn another_session_or_moment_is_another_message() {
    let stage = stage().await;
    let (one, two) = (samples::session_id(1), samples::session_id(2));
    stage.timer.wake_at(&one, samples::at(30_000)).await;
    stage.timer.wake_at(&two, samples::at(30_000)).await;
    stage.timer.wake_at(&one, samples::at(1_000)).await;
    stage.timer.wake_at(&one, samples::at(30_000)).await;
    assert_eq!(stage.delays(), [30, 30, 1, 30]);
}

#[tokio::test]
async fn a_wake_up_that_has_come_is_no_reason_not_to_send_another() {
    let stage = stage().await;
    for _ in 0..3 {
        stage.timer.wake_at(&samples::session_id(1), stage.clock.advance(Duration::from_secs(1))).await;
    }
    assert_eq!(stage.delays(), [0, 0, 0]);
}

#[tokio::test]
async fn a_wake_up_asks_for_one_more_and_that_one_for_none() {
    let stage = stage().await;
    let (session, sweep) = (samples::session_id(1), samples::at(60_000));
    stage.timer.following(&wake(1), sweep).wake_at(&session, samples::at(30_000)).await;
    stage.timer.following(&wake(2), sweep).wake_at(&session, samples::at(40_000)).await;
    stage.timer.following(&wake(u8::MAX), sweep).wake_at(&session, samples::at(50_000)).await;
    let [(wake, delay)] = stage.sent().try_into().unwrap();
    assert_eq!((wake.hop, delay), (2, 30));
}

#[tokio::test]
async fn the_last_wake_up_of_a_row_does_not_stand_in_for_one_that_may_be_followed() {
    let stage = stage().await;
    let session = samples::session_id(1);
    stage.timer.following(&wake(1), Timestamp::MAX).wake_at(&session, samples::at(30_000)).await;
    stage.timer.wake_at(&session, samples::at(30_000)).await;
    stage.timer.following(&wake(1), Timestamp::MAX).wake_at(&session, samples::at(30_000)).await;
    assert_eq!(stage.sent().iter().map(|(wake, _)| wake.hop).collect::<Vec<_>>(), [2, 1]);
}

#[tokio::test]
async fn what_is_due_after_the_next_sweep_is_left_to_it() {
    let stage = stage().await;
    let sweeping = stage.timer.until(samples::at(75_000));
    sweeping.wake_at(&samples::session_id(1), samples::at(74_999)).await;
    sweeping.wake_at(&samples::session_id(2), samples::at(75_000)).await;
    sweeping.wake_at(&samples::session_id(3), samples::at(90_000)).await;
    assert_eq!(stage.delays(), [75]);
}

#[tokio::test]
async fn a_queue_that_fails_is_tried_again_and_harms_nobody() {
    let stage = stage_where(|_, before| Answer::Status(if before == 0 { 503 } else { 200 })).await;
    stage.timer.wake_at(&samples::session_id(1), samples::at(30_000)).await;
    assert_eq!(stage.delays(), [30, 30], "the second is another attempt");
}

#[tokio::test]
async fn what_the_queue_refused_is_sent_when_it_is_asked_for_again() {
    let refusal = || Answer::Error(400, None, r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}"#);
    let stage = stage_where(move |_, before| if before == 0 { refusal() } else { Answer::Status(200) }).await;
    for _ in 0..3 {
        stage.timer.wake_at(&samples::session_id(1), samples::at(30_000)).await;
    }
    assert_eq!(stage.delays(), [30, 30]);
}

#[tokio::test]
async fn what_was_given_up_half_way_is_sent_when_it_is_asked_for_again() {
    let stage = stage().await;
    let session = samples::session_id(1);
    let given_up = stage.timer.wake_at(&session, samples::at(30_000)).now_or_never();
    assert!(given_up.is_none(), "it was sent at once, which takes a connection at least");
    stage.timer.wake_at(&session, samples::at(30_000)).await;
    assert!(stage.delays().contains(&30));
}

#[tokio::test]
async fn a_queue_that_is_silent_or_not_there_is_not_waited_for() {
    let silent = stage_where(|_, _| Answer::Silence).await;
    let absent = SqsTimer::new(&config(&nobody().await).await, QUEUE, silent.clock.clone());
    let began = Instant::now();
    silent.timer.wake_at(&samples::session_id(1), samples::at(30_000)).await;
    absent.wake_at(&samples::session_id(1), samples::at(30_000)).await;
    assert!(began.elapsed() < 2 * OPERATION_TIMEOUT + Duration::from_secs(1));
    assert!(silent.delays().len() >= 2, "one attempt only");
}

#[test]
fn a_message_says_what_it_is() {
    let wake = WakeMessage { session: samples::session_id(1), at: samples::NOW, hop: 2 };
    let text = wake.to_text();
    let id = samples::session_id(1);
    let json = format!(
        r#"{{"type":"headcount.wake","version":1,"sessionId":"{id}","wakeAt":1800000000000,"hop":2}}"#
    );
    assert_eq!(text, json);
    assert_eq!(WakeMessage::parse(&text), Ok(wake));
}

#[test]
fn a_message_that_is_spoilt_or_new_is_known_as_such() {
    let good = wake(1).to_text();
    let more = good.replace("\"hop\":1", "\"hop\":1,\"why\":\"gap\"");
    assert_eq!(WakeMessage::parse(&more), Ok(wake(1)), "what is added may be ignored");
    let newer = r#"{"type":"headcount.wake","version":2,"sessions":[]}"#;
    assert_eq!(WakeMessage::parse(newer), Err(InvalidWake::UnknownVersion(2)));
    for spoilt in [
        String::new(),
        "[]".to_owned(),
        "null".to_owned(),
        good.replace("headcount.wake", "other"),
        good.replace(samples::session_id(1).as_str(), "nobody"),
        good.replace("\"hop\":1", "\"hop\":-1"),
        good.replace("\"hop\":1", "\"hop\":256"),
        good.replace("\"wakeAt\":", "\"wake\":"),
        good[..good.len() - 1].to_owned(),
    ] {
        assert_eq!(WakeMessage::parse(&spoilt), Err(InvalidWake::Malformed), "{spoilt}");
    }
}
