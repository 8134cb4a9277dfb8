//! Claim before send.

use crate::stage::Stage;
use headcount_core::UpdateReason::{ListenerCountChange, NewLanguage, Periodic, Requested};
use headcount_core::ports::LedgerStore;
use headcount_core::service::{ServiceSettings, StatusService};
use headcount_core::{Measurement, StatusDetail};
use headcount_testkit::{SpeakerAnswer, samples::connection};

/// Another node claims the next revision and tells nothing new.
fn another_claims(stage: &Stage) {
    let (ledgers, id) = (stage.store.clone(), stage.id.clone());
    stage.before_claim.push(async move {
        let ledger = ledgers.ledger(&id).await.unwrap().unwrap();
        ledgers.advance(&id, ledger.restored_after(&ledger)).await.unwrap();
    });
}

#[tokio::test]
async fn what_another_node_tells_first_is_not_told_twice() {
    let stage = Stage::on_air().await;
    let other = StatusService::new(stage.ports.clone(), ServiceSettings::default());
    let id = stage.id.clone();
    stage.before_claim.push(async move { other.wake(&id).await.unwrap() });
    stage.join("ana", "es").await;
    stage.wait(5_000).await;
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
    assert_eq!(stage.metrics.count(|m| *m == Measurement::ClaimLost), 1);
}

#[tokio::test]
async fn a_lost_claim_is_tried_again_with_a_new_look() {
    let stage = Stage::on_air().await;
    another_claims(&stage);
    stage.join("ana", "es").await;
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
}

#[tokio::test]
async fn after_three_lost_claims_a_change_is_looked_at_again_when_the_gap_is_over() {
    let stage = Stage::on_air().await;
    for _ in 0..3 {
        another_claims(&stage);
    }
    stage.join("ana", "es").await;
    assert_eq!(stage.told(), []);
    stage.wait(1_000).await;
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
}

#[tokio::test]
async fn after_three_lost_claims_a_question_is_answered_unrecorded() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.wait(1_000).await;
    stage.told();
    let before = stage.store.ledger(&stage.id).await.unwrap().unwrap();
    for _ in 0..3 {
        another_claims(&stage);
    }
    stage.wait(20_000).await;
    let answer = stage.ask().await;
    assert_eq!((answer.reason, answer.status.listener_count()), (Requested, 1));
    let after = stage.store.ledger(&stage.id).await.unwrap().unwrap();
    assert_eq!(after.revision(), before.revision() + 3, "the three of the others and no more");
    assert_eq!(after.last_told(), before.last_told());
    stage.wait(9_000).await;
    assert_eq!(stage.told(), [(Periodic, 1)], "30 s after what was recorded");
}

#[tokio::test]
async fn gone_after_a_won_claim_restores_the_baseline_under_a_new_revision() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 10, "es").await;
    stage.wait(2_000).await;
    stage.told();
    let before = stage.store.ledger(&stage.id).await.unwrap().unwrap();
    stage.speaker.answer(SpeakerAnswer::Gone);
    stage.join("ana", "fr").await;
    let after = stage.store.ledger(&stage.id).await.unwrap().unwrap();
    assert_eq!(after.revision(), before.revision() + 2);
    assert_eq!((after.last_count(), after.announced()), (before.last_count(), before.announced()));
    assert_eq!((after.last_told(), after.last_triggered()), (before.last_told(), before.last_triggered()));
    stage.speaker.answer(SpeakerAnswer::Delivers);
    stage.attach("again").await;
    let updates = stage.speaker.take();
    assert_eq!((updates.len(), updates[0].reason), (1, NewLanguage), "said again");
    assert_eq!(updates[0].revision, after.revision() + 1);
}

#[tokio::test]
async fn a_speaker_that_is_gone_has_its_grace() {
    let stage = Stage::on_air().await;
    stage.speaker.answer(SpeakerAnswer::Gone);
    stage.join("ana", "es").await;
    stage.speaker.answer(SpeakerAnswer::Delivers);
    stage.wait(29_999).await;
    assert!(stage.is_live().await);
    stage.wait(1).await;
    assert!(!stage.is_live().await);
    assert_eq!(stage.told(), []);
}

#[tokio::test]
async fn gone_does_not_take_the_seat_from_a_newer_speaker() {
    let stage = Stage::on_air().await;
    let (service, id) = (stage.service.clone(), stage.id.clone());
    stage.before_claim.push(async move {
        service.attach_speaker(&id, &connection("newer"), StatusDetail::Basic).await.unwrap();
    });
    stage.speaker.answer(SpeakerAnswer::Gone);
    stage.join("ana", "es").await;
    stage.speaker.answer(SpeakerAnswer::Delivers);
    stage.service.brief_speaker(&stage.id).await.unwrap();
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
    stage.wait(60_000).await;
    assert!(stage.is_live().await);
}

#[tokio::test]
async fn an_update_that_may_have_arrived_is_not_taken_back() {
    let stage = Stage::on_air().await;
    stage.speaker.answer(SpeakerAnswer::Fails);
    stage.join("ana", "es").await;
    assert_eq!(stage.told(), [(NewLanguage, 1)], "this one did arrive");
    stage.speaker.answer(SpeakerAnswer::Delivers);
    stage.wait(29_999).await;
    assert_eq!(stage.told(), []);
    stage.wait(1).await;
    assert_eq!(stage.told(), [(Periodic, 1)]);
}

#[tokio::test]
async fn what_is_lost_is_repaired_by_the_next() {
    let stage = Stage::on_air().await;
    stage.speaker.answer(SpeakerAnswer::Fails);
    stage.join("ana", "es").await;
    stage.speaker.answer(SpeakerAnswer::Delivers);
    stage.wait(1_000).await;
    stage.told();
    stage.join("bea", "es").await;
    assert_eq!(stage.told(), [(ListenerCountChange, 2)]);
}
