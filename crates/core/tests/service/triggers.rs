//! The four reasons, and which goes before which.

use crate::stage::Stage;
use headcount_core::UpdateReason::{ListenerCountChange, NewLanguage, Periodic, Requested};

#[tokio::test]
async fn a_session_that_its_speaker_has_just_created_says_nothing_for_30_seconds() {
    let stage = Stage::on_air().await;
    stage.wait(29_999).await;
    assert_eq!(stage.told(), []);
    stage.wait(1).await;
    assert_eq!(stage.told(), [(Periodic, 0)]);
}

#[tokio::test]
async fn a_new_language_is_told_at_once() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
}

#[tokio::test]
async fn a_change_of_more_than_the_threshold_is_told_at_once() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 10, "es").await;
    stage.wait(2_000).await;
    stage.told();
    stage.join("x", "es").await;
    assert_eq!(stage.told(), [], "10 to 11 is exactly 10 %");
    stage.join("y", "es").await;
    assert_eq!(stage.told(), [(ListenerCountChange, 12)]);
}

#[tokio::test]
async fn a_fall_of_more_than_the_threshold_is_told_at_once() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 10, "es").await;
    stage.wait(2_000).await;
    stage.told();
    stage.close("es0").await;
    assert_eq!(stage.told(), []);
    stage.close("es1").await;
    assert_eq!(stage.told(), [(ListenerCountChange, 8)]);
}

#[tokio::test]
async fn from_nobody_any_listener_is_a_change() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.wait(1_000).await;
    stage.close("ana").await;
    stage.wait(1_000).await;
    stage.told();
    stage.join("bea", "es").await;
    assert_eq!(
        stage.told(),
        [(ListenerCountChange, 1)],
        "es was announced before, so the count is the reason"
    );
}

#[tokio::test]
async fn the_threshold_is_a_setting() {
    let stage = Stage::on_air_with(|settings| settings.policy.threshold_percent = 100).await;
    stage.join("ana", "es").await;
    stage.wait(1_000).await;
    stage.told();
    stage.join("bea", "es").await;
    assert_eq!(stage.told(), [], "1 to 2 is exactly 100 %");
    stage.join("cho", "es").await;
    assert_eq!(stage.told(), [(ListenerCountChange, 3)]);
}

#[tokio::test]
async fn the_periodic_update_comes_30_seconds_after_the_last_update_of_any_reason() {
    let stage = Stage::on_air().await;
    stage.wait(10_000).await;
    stage.ask().await;
    stage.wait(20_000).await;
    stage.join("ana", "es").await;
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
    stage.wait(29_999).await;
    assert_eq!(stage.told(), []);
    stage.wait(1).await;
    assert_eq!(stage.told(), [(Periodic, 1)]);
    stage.wait(90_000).await;
    assert_eq!(stage.told(), [(Periodic, 1); 3]);
}

#[tokio::test]
async fn a_question_is_answered_at_once_and_starts_the_period_anew() {
    let stage = Stage::on_air().await;
    stage.wait(29_999).await;
    let answer = stage.ask().await;
    assert_eq!((answer.reason, answer.status.timestamp), (Requested, stage.now()));
    stage.wait(29_999).await;
    assert_eq!(stage.told(), []);
    stage.wait(1).await;
    assert_eq!(stage.told(), [(Periodic, 0)]);
}

#[tokio::test]
async fn a_new_language_goes_before_a_change_of_count() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.join_many("fr", 20, "fr").await;
    stage.wait(1_000).await;
    assert_eq!(stage.told(), [(NewLanguage, 1), (NewLanguage, 21)]);
}

#[tokio::test]
async fn a_change_of_count_goes_before_the_period() {
    let stage = Stage::on_air_with(|settings| settings.policy.min_gap = settings.policy.period).await;
    stage.join("ana", "es").await;
    stage.join("bea", "es").await;
    stage.wait(30_000).await;
    assert_eq!(
        stage.told(),
        [(NewLanguage, 1), (ListenerCountChange, 2)],
        "both were due at the same moment"
    );
}
