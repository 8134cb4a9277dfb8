//! The store fails.

use crate::links::all;
use crate::stage::{Stage, the_speaker};
use headcount_core::UpdateReason::{ListenerCountChange, NewLanguage, Periodic};
use headcount_core::service::{AttachError, JoinError, OpenError, Parting, QueryError, SwitchError};
use headcount_core::{ConnectionId, EndReason, LinkId, Scope, ports};
use headcount_core::{Measurement, SendFailure, StatusDetail, StatusUpdate};
use headcount_testkit::samples::{connection, language, new_session};
use headcount_testkit::{Fault, FaultyStore, Port};
use std::sync::Arc;

const STORE_FAILED: Measurement = Measurement::UpdateFailed { kind: SendFailure::Store };

#[tokio::test]
async fn a_ledger_that_fails_does_not_fail_the_listener_and_the_speaker_is_told_later() {
    for fault in [Fault::Unavailable, Fault::AnswerLost] {
        let stage = Stage::on_air().await;
        stage.store.set(Port::Ledgers, fault);
        assert_eq!(stage.join("ana", "es").await.listener_count, 1);
        assert_eq!(stage.metrics.count(|m| *m == STORE_FAILED), 1, "counted once");
        stage.store.set(Port::Ledgers, Fault::None);
        assert_eq!(stage.told(), []);
        stage.wait(1_000).await;
        assert_eq!(stage.told(), [(NewLanguage, 1)], "{fault:?}");
    }
}

#[tokio::test]
async fn a_wake_up_that_fails_comes_again() {
    let stage = Stage::on_air().await;
    stage.store.set_all(Fault::Unavailable);
    stage.wait(60_000).await;
    stage.store.set_all(Fault::None);
    stage.wait(5_000).await;
    assert_eq!(stage.told(), [(Periodic, 0)]);
    stage.wait(30_000).await;
    assert_eq!(stage.told(), [(Periodic, 0)]);
}

#[tokio::test]
async fn a_sessions_store_that_fails_after_a_leave_takes_nothing_back() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.wait(2_000).await;
    stage.told();
    stage.store.set(Port::Ledgers, Fault::Unavailable);
    stage.part("ana", Parting::Closed).await;
    stage.store.set(Port::Ledgers, Fault::None);
    stage.wait(1_000).await;
    assert_eq!(stage.told(), [(ListenerCountChange, 0)]);
}

#[tokio::test]
async fn a_briefing_that_fails_is_made_up_for() {
    let stage = Stage::opened().await;
    stage.join("ana", "es").await;
    stage.service.attach_speaker(&stage.id, &the_speaker(), StatusDetail::Basic).await.unwrap();
    stage.store.set(Port::Ledgers, Fault::Unavailable);
    assert!(stage.service.brief_speaker(&stage.id).await.is_err());
    stage.store.set(Port::Ledgers, Fault::None);
    stage.wait(1_000).await;
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
}

#[tokio::test]
async fn a_store_that_is_away_is_an_error_of_every_operation_and_never_a_panic() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    for fault in [Fault::Unavailable, Fault::AnswerLost, Fault::Full] {
        stage.store.set_all(fault);
        let (service, id) = (&stage.service, &stage.id);
        let new = new_session();
        assert!(matches!(service.open_session(new).await, Err(OpenError::Store(_))));
        assert!(matches!(stage.try_join("bea", Some("es"), None).await, Err(JoinError::Store(_))));
        assert!(service.add_link(id, all()).await.is_err());
        assert!(service.remove_link(id, &LinkId::of(1)).await.is_err());
        assert!(service.peek_scope(id, &Scope::All).await.is_err());
        let switched = service.switch_language(&connection("ana"), &language("fr")).await;
        assert!(matches!(switched, Err(SwitchError::Store(_))));
        let attached = service.attach_speaker(id, &connection("newer"), StatusDetail::Basic).await;
        assert!(matches!(attached, Err(AttachError::Store(_))));
        let asked = service.query_status(&the_speaker(), None).await.map(drop);
        assert!(matches!(asked, Err(QueryError::Store(_))));
        assert!(service.disconnect(&connection("nobody"), Parting::Closed).await.is_err());
        assert!(service.peek_status(id).await.is_err());
        assert!(service.wake(id).await.is_err());
        assert!(service.recover().await.is_err());
        assert!(service.census().await.is_err());
        assert!(service.sessions(None, 10).await.is_err());
    }
    stage.store.set_all(Fault::Unavailable);
    assert!(stage.service.close_session(&stage.id, EndReason::Ended(None)).await.is_err());
    stage.store.set_all(Fault::None);
    assert_eq!(stage.count().await, 1, "it resumes by itself");
}

#[tokio::test]
async fn a_question_that_the_store_does_not_answer_does_not_block_the_next() {
    let stage = Arc::new(Stage::on_air().await);
    stage.store.set(Port::Ledgers, Fault::Hangs);
    let asking = {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move { stage.service.query_status(&the_speaker(), None).await.map(drop) })
    };
    tokio::task::yield_now().await;
    // Whoever asked has given up.
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    stage.store.set(Port::Ledgers, Fault::None);
    assert_eq!(stage.ask().await.status.listener_count(), 0);
}

/// A speaker that is gone, and whose going takes the ledger with it.
struct GoneWithTheLedger(Arc<FaultyStore>);

#[async_trait::async_trait]
impl ports::SpeakerChannel for GoneWithTheLedger {
    async fn send(&self, _: &ConnectionId, _: &StatusUpdate) -> Result<ports::Delivery, ports::SendError> {
        self.0.set(Port::Ledgers, Fault::Unavailable);
        Ok(ports::Delivery::Gone)
    }
}

#[tokio::test]
async fn a_speaker_that_is_gone_is_lost_even_if_its_baseline_cannot_be_restored() {
    let stage = Stage::on_air().await;
    let mut ports = stage.ports.clone();
    ports.speakers = Arc::new(GoneWithTheLedger(stage.store.clone()));
    let other = headcount_core::service::StatusService::new(ports, *stage.service.settings());
    other.query_status(&the_speaker(), None).await.unwrap();
    stage.clock.advance(std::time::Duration::from_secs(30));
    assert!(other.wake(&stage.id).await.is_err());
    stage.store.set(Port::Ledgers, Fault::None);
    let asked = stage.service.query_status(&the_speaker(), None).await.map(drop);
    assert!(matches!(asked, Err(QueryError::NoRole)), "{asked:?}");
    stage.wait(30_000).await;
    assert!(!stage.is_live().await);
}

#[tokio::test]
async fn a_session_whose_creator_was_never_told_of_it_ends_in_time() {
    let stage = Stage::opened().await;
    stage.store.set(Port::Sessions, Fault::AnswerLost);
    let new = new_session();
    assert!(stage.service.open_session(new).await.is_err());
    stage.store.set(Port::Sessions, Fault::None);
    assert_eq!(stage.ports.sessions.live(None, 10).await.unwrap().len(), 2);
    stage.advance(stage.service.settings().session_lifetime).await;
    assert_eq!(stage.ports.sessions.live(None, 10).await.unwrap(), []);
}
