//! What the speaker's side measures, against a server that does what the test says.

use super::*;
use crate::client::scripted::{Scripted, Visitor};
use crate::client::{Dialer, Trust};
use tokio::task::JoinHandle;

const LIMITED: &str = r#"{"type":"error","code":"RATE_LIMIT_EXCEEDED","message":"Wait","timestamp":1}"#;

fn status(reason: &str) -> String {
    format!(
        r#"{{"type":"sessionStatus","sessionId":"golden-eagle-427","listenerCount":0,"languageDistribution":{{}},"sessionDuration":7,"broadcastState":{{"isActive":true,"isPaused":false,"isMuted":false,"volume":1.0,"lastStateChange":1}},"timestamp":8,"updateReason":"{reason}"}}"#
    )
}

async fn on_stage() -> (Visitor, mpsc::Sender<Cue>, mpsc::Receiver<Told>, JoinHandle<SpeakerLog>) {
    let server = Scripted::start().await;
    let dialer = Dialer {
        endpoint: server.endpoint(),
        bearer: None,
        trust: Trust::Public,
        time_limit: Duration::from_secs(5),
    };
    let (socket, visitor) = tokio::join!(dialer.dial(&[]), server.accept());
    let (telling, told) = mpsc::channel(8);
    let (cues, played) = mpsc::channel(8);
    (visitor, cues, told, tokio::spawn(Speaker::new(socket.unwrap(), telling).perform(played)))
}

async fn leave(visitor: Visitor, cues: mpsc::Sender<Cue>, speaker: JoinHandle<SpeakerLog>) -> SpeakerLog {
    drop(cues);
    let farewell = tokio::spawn(async move { visitor.close(1000, "").await });
    let log = speaker.await.unwrap();
    farewell.abort();
    log
}

#[tokio::test]
async fn a_slow_server_is_charged_for_all_the_waiting() {
    let (mut visitor, cues, mut told, speaker) = on_stage().await;
    cues.send(Cue::Ask(100.0)).await.unwrap();
    // Ten questions come in while the server does not answer: they do not wait for each other.
    for _ in 0..10 {
        assert!(visitor.hear().await.unwrap().contains("getSessionStatus"));
    }
    for _ in 0..10 {
        visitor.say(&status("requested")).await;
        told.recv().await.unwrap();
    }
    let log = leave(visitor, cues, speaker).await;
    assert_eq!(log.queries.count(), 10);
    assert!(log.queries.max() >= Duration::from_millis(80), "{:?}", log.queries.max());
}

#[tokio::test]
async fn pushes_are_counted_by_reason_and_by_second_and_passed_on() {
    let (mut visitor, cues, mut told, speaker) = on_stage().await;
    for reason in ["newLanguage", "listenerCountChange", "newLanguage"] {
        visitor.say(&status(reason)).await;
        assert_eq!(told.recv().await.unwrap().status.update_reason, reason);
    }
    let log = leave(visitor, cues, speaker).await;
    assert_eq!(
        log.pushed.into_iter().collect::<Vec<_>>(),
        [("listenerCountChange".into(), 1), ("newLanguage".into(), 2)]
    );
    assert_eq!(log.most_pushed_in_a_second, 3);
    assert_eq!(log.queries.count(), 0);
}

#[tokio::test]
async fn a_refused_question_is_an_error_and_not_an_answer() {
    let (mut visitor, cues, mut told, speaker) = on_stage().await;
    cues.send(Cue::Ask(0.001)).await.unwrap();
    visitor.hear().await.unwrap();
    visitor.say(LIMITED).await;
    visitor.say(&status("periodic")).await;
    told.recv().await.unwrap();
    let log = leave(visitor, cues, speaker).await;
    assert_eq!((log.queries.count(), log.unanswered), (0, 1));
    assert_eq!(log.errors.iter().collect::<Vec<_>>(), [("speaker: RATE_LIMIT_EXCEEDED", 1)]);
}

#[tokio::test]
async fn questions_after_the_audience_has_vanished_are_noted_apart() {
    let (mut visitor, cues, mut told, speaker) = on_stage().await;
    cues.send(Cue::Vanished).await.unwrap();
    cues.send(Cue::Ask(0.001)).await.unwrap();
    visitor.hear().await.unwrap();
    visitor.say(&status("requested")).await;
    told.recv().await.unwrap();
    let log = leave(visitor, cues, speaker).await;
    assert_eq!((log.queries.count(), log.queries_after_vanishing.count()), (0, 1));
}

#[tokio::test]
async fn the_pause_is_sent_at_the_moment_that_is_told() {
    let (mut visitor, cues, _told, speaker) = on_stage().await;
    let (when, sent) = oneshot::channel();
    let before = Moment::now();
    cues.send(Cue::Pause(when)).await.unwrap();
    assert!(visitor.hear().await.unwrap().contains("pauseBroadcast"));
    let at = sent.await.unwrap();
    assert!(before <= at && at <= Moment::now());
    cues.send(Cue::Resume).await.unwrap();
    assert!(visitor.hear().await.unwrap().contains("resumeBroadcast"));
    leave(visitor, cues, speaker).await;
}
