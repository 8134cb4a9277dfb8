//! When the service looks for signals, and whom it tells.

use crate::stage::{Stage, the_speaker};
use headcount_core::service::{JoinError, Parting, SwitchError};
use headcount_core::{Findings, Measurement, ServedLanguages, Signal, SignalKind};
use headcount_testkit::samples::{connection, language};
use std::time::Duration;

fn idle(stage: &Stage, tag: &str) -> Signal {
    Signal::LanguageIdle { language: language(tag), since: stage.now() }
}

/// The next look finds that `tag` is idle, and that there may be more in a minute.
fn will_find(stage: &Stage, tag: &str) -> Signal {
    let signal = idle(stage, tag);
    let next = Some(stage.now().plus(Duration::from_secs(60)));
    stage.history.will_find(Findings { signals: vec![signal.clone()], next });
    signal
}

#[tokio::test]
async fn every_change_of_the_audience_is_looked_at() {
    let stage = Stage::on_air().await;
    let told = |signal| vec![(the_speaker(), signal)];
    let signal = will_find(&stage, "es");
    stage.join("a", "es").await;
    assert_eq!(stage.speaker.take_signals(), told(signal));
    let signal = will_find(&stage, "fr");
    stage.switch("a", "fr").await;
    assert_eq!(stage.speaker.take_signals(), told(signal));
    let signal = will_find(&stage, "de");
    stage.part("a", Parting::Closed).await;
    assert_eq!(stage.speaker.take_signals(), told(signal));
    let counted = stage
        .metrics
        .count(|it| matches!(it, Measurement::Signalled { kind } if *kind == SignalKind::LanguageIdle));
    assert_eq!(counted, 3);
}

#[tokio::test]
async fn a_wake_up_comes_when_there_may_be_something_to_find() {
    let stage = Stage::on_air().await;
    will_find(&stage, "es");
    stage.join("a", "es").await;
    assert_eq!(stage.speaker.take_signals().len(), 1);
    stage.wait(59_999).await;
    let signal = idle(&stage, "fr");
    stage.history.will_find(Findings { signals: vec![signal.clone()], next: None });
    stage.wait(1).await;
    assert_eq!(stage.speaker.take_signals(), [(the_speaker(), signal)]);
}

#[tokio::test]
async fn without_a_speaker_a_signal_is_counted_and_told_to_nobody() {
    let stage = Stage::opened().await;
    will_find(&stage, "es");
    stage.join("a", "es").await;
    assert_eq!(stage.speaker.take_signals(), []);
    assert_eq!(stage.metrics.count(|it| matches!(it, Measurement::Signalled { .. })), 1);
}

#[tokio::test]
async fn a_language_that_is_not_served_is_told_once_and_only_where_that_is_on() {
    let stage = Stage::on_air().await;
    for _ in 0..3 {
        stage.service.asked_in_vain(&stage.id, &language("fr")).await;
    }
    let signal = Signal::UnservedLanguage { language: language("fr") };
    assert_eq!(stage.speaker.take_signals(), [(connection("speaker"), signal)]);
    let served = ServedLanguages::new([language("es")]).ok();
    stage.service.describe(&stage.id, None, None, served).await.unwrap();
    let refused = stage.try_join("a", Some("de"), None).await;
    assert!(matches!(refused, Err(JoinError::NotServed { .. })));
    let signal = Signal::UnservedLanguage { language: language("de") };
    assert_eq!(stage.speaker.take_signals(), [(connection("speaker"), signal)]);
    stage.join("a", "es").await;
    let switched = stage.service.switch_language(&connection("a"), &language("de")).await;
    assert!(matches!(switched, Err(SwitchError::NotServed { .. })));
    assert_eq!(stage.speaker.take_signals(), []);
    let stage = Stage::on_air_with(|settings| settings.signals.unserved = false).await;
    stage.service.asked_in_vain(&stage.id, &language("fr")).await;
    assert_eq!(stage.speaker.take_signals(), []);
}
