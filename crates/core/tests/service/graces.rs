//! How listeners leave, and the reconnect grace.

use crate::stage::Stage;
use headcount_core::UpdateReason::{ListenerCountChange, NewLanguage};
use headcount_core::ports::CloseReason;
use headcount_core::service::{JoinError, Parting};
use headcount_testkit::{AudienceEvent, samples::connection};
use std::time::Duration;

#[tokio::test]
async fn a_listener_that_closes_leaves_at_once() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.wait(2_000).await;
    stage.told();
    stage.close("ana").await;
    assert_eq!(stage.told(), [(ListenerCountChange, 0)]);
}

#[tokio::test]
async fn a_listener_that_was_cut_counts_during_its_grace_and_is_no_change() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.wait(2_000).await;
    stage.told();
    stage.cut("ana").await;
    stage.wait(4_999).await;
    assert_eq!((stage.told(), stage.count().await), (vec![], 1));
    assert_eq!(stage.ask_full().await.audience.unwrap().reconnecting, 1);
    stage.wait(1).await;
    assert_eq!((stage.told(), stage.count().await), (vec![(ListenerCountChange, 0)], 0));
}

#[tokio::test]
async fn a_grace_of_zero_turns_it_off() {
    let stage = Stage::on_air_with(|settings| settings.reconnect_grace = Duration::ZERO).await;
    stage.join("ana", "es").await;
    stage.wait(2_000).await;
    stage.told();
    stage.cut("ana").await;
    assert_eq!(stage.told(), [(ListenerCountChange, 0)]);
}

#[tokio::test]
async fn a_silent_listener_has_had_its_grace() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.wait(2_000).await;
    stage.told();
    stage.part("ana", Parting::Silent).await;
    assert_eq!(stage.told(), [(ListenerCountChange, 0)]);
}

#[tokio::test]
async fn resuming_within_the_grace_tells_the_speaker_nothing() {
    let stage = Stage::on_air().await;
    let place = stage.join("ana", "es").await.place;
    stage.wait(2_000).await;
    stage.told();
    stage.cut("ana").await;
    stage.wait(4_999).await;
    let back = stage.try_join("ana2", None, Some(place.clone())).await.unwrap();
    assert!(back.resumed && back.language.as_str() == "es" && back.listener_count == 1);
    assert_eq!((back.place.first, back.place.turn), (place.first, place.turn + 1));
    stage.wait(20_000).await;
    assert_eq!(stage.told(), []);
}

#[tokio::test]
async fn resuming_in_another_language_is_a_change_of_language() {
    let stage = Stage::on_air().await;
    let place = stage.join("ana", "es").await.place;
    stage.wait(2_000).await;
    stage.cut("ana").await;
    stage.told();
    stage.try_join("ana2", Some("fr"), Some(place)).await.unwrap();
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
    assert_eq!(stage.count().await, 1);
}

#[tokio::test]
async fn a_place_cannot_be_resumed_after_its_grace() {
    let stage = Stage::on_air().await;
    let place = stage.join("ana", "es").await.place;
    stage.cut("ana").await;
    stage.wait(5_000).await;
    let late = stage.try_join("ana2", None, Some(place.clone())).await;
    assert!(matches!(late, Err(JoinError::LanguageNeeded)), "{late:?}");
    assert!(!stage.try_join("ana2", Some("es"), Some(place)).await.unwrap().resumed, "an ordinary join");
}

#[tokio::test]
async fn a_place_is_resumed_once_a_turn() {
    let stage = Stage::on_air().await;
    let place = stage.join("ana", "es").await.place;
    stage.cut("ana").await;
    stage.try_join("ana2", None, Some(place.clone())).await.unwrap();
    let thief = stage.try_join("thief", Some("es"), Some(place)).await.unwrap();
    assert!(!thief.resumed);
    assert_eq!(stage.count().await, 2);
}

#[tokio::test]
async fn resuming_a_live_place_closes_its_connection_and_the_count_does_not_move() {
    let stage = Stage::on_air().await;
    let place = stage.join("ana", "es").await.place;
    stage.try_join("ana2", None, Some(place)).await.unwrap();
    assert_eq!(stage.audience.take(), [AudienceEvent::Closed(connection("ana"), CloseReason::Superseded)]);
    stage.close("ana").await;
    assert_eq!(stage.count().await, 1, "the closing of the old one counts nothing");
}

#[tokio::test]
async fn many_that_are_cut_at_once_are_let_go_together() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 100, "es").await;
    stage.wait(2_000).await;
    for n in 0..100 {
        stage.cut(&format!("es{n}")).await;
        stage.wait(1).await;
    }
    stage.told();
    stage.wait(4_899).await;
    assert_eq!(stage.told(), []);
    let before = stage.timer.rung();
    stage.wait(1_200).await;
    let told = stage.told();
    assert!(told.len() <= 2 && told.last() == Some(&(ListenerCountChange, 0)), "{told:?}");
    assert!(stage.timer.rung() - before <= 5, "not a wake-up for each of them");
}

#[tokio::test]
async fn graces_end_without_a_speaker_too() {
    let stage = Stage::opened().await;
    stage.join("ana", "es").await;
    stage.cut("ana").await;
    stage.wait(5_000).await;
    let left = |m: &headcount_core::Measurement| *m == headcount_core::Measurement::Left { listeners: 1 };
    assert_eq!(stage.metrics.count(left), 1, "nobody had to look for it");
}
