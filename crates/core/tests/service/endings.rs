//! How sessions end, and what is left of them.

use crate::stage::{Stage, open, the_speaker};
use headcount_core::ports::CloseReason;
use headcount_core::service::{AttachError, JoinError, QueryError, Steering};
use headcount_core::{EndReason, Notice, StatusDetail};
use headcount_testkit::{AudienceEvent, samples::connection};

#[tokio::test]
async fn everyone_is_told_and_then_let_go() {
    let stage = Stage::on_air().await;
    let reason = EndReason::Ended(Some("good night".to_owned()));
    assert!(stage.service.close_session(&stage.id, reason.clone()).await.unwrap());
    assert_eq!(
        stage.audience.take(),
        [
            AudienceEvent::Told(stage.id.clone(), Notice::SessionEnded(reason), stage.now()),
            AudienceEvent::ClosedAll(stage.id.clone(), CloseReason::SessionEnded),
        ]
    );
}

#[tokio::test]
async fn a_session_ends_once() {
    let stage = Stage::on_air().await;
    assert!(stage.service.close_session(&stage.id, EndReason::Ended(None)).await.unwrap());
    assert_eq!(stage.audience.take().len(), 2);
    assert!(!stage.service.close_session(&stage.id, EndReason::Ended(None)).await.unwrap());
    assert_eq!(stage.audience.take(), []);
}

#[tokio::test]
async fn an_ended_session_is_not_found_by_anyone() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.service.close_session(&stage.id, EndReason::Ended(None)).await.unwrap();
    let (service, id) = (&stage.service, &stage.id);
    assert!(service.session(id).await.unwrap().is_none());
    assert!(service.peek_status(id).await.unwrap().is_none());
    assert!(service.steer(id, Steering::Pause).await.unwrap().is_none());
    assert!(service.describe(id, None, None, None).await.unwrap().is_none());
    assert!(service.sessions(None, 10).await.unwrap().is_empty());
    assert!(matches!(stage.try_join("bea", Some("es"), None).await, Err(JoinError::SessionNotFound)));
    let attached = service.attach_speaker(id, &connection("again"), StatusDetail::Basic).await;
    assert!(matches!(attached, Err(AttachError::SessionNotFound)));
    assert!(matches!(service.query_status(&the_speaker(), None).await.map(drop), Err(QueryError::NoRole)));
    service.brief_speaker(id).await.unwrap();
    stage.close("ana").await;
    stage.close("speaker").await;
    stage.wait(60_000).await;
    stage.told();
}

#[tokio::test]
async fn a_session_that_is_overdue_is_ended_by_whoever_looks_first() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    // No wake-up comes: whoever was to bring it is late.
    stage.clock.advance(std::time::Duration::from_secs(2 * 60 * 60));
    let asked = stage.service.query_status(&the_speaker(), None).await.map(drop);
    assert!(matches!(asked, Err(QueryError::SessionNotFound)), "{asked:?}");
    let ended = AudienceEvent::Told(stage.id.clone(), Notice::SessionEnded(EndReason::Expired), stage.now());
    assert_eq!(stage.audience.take()[0], ended);
}

#[tokio::test]
async fn a_session_that_ends_while_its_speaker_asks_is_not_found() {
    let stage = Stage::on_air().await;
    let (service, id) = (stage.service.clone(), stage.id.clone());
    stage.before_claim.push(async move {
        service.close_session(&id, EndReason::Ended(None)).await.unwrap();
    });
    let asked = stage.service.query_status(&the_speaker(), None).await.map(drop);
    assert!(matches!(asked, Err(QueryError::SessionNotFound)), "{asked:?}");
}

#[tokio::test]
async fn a_session_expires_with_its_speaker_on_air() {
    let stage =
        Stage::on_air_with(|settings| settings.session_lifetime = std::time::Duration::from_secs(100)).await;
    stage.attach("speaker").await;
    stage.wait(99_999).await;
    assert!(stage.is_live().await, "attaching does not extend it");
    stage.wait(1).await;
    assert!(!stage.is_live().await);
}

#[tokio::test]
async fn an_ended_session_does_not_disturb_another() {
    let stage = Stage::on_air().await;
    let other = open(&stage.service).await;
    stage.service.close_session(&stage.id, EndReason::Ended(None)).await.unwrap();
    assert!(stage.service.session(&other).await.unwrap().is_some());
}
