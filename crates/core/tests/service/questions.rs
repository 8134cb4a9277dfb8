//! The speaker asks; others look.

use crate::stage::{Stage, shown, the_speaker};
use headcount_core::UpdateReason::{ListenerCountChange, NewLanguage, Requested};
use headcount_core::service::QueryError;
use headcount_testkit::SpeakerAnswer;
use headcount_testkit::samples::connection;

#[tokio::test]
async fn an_answer_becomes_the_baseline() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 10, "es").await;
    stage.wait(2_000).await;
    stage.join("x", "es").await;
    stage.ask().await;
    stage.told();
    stage.join("y", "es").await;
    assert_eq!(stage.told(), [], "12 after 11 is not more than 10 %");
    stage.join("z", "es").await;
    assert_eq!(stage.told(), [(ListenerCountChange, 13)]);
}

#[tokio::test]
async fn an_answer_shows_the_largest_language_first() {
    let stage = Stage::on_air().await;
    stage.join("ana", "fr").await;
    stage.join_many("es", 2, "es").await;
    stage.join("bea", "de").await;
    let answer = stage.ask().await;
    assert_eq!(shown(&answer), [("es".into(), 2), ("de".into(), 1), ("fr".into(), 1)]);
    assert!(answer.status.exact && answer.audience.is_none());
}

#[tokio::test]
async fn full_detail_shows_the_audience() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 3, "es").await;
    stage.close("es0").await;
    stage.cut("es1").await;
    let answer = stage.ask_full().await;
    let audience = answer.audience.unwrap();
    assert_eq!((audience.peak_listener_count, audience.total_joins, audience.total_leaves), (3, 3, 1));
    assert_eq!((audience.reconnecting, audience.languages_seen), (1, 1));
    assert_eq!((audience.revision, answer.status.listener_count()), (answer.revision, 2));
}

#[tokio::test]
async fn only_the_speaker_may_ask() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    let ask = async |name: &str| stage.service.query_status(&connection(name), None).await.map(drop);
    assert!(matches!(ask("ana").await, Err(QueryError::Listener)));
    assert!(matches!(ask("nobody").await, Err(QueryError::NoRole)));
    assert!(ask("speaker").await.is_ok());
}

#[tokio::test]
async fn a_superseded_speaker_may_not_ask() {
    let stage = Stage::on_air().await;
    // The new speaker takes its seat while the question of the old one is on its way to its claim.
    let (service, id) = (stage.service.clone(), stage.id.clone());
    let ledgers = stage.ports.ledgers.clone();
    stage.before_claim.push(async move {
        let newer = connection("newer");
        service.attach_speaker(&id, &newer, headcount_core::StatusDetail::Basic).await.unwrap();
        let ledger = ledgers.ledger(&id).await.unwrap().unwrap();
        ledgers.advance(&id, ledger.restored_after(&ledger)).await.unwrap();
    });
    let asked = stage.service.query_status(&the_speaker(), None).await.map(drop);
    assert!(matches!(asked, Err(QueryError::Superseded)), "{asked:?}");
    let again = stage.service.query_status(&the_speaker(), None).await.map(drop);
    assert!(matches!(again, Err(QueryError::NoRole)), "{again:?}");
}

#[tokio::test]
async fn who_only_looks_does_not_touch_what_the_speaker_was_told() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.wait(1_500).await;
    stage.told();
    let revision = stage.ask().await.revision;
    stage.wait(20_000).await;
    let seen = stage.service.peek_status(&stage.id).await.unwrap().unwrap();
    assert_eq!((seen.reason, seen.revision, seen.status.listener_count()), (Requested, revision, 1));
    stage.wait(9_999).await;
    assert_eq!(stage.told(), []);
    stage.wait(1).await;
    assert_eq!(stage.told().len(), 1, "the period was not started anew");
}

#[tokio::test]
async fn who_only_looks_announces_nothing() {
    let stage = Stage::opened().await;
    stage.join("ana", "es").await;
    assert_eq!(stage.count().await, 1);
    stage.attach("speaker").await;
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
}

#[tokio::test]
async fn whatever_the_speaker_is_told_is_kept_and_what_never_arrived_is_not() {
    let stage = Stage::on_air().await;
    stage.join("ana", "fr").await;
    let answer = stage.ask().await;
    stage.service.peek_status(&stage.id).await.unwrap().unwrap();
    let kept = stage.history.take();
    assert_eq!(kept.iter().map(|update| update.reason).collect::<Vec<_>>(), [NewLanguage, Requested]);
    assert_eq!(kept.last(), Some(&answer));
    stage.speaker.answer(SpeakerAnswer::Gone);
    stage.wait(30_000).await;
    assert_eq!(stage.history.take(), []);
}
