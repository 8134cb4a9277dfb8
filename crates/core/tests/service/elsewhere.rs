//! A speaker that is connected to another process is that one's to tell.

use crate::stage::Stage;
use headcount_core::UpdateReason::NewLanguage;

#[tokio::test]
async fn nothing_is_claimed_or_sent_for_a_speaker_that_another_process_has() {
    let stage = Stage::on_air().await;
    stage.speaker.is_elsewhere(true);
    stage.join("ana", "es").await;
    stage.join_many("fr", 3, "fr").await;
    stage.wait(60_000).await;
    assert!(stage.told().is_empty());
    assert_eq!(stage.service.peek_status(&stage.id).await.unwrap().unwrap().revision, 0);
    // Whoever has it is woken, and tells it all.
    stage.speaker.is_elsewhere(false);
    stage.service.wake(&stage.id).await.unwrap();
    assert_eq!(stage.told(), [(NewLanguage, 4)]);
}

#[tokio::test]
async fn graces_end_where_the_listeners_are_whoever_has_the_speaker() {
    let stage = Stage::on_air().await;
    stage.speaker.is_elsewhere(true);
    stage.join("ana", "es").await;
    stage.cut("ana").await;
    stage.wait(4_999).await;
    assert_eq!(stage.count().await, 1);
    let rung = stage.timer.rung();
    stage.wait(1).await;
    assert!(stage.timer.rung() > rung);
    assert_eq!(stage.count().await, 0);
}
