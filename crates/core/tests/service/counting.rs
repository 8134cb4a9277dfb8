//! What a count means.

use crate::stage::{Stage, open, shown};
use headcount_core::UpdateReason::NewLanguage;
use headcount_core::service::{JoinError, JoinRequest, SwitchError};
use headcount_core::{EndReason, SessionId};
use headcount_testkit::samples::{connection, language};

#[tokio::test]
async fn joining_again_is_a_no_op() {
    let stage = Stage::on_air().await;
    let first = stage.join("ana", "es").await;
    let again = stage.join("ana", "es").await;
    assert_eq!((again.listener_count, &again.place), (1, &first.place));
    assert_eq!(stage.count().await, 1);
}

#[tokio::test]
async fn joining_again_in_another_language_is_a_change_of_language() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.wait(1_000).await;
    stage.told();
    assert_eq!(stage.join("ana", "fr").await.language, language("fr"));
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
    assert_eq!(shown(&stage.ask().await), [("fr".into(), 1)]);
}

#[tokio::test]
async fn leaving_twice_counts_once() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 3, "es").await;
    stage.close("es0").await;
    stage.close("es0").await;
    stage.cut("es0").await;
    assert_eq!(stage.count().await, 2);
}

#[tokio::test]
async fn who_is_cut_and_then_closed_is_still_in_its_grace() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.cut("ana").await;
    stage.close("ana").await;
    assert_eq!(stage.count().await, 1);
    stage.wait(5_000).await;
    assert_eq!(stage.count().await, 0);
}

#[tokio::test]
async fn a_full_session_takes_nobody_until_somebody_leaves() {
    let stage = Stage::on_air_with(|settings| settings.max_listeners = 2).await;
    let place = stage.join("ana", "es").await.place;
    stage.join("bea", "es").await;
    let refused = stage.try_join("cho", Some("es"), None).await;
    assert!(matches!(refused, Err(JoinError::Full { max_listeners: 2 })), "{refused:?}");
    stage.cut("ana").await;
    assert!(stage.try_join("cho", Some("es"), None).await.is_err(), "a grace keeps its place");
    assert!(stage.try_join("ana2", None, Some(place)).await.unwrap().resumed);
    stage.close("bea").await;
    assert_eq!(stage.join("cho", "es").await.listener_count, 2);
}

#[tokio::test]
async fn a_connection_has_one_role_in_one_session() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    let other = open(&stage.service).await;
    let request = JoinRequest {
        connection: connection("ana"),
        session: other,
        language: Some(language("es")),
        resume: None,
    };
    assert!(matches!(stage.service.join(request).await, Err(JoinError::AlreadyJoined)));
    assert!(matches!(stage.try_join("speaker", Some("es"), None).await, Err(JoinError::AlreadyJoined)));
    assert_eq!(stage.count().await, 1);
}

#[tokio::test]
async fn a_join_without_a_language_is_refused_and_counts_nothing() {
    let stage = Stage::on_air().await;
    assert!(matches!(stage.try_join("ana", None, None).await, Err(JoinError::LanguageNeeded)));
    assert_eq!(stage.count().await, 0);
}

#[tokio::test]
async fn nobody_joins_a_session_that_there_is_not() {
    let stage = Stage::on_air().await;
    let session = SessionId::parse("no-such-100").unwrap();
    let request =
        JoinRequest { connection: connection("ana"), session, language: Some(language("es")), resume: None };
    assert!(matches!(stage.service.join(request).await, Err(JoinError::SessionNotFound)));
}

#[tokio::test]
async fn changing_language_needs_a_live_connection_of_a_listener() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.cut("ana").await;
    let switch = async |name| stage.service.switch_language(&connection(name), &language("fr")).await;
    for name in ["ana", "speaker", "nobody"] {
        assert!(matches!(switch(name).await, Err(SwitchError::NoListener)), "{name}");
    }
    assert_eq!(shown(&stage.ask().await), [("es".into(), 1)]);
}

#[tokio::test]
async fn the_answer_to_a_join_counts_the_joiner() {
    let stage = Stage::opened().await;
    for n in 1..=5 {
        assert_eq!(stage.join(&format!("es{n}"), "es").await.listener_count, n);
    }
}

#[tokio::test]
async fn after_the_end_a_connection_may_join_another_session() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    stage.service.close_session(&stage.id, EndReason::Ended(None)).await.unwrap();
    let session = open(&stage.service).await;
    let request =
        JoinRequest { connection: connection("ana"), session, language: Some(language("es")), resume: None };
    assert_eq!(stage.service.join(request).await.unwrap().listener_count, 1);
}
