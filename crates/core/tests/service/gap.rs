//! The minimum gap between updates that a change of the audience causes.

use crate::stage::Stage;
use headcount_core::UpdateReason::{ListenerCountChange, NewLanguage, Periodic, Requested};
use std::time::Duration;

#[tokio::test]
async fn triggers_within_the_gap_are_merged_and_go_out_as_one_when_it_ends() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.wait(400).await;
    stage.join("bea", "fr").await;
    stage.wait(400).await;
    stage.join("cho", "ko").await;
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
    stage.wait(199).await;
    assert_eq!(stage.told(), []);
    stage.wait(1).await;
    assert_eq!(stage.told(), [(NewLanguage, 3)]);
}

#[tokio::test]
async fn triggers_are_judged_again_when_the_gap_ends() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.told();
    stage.join("bea", "es").await;
    stage.close("bea").await;
    stage.wait(5_000).await;
    assert_eq!(stage.told(), [], "what has come and gone is no change");
}

#[tokio::test]
async fn a_burst_costs_the_speaker_about_one_message_a_second_and_the_last_tells_the_final_truth() {
    let stage = Stage::on_air().await;
    for n in 0..1_500 {
        stage.join(&format!("es{n}"), "es").await;
        if n == 0 {
            assert_eq!(stage.told(), [(NewLanguage, 1)], "the first one at once");
        }
        stage.wait(2).await;
    }
    let during = stage.told();
    assert_eq!(during.iter().map(|(reason, _)| *reason).collect::<Vec<_>>(), [ListenerCountChange; 3]);
    stage.wait(1_000).await;
    assert_eq!(during.last(), Some(&(ListenerCountChange, 1_500)));
    assert_eq!(stage.told(), []);
}

#[tokio::test]
async fn a_burst_within_one_moment_is_two_messages() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 1_000, "es").await;
    stage.wait(10_000).await;
    assert_eq!(stage.told(), [(NewLanguage, 1), (ListenerCountChange, 1_000)]);
}

#[tokio::test]
async fn a_gap_of_zero_turns_it_off() {
    let stage = Stage::on_air_with(|settings| settings.policy.min_gap = Duration::ZERO).await;
    for name in ["ana", "bea", "cho"] {
        stage.join(name, "es").await;
    }
    assert_eq!(stage.told(), [(NewLanguage, 1), (ListenerCountChange, 2), (ListenerCountChange, 3)]);
}

#[tokio::test]
async fn only_a_triggered_update_opens_a_gap() {
    let stage = Stage::on_air().await;
    stage.ask().await;
    stage.join("ana", "es").await;
    assert_eq!(stage.told(), [(NewLanguage, 1)], "right after an answer");
    stage.wait(30_000).await;
    assert_eq!(stage.told(), [(Periodic, 1)]);
    stage.join("bea", "es").await;
    assert_eq!(stage.told(), [(ListenerCountChange, 2)], "right after a periodic update");
}

#[tokio::test]
async fn a_question_within_the_gap_is_answered_and_tells_what_was_waiting() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.wait(100).await;
    stage.join("bea", "fr").await;
    let answer = stage.ask().await;
    assert_eq!((answer.reason, answer.status.listener_count()), (Requested, 2));
    stage.wait(5_000).await;
    assert_eq!(stage.told(), [(NewLanguage, 1)], "the answer has told the second one");
}
