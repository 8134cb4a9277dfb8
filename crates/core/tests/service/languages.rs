//! When a language is new to the speaker.

use crate::stage::{Stage, shown};
use headcount_core::UpdateReason::{ListenerCountChange, NewLanguage, Periodic};
use headcount_core::{Language, UpdateLedger, ports::LedgerStore};
use headcount_testkit::samples::numbered_language;

#[tokio::test]
async fn a_language_that_a_question_has_shown_is_not_new() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.join("bea", "fr").await;
    stage.ask().await;
    stage.told();
    stage.wait(1_000).await;
    assert_eq!(stage.told(), []);
}

#[tokio::test]
async fn a_language_that_a_periodic_update_has_shown_is_not_new() {
    let stage = Stage::on_air_with(|settings| settings.policy.min_gap = 2 * settings.policy.period).await;
    stage.join("ana", "es").await;
    stage.join("bea", "fr").await;
    stage.wait(30_000).await;
    assert_eq!(stage.told(), [(NewLanguage, 1), (Periodic, 2)]);
    stage.wait(30_000).await;
    assert_eq!(stage.told(), [(Periodic, 2)], "the gap is over, and nothing is new");
}

#[tokio::test]
async fn a_language_that_empties_and_comes_back_is_not_new() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 20, "es").await;
    stage.join("ana", "fr").await;
    stage.wait(2_000).await;
    stage.close("ana").await;
    stage.wait(60_000).await;
    stage.told();
    stage.join("bea", "fr").await;
    assert_eq!(stage.told(), []);
}

#[tokio::test]
async fn a_language_that_came_and_went_unannounced_within_the_gap_is_new_the_next_time() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 20, "es").await;
    stage.wait(2_000).await;
    stage.told();
    stage.join_many("more", 3, "es").await;
    stage.join("ana", "fr").await;
    stage.close("ana").await;
    assert_eq!(stage.told(), [(ListenerCountChange, 23)], "this has opened the gap");
    stage.wait(5_000).await;
    assert_eq!(stage.told(), []);
    stage.join("bea", "fr").await;
    assert_eq!(stage.told(), [(NewLanguage, 24)]);
}

#[tokio::test]
async fn a_change_of_language_can_bring_a_new_one() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.wait(1_000).await;
    stage.told();
    stage.switch("ana", "fr").await;
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
}

#[tokio::test]
async fn unknown_and_other_are_never_new() {
    for collecting in [Language::unknown(), Language::other()] {
        let stage = Stage::on_air().await;
        stage.join("ana", "es").await;
        stage.wait(1_000).await;
        stage.told();
        let ana = headcount_testkit::samples::connection("ana");
        stage.service.switch_language(&ana, &collecting).await.unwrap();
        stage.wait(5_000).await;
        assert_eq!(stage.told(), [], "{collecting}");
        assert_eq!(shown(&stage.ask().await), [(collecting.to_string(), 1)]);
    }
}

#[tokio::test]
async fn beyond_1024_announced_languages_nothing_is_new() {
    let stage = Stage::on_air_with(|settings| settings.policy.shown_languages = 2_000).await;
    let ledger = stage.store.ledger(&stage.id).await.unwrap().unwrap();
    let announced = (0..UpdateLedger::MAX_ANNOUNCED).map(numbered_language).collect();
    let full = UpdateLedger::from_parts(1, 100, ledger.last_told(), None, announced);
    stage.store.advance(&stage.id, full).await.unwrap();
    stage.join_many("es", 100, "es").await;
    stage.wait(5_000).await;
    let reasons: Vec<_> = stage.told().iter().map(|(reason, _)| *reason).collect();
    assert!(!reasons.contains(&NewLanguage) && reasons.contains(&ListenerCountChange), "{reasons:?}");
}
