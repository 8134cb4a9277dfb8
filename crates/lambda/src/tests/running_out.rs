//! Surroundings that say nothing: every invocation ends by itself, before Lambda ends it.

use super::Stage;
use super::stage::{connect_event, failed, message_event};
use crate::app::{ReplyMode, Settings};
use crate::arming::Wake;
use async_trait::async_trait;
use headcount_core::ports::{Delivery, SendError, SpeakerChannel};
use headcount_core::service::Ports;
use headcount_core::{ConnectionId, Measurement, SendFailure, SessionId, StatusUpdate};
use headcount_testkit::{Fault, Port, samples};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The time that Lambda gives an invocation; the stage says so.
const TIME: Duration = Duration::from_secs(5);

/// What `event` comes to, while there is time.
async fn in_time(stage: &Stage, event: &Value) -> Value {
    let began = Instant::now();
    let returned = stage.invoke(event).await;
    assert!(began.elapsed() < TIME, "{:?} for {event}", began.elapsed());
    returned
}

fn changes(sessions: &[SessionId]) -> Value {
    let record = |(at, session): (usize, &SessionId)| {
        let row = json!({
            "connectionId": { "S": format!("L{at}") }, "sessionId": { "S": session.as_str() },
            "role": { "S": "listener" }, "targetLanguage": { "S": "es" },
        });
        let change = json!({ "SequenceNumber": at.to_string(), "NewImage": row });
        json!({ "eventSource": "aws:dynamodb", "dynamodb": change })
    };
    json!({ "Records": sessions.iter().enumerate().map(record).collect::<Vec<Value>>() })
}

async fn sessions(stage: &Stage, count: usize) -> Vec<SessionId> {
    let mut sessions = Vec::new();
    for n in 0..count {
        sessions.push(stage.session(&format!("S{n}")).await);
    }
    sessions
}

#[tokio::test(start_paused = true)]
async fn every_message_is_answered_whatever_it_asks_of_a_silent_store() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    stage.store.set_all(Fault::Hangs);
    for message in [
        json!({ "action": "createSession", "sourceLanguage": "en" }),
        json!({ "action": "joinSession", "sessionId": session.as_str(), "targetLanguage": "es" }),
        json!({ "action": "getSessionStatus" }),
        json!({ "action": "pauseBroadcast" }),
        json!({ "action": "changeLanguage", "targetLanguage": "es" }),
        json!({ "action": "endSession" }),
    ] {
        let returned = in_time(&stage, &message_event("S", &message.to_string())).await;
        let answer: Value = serde_json::from_str(returned["body"].as_str().unwrap()).unwrap();
        assert_eq!(answer["code"], "STATUS_UNAVAILABLE", "{message}");
        assert_eq!(answer["details"]["retryAfter"], 1, "{message}");
    }
    stage.store.set_all(Fault::None);
    assert_eq!(stage.status("S").await["type"], "sessionStatus", "the next one is answered");
}

#[tokio::test(start_paused = true)]
async fn who_comes_is_refused_and_who_goes_is_let_go_whatever_the_store_says() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    let query = [("sessionId", session.as_str()), ("targetLanguage", "es")];
    stage.store.set_all(Fault::Hangs);
    assert_eq!(in_time(&stage, &connect_event("A", &query)).await["statusCode"], 503);
    let gone = json!({ "requestContext": { "eventType": "DISCONNECT", "connectionId": "S" } });
    assert_eq!(in_time(&stage, &gone).await["statusCode"], 200);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_posted_holds_nobody_up() {
    let settings = Settings { reply_mode: ReplyMode::Post, ..Settings::default() };
    let stage = Stage::with(settings, |_| {});
    stage.silence();
    stage.store.set_all(Fault::Hangs);
    let message = json!({ "action": "createSession", "sourceLanguage": "en" });
    let returned = in_time(&stage, &message_event("S", &message.to_string())).await;
    assert_eq!(returned, json!({ "statusCode": 200 }));
}

#[tokio::test(start_paused = true)]
async fn who_reads_refusals_is_refused_by_status_where_the_queue_is_silent_too() {
    let stage = Stage::new();
    stage.silence();
    stage.store.set_all(Fault::Hangs);
    let mut event = connect_event("A", &[("action", "createSession"), ("sourceLanguage", "en")]);
    event["headers"] = json!({ "Sec-WebSocket-Protocol": headcount_protocol::SUBPROTOCOL });
    assert_eq!(in_time(&stage, &event).await["statusCode"], 503);
}

#[tokio::test(start_paused = true)]
async fn messages_that_there_was_no_time_for_come_again_and_the_others_do_not() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    stage.later(30_000);
    stage.store.set_all(Fault::Hangs);
    let wake = crate::compose::wake_message(&Wake { session, at: samples::NOW, hop: 1 });
    let refuse = crate::work::Work::Refuse { connection: samples::connection("A"), error: "{}".to_owned() };
    let began = Instant::now();
    assert_eq!(stage.hand_over(&[wake, refuse.to_message()]).await, ["0"]);
    assert!(began.elapsed() < TIME);
    assert_eq!(stage.posted().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_batch_of_many_sessions_ends_in_time_and_says_which_are_to_come_again() {
    let stage = Stage::new();
    let sessions = sessions(&stage, 100).await;
    stage.store.set(Port::Sessions, Fault::Hangs);
    assert_eq!(failed(&in_time(&stage, &changes(&sessions)).await).len(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_over_sessions_that_hang_ends_in_time_and_hands_the_rest_on() {
    let stage = Stage::new();
    sessions(&stage, 100).await;
    stage.later(30_000);
    stage.store.set(Port::Ledgers, Fault::Hangs);
    let report = in_time(&stage, &crate::trigger::sweep_input()).await;
    assert_eq!((&report["updatesSent"], &report["updatesFailed"]), (&json!(0), &json!(64)), "{report}");
    let uncertain =
        |it: &Measurement| matches!(it, Measurement::UpdateFailed { kind: SendFailure::Uncertain });
    assert_eq!(stage.metrics.count(uncertain), 64, "the alarm counts what the report counts");
    stage.store.set(Port::Ledgers, Fault::None);
    assert_eq!((stage.queued().len(), stage.work_off().await), (1, 0));
    assert_eq!(stage.told().len(), 36);
}

#[tokio::test(start_paused = true)]
async fn when_a_page_has_taken_all_the_time_the_next_one_is_handed_on() {
    let stage = Stage::with(Settings { sweep_budget: Duration::ZERO, ..Settings::default() }, |_| {});
    sessions(&stage, 32).await;
    stage.later(30_000);
    stage.store.set(Port::Ledgers, Fault::Hangs);
    assert_eq!(in_time(&stage, &crate::trigger::sweep_input()).await["updatesFailed"], 32);
    assert_eq!((stage.queued().len(), stage.work_off().await), (1, 0));
    assert_eq!(stage.queued().len(), 0, "it comes to an end");
}

#[tokio::test(start_paused = true)]
async fn a_sweep_that_cannot_read_or_hand_on_fails_in_time() {
    let stage = Stage::with(Settings { sweep_budget: Duration::ZERO, ..Settings::default() }, |_| {});
    sessions(&stage, 40).await;
    stage.silence();
    for fault in [Fault::None, Fault::Hangs] {
        stage.store.set(Port::Sessions, fault);
        let began = Instant::now();
        let failed = stage.try_invoke(&crate::trigger::sweep_input()).await.unwrap_err();
        assert_eq!(failed.kind(), "Sweep");
        assert!(began.elapsed() < TIME, "{:?}", began.elapsed());
    }
}

/// A way to the speaker that takes its time.
struct SlowSpeakers(Arc<dyn SpeakerChannel>);

#[async_trait]
impl SpeakerChannel for SlowSpeakers {
    async fn send(&self, speaker: &ConnectionId, update: &StatusUpdate) -> Result<Delivery, SendError> {
        // Sessions that share a turn wait for each other; four of them have the time.
        tokio::time::sleep(Duration::from_millis(200)).await;
        self.0.send(speaker, update).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_sweep_with_little_time_cuts_off_nobody_whose_update_is_claimed() {
    for whole in [2_500, 3_500, 5_000] {
        let slow = |ports: &mut Ports| ports.speakers = Arc::new(SlowSpeakers(Arc::clone(&ports.speakers)));
        let stage = Stage::with(Settings::default(), slow);
        sessions(&stage, 300).await;
        stage.later(30_000);
        let within = Duration::from_millis(whole);
        let report = stage.app.invoke(&crate::trigger::sweep_input(), within).await.unwrap();
        assert_eq!(report["updatesFailed"], 0, "{report} of {whole} ms");
        assert_eq!(stage.told().len() as u64, report["updatesSent"].as_u64().unwrap());
    }
}
