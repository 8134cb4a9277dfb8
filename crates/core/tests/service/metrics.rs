//! Everything is counted once.

use crate::stage::Stage;
use headcount_core::Measurement::{
    Joined, Left, Resumed, SessionClosed, SessionOpened, Switched, UpdateFailed, UpdateSent,
};
use headcount_core::{EndReason, Measurement, SendFailure, UpdateReason};
use headcount_testkit::SpeakerAnswer;
use std::time::Duration;

fn left(stage: &Stage) -> u64 {
    let listeners = |m: &Measurement| if let Left { listeners } = m { *listeners } else { 0 };
    stage.metrics.measurements().iter().map(listeners).sum()
}

fn count(stage: &Stage, what: &Measurement) -> usize {
    stage.metrics.count(|m| m == what)
}

#[tokio::test]
async fn joins_resumes_switches_and_leaves_add_up() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 4, "es").await;
    stage.join("es0", "es").await;
    stage.close("es0").await;
    stage.close("es0").await;
    stage.switch("es1", "fr").await;
    stage.switch("es1", "fr").await;
    let place = stage.join("ana", "es").await.place;
    stage.cut("ana").await;
    stage.try_join("ana2", None, Some(place)).await.unwrap();
    stage.cut("es2").await;
    stage.cut("es3").await;
    assert_eq!((left(&stage), count(&stage, &Joined)), (1, 5), "who is in grace has not left");
    stage.wait(6_000).await;
    assert_eq!(left(&stage), 3);
    assert_eq!((count(&stage, &Resumed), count(&stage, &Switched)), (1, 1));
    stage.service.close_session(&stage.id, EndReason::Ended(None)).await.unwrap();
    assert_eq!(left(&stage), 5, "whoever joined has left");
}

#[tokio::test]
async fn a_language_changed_by_joining_again_or_by_resuming_is_a_switch() {
    let stage = Stage::on_air().await;
    let place = stage.join("ana", "es").await.place;
    let place = stage.try_join("ana2", Some("es"), Some(place)).await.unwrap().place;
    assert_eq!(count(&stage, &Switched), 0);
    stage.try_join("ana3", Some("fr"), Some(place)).await.unwrap();
    assert_eq!(count(&stage, &Switched), 1);
    stage.join("ana3", "fr").await;
    stage.join("ana3", "de").await;
    assert_eq!((count(&stage, &Switched), count(&stage, &Joined)), (2, 1));
}

#[tokio::test]
async fn a_grace_that_ends_with_the_session_is_counted_once() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 3, "es").await;
    stage.cut("es0").await;
    stage.clock.advance(Duration::from_secs(6));
    stage.service.close_session(&stage.id, EndReason::Ended(None)).await.unwrap();
    assert_eq!(left(&stage), 3);
    stage.wait(10_000).await;
    assert_eq!(left(&stage), 3);
}

#[tokio::test]
async fn nobody_is_not_counted_as_leaving() {
    let stage = Stage::on_air().await;
    stage.close("speaker").await;
    stage.wait(30_000).await;
    assert_eq!(stage.metrics.count(|m| matches!(m, Left { .. })), 0);
}

#[tokio::test]
async fn sessions_are_counted_when_they_open_and_close() {
    let stage = Stage::on_air().await;
    stage.wait(7_000).await;
    stage.service.close_session(&stage.id, EndReason::Expired).await.unwrap();
    stage.service.close_session(&stage.id, EndReason::Expired).await.unwrap();
    assert_eq!(count(&stage, &SessionOpened), 1);
    let closed = SessionClosed { lasted: Duration::from_secs(7), reason: EndReason::Expired };
    assert_eq!(stage.metrics.count(|m| matches!(m, SessionClosed { .. })), 1);
    assert_eq!(count(&stage, &closed), 1);
}

#[tokio::test]
async fn updates_are_counted_by_their_reason() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.wait(1_000).await;
    stage.join("bea", "es").await;
    stage.ask().await;
    stage.wait(30_000).await;
    for reason in UpdateReason::ALL {
        assert_eq!(count(&stage, &UpdateSent { reason }), 1, "{reason:?}");
    }
}

#[tokio::test]
async fn updates_that_fail_are_counted_by_their_kind() {
    let stage = Stage::on_air().await;
    stage.speaker.answer(SpeakerAnswer::Fails);
    stage.join("ana", "es").await;
    stage.speaker.answer(SpeakerAnswer::Gone);
    stage.wait(30_000).await;
    assert_eq!(count(&stage, &UpdateFailed { kind: SendFailure::Uncertain }), 1);
    assert_eq!(count(&stage, &UpdateFailed { kind: SendFailure::Gone }), 1);
    assert_eq!(stage.metrics.count(|m| matches!(m, UpdateSent { .. })), 0);
}
