//! Changes that come at the worst moment. What the speaker is told last is the truth within one gap, whatever the
//! order of things.

use crate::stage::Stage;
use headcount_core::UpdateReason::{ListenerCountChange, NewLanguage, Periodic};
use headcount_core::ports::{Joiner, PresenceStore, WantedRole};
use headcount_core::service::Parting;
use headcount_testkit::samples::{connection, language};
use std::sync::Arc;
use std::time::Duration;

/// Lets every other task go on for as long as it can.
async fn let_others_run() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_listener_that_joins_during_a_claim_is_told_when_the_gap_ends() {
    let stage = Arc::new(Stage::on_air().await);
    // It compares itself with what was told before the claim, finds that it is to be told at once, and waits for its
    // turn; after that the gap is open.
    let other = Arc::clone(&stage);
    stage.before_claim.push(async move {
        tokio::spawn(async move { other.join("bea", "fr").await });
        let_others_run().await;
    });
    stage.join("ana", "es").await;
    let_others_run().await;
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
    stage.wait(1_000).await;
    assert_eq!(stage.told(), [(NewLanguage, 2)]);
}

#[tokio::test]
async fn a_change_that_was_none_before_a_claim_is_told_if_it_is_one_after_it() {
    for rebuilding in [false, true] {
        let stage = Arc::new(Stage::on_air().await);
        *stage.inexact_until.lock() = rebuilding.then(|| stage.now().plus(Duration::from_secs(15)));
        // Another node has let somebody in and goes no further. The answer to a question counts that listener, and it
        // leaves before the answer is claimed: from nobody to nobody is no change.
        let role = WantedRole::Listener { language: Some(language("es")), resume: None, max_listeners: 10 };
        let joiner =
            Joiner { connection: connection("ana"), session: stage.id.clone(), role, now: stage.now() };
        stage.store.join(joiner).await.unwrap().unwrap();
        let other = Arc::clone(&stage);
        stage.before_claim.push(async move {
            *other.inexact_until.lock() = None;
            other.close("ana").await;
        });
        assert_eq!(stage.ask().await.status.listener_count(), 1);
        stage.wait(1_000).await;
        assert_eq!(stage.told(), [(ListenerCountChange, 0)], "rebuilding: {rebuilding}");
    }
}

#[tokio::test]
async fn a_listener_whose_join_overlaps_with_the_speakers_coming_is_told() {
    let stage = Arc::new(Stage::opened().await);
    let other = Arc::clone(&stage);
    stage.before_join.push(async move { other.attach("speaker").await });
    // The first join is that of the listener, the next one that of the speaker.
    stage.join("ana", "es").await;
    assert_eq!(stage.told(), [(Periodic, 0), (NewLanguage, 1)]);
}

#[tokio::test]
async fn a_wake_up_during_a_join_loses_nothing() {
    let stage = Arc::new(Stage::on_air().await);
    stage.join("ana", "es").await;
    stage.wait(29_999).await;
    stage.told();
    // The period is over, and while that is claimed somebody joins.
    let other = Arc::clone(&stage);
    stage.before_claim.push(async move {
        tokio::spawn(async move { other.join("bea", "fr").await });
        let_others_run().await;
    });
    stage.wait(1).await;
    let_others_run().await;
    assert_eq!(stage.told(), [(Periodic, 1), (NewLanguage, 2)]);
}

#[tokio::test]
async fn nothing_overtakes_an_answer_that_is_on_its_way() {
    let stage = Arc::new(Stage::on_air().await);
    let speaker = connection("speaker");
    let answer = stage.service.query_status(&speaker, None).await.unwrap();
    let other = Arc::clone(&stage);
    let joining = tokio::spawn(async move { other.join("ana", "es").await });
    let_others_run().await;
    assert_eq!(stage.told(), []);
    drop(answer);
    joining.await.unwrap();
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
}

#[tokio::test]
async fn a_session_that_ends_during_a_claim_is_told_nothing() {
    let stage = Arc::new(Stage::on_air().await);
    let other = Arc::clone(&stage);
    stage.before_claim.push(async move {
        other.service.close_session(&other.id, headcount_core::EndReason::Ended(None)).await.unwrap();
    });
    stage.join("ana", "es").await;
    assert_eq!(stage.told(), []);
}

#[tokio::test]
async fn a_session_that_ends_before_a_join_is_committed_refuses_it() {
    let stage = Arc::new(Stage::on_air().await);
    let other = Arc::clone(&stage);
    stage.before_join.push(async move {
        other.service.close_session(&other.id, headcount_core::EndReason::Ended(None)).await.unwrap();
    });
    assert!(stage.try_join("ana", Some("es"), None).await.is_err());
    stage.part("ana", Parting::Closed).await;
}

#[tokio::test]
async fn wake_ups_that_come_early_twice_or_unasked_do_no_harm() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.join("bea", "fr").await;
    for _ in 0..50 {
        stage.service.wake(&stage.id).await.unwrap();
        stage.wait(10).await;
    }
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
    stage.wait(500).await;
    assert_eq!(stage.told(), [(NewLanguage, 2)]);
    stage.service.close_session(&stage.id, headcount_core::EndReason::Ended(None)).await.unwrap();
    stage.service.wake(&stage.id).await.unwrap();
    assert_eq!(stage.told(), []);
    assert!(stage.service.spoken_by(&connection("speaker")).await.is_err());
}
