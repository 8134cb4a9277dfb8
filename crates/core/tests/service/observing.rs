//! What those see who only look on.

use crate::stage::Stage;
use headcount_core::service::Steering;
use headcount_core::{EndReason, Event, Findings, Signal, UpdateReason};
use headcount_testkit::{SpeakerAnswer, samples::language};

#[tokio::test]
async fn everything_that_happens_is_seen_once_and_in_order() {
    let stage = Stage::on_air().await;
    assert!(matches!(&stage.observer.take()[0], Event::Started(session) if session.id == stage.id));
    stage.service.steer(&stage.id, Steering::Pause).await.unwrap();
    // What is so already is told to the listeners again, and is no event.
    stage.service.steer(&stage.id, Steering::Pause).await.unwrap();
    let signal = Signal::LanguageIdle { language: language("es"), since: stage.now() };
    stage.history.will_find(Findings { signals: vec![signal.clone()], next: None });
    stage.join("ana", "es").await;
    stage.ask().await;
    stage.service.close_session(&stage.id, EndReason::Ended(None)).await.unwrap();
    let seen = stage.observer.take();
    assert!(seen.iter().all(|event| *event.session() == stage.id));
    let [paused, new, found, asked, ended] = &seen[..] else { panic!("{seen:?}") };
    assert!(matches!(paused, Event::Steered(session) if session.broadcast.is_paused));
    assert!(matches!(new, Event::Told(update) if update.reason == UpdateReason::NewLanguage));
    assert!(matches!(found, Event::Signalled { signal: found, .. } if *found == signal));
    assert!(matches!(asked, Event::Told(update) if update.reason == UpdateReason::Requested));
    assert!(matches!(ended, Event::Ended { listeners: 1, reason: EndReason::Ended(None), .. }));
}

#[tokio::test]
async fn what_certainly_did_not_arrive_is_not_seen() {
    let stage = Stage::on_air().await;
    drop(stage.observer.take());
    stage.speaker.answer(SpeakerAnswer::Gone);
    stage.join("ana", "es").await;
    assert_eq!(stage.observer.take().len(), 0);
}
