//! After a restart: counts are being rebuilt, speakers have their grace anew. And clocks that go back.

use crate::stage::{Stage, open, the_speaker};
use headcount_core::UpdateReason::{NewLanguage, Periodic, Requested};
use headcount_core::service::StatusService;
use headcount_core::{SpeakerSeat, StatusDetail, Timestamp};
use headcount_testkit::samples::{NOW, at};
use std::time::Duration;

/// A restart: the counts may be short for 15 s.
async fn restarted() -> Stage {
    let stage = Stage::on_air().await;
    stage.join_many("before", 10, "es").await;
    stage.wait(2_000).await;
    for n in 0..10 {
        stage.close(&format!("before{n}")).await;
    }
    stage.wait(2_000).await;
    stage.told();
    *stage.inexact_until.lock() = Some(stage.now().plus(Duration::from_secs(15)));
    stage
}

#[tokio::test]
async fn while_counts_are_rebuilt_triggers_hold_and_are_judged_when_that_ends() {
    let stage = restarted().await;
    stage.join_many("after", 5, "fr").await;
    stage.wait(14_999).await;
    assert_eq!(stage.told(), []);
    stage.wait(1).await;
    assert_eq!(stage.told(), [(NewLanguage, 5)]);
}

#[tokio::test]
async fn while_counts_are_rebuilt_questions_and_periodic_updates_go_on_and_say_so() {
    let stage = restarted().await;
    let answer = stage.ask().await;
    assert!(!answer.status.exact && answer.reason == Requested);
    *stage.inexact_until.lock() = Some(stage.now().plus(Duration::from_secs(40)));
    stage.wait(30_000).await;
    let periodic = stage.speaker.take();
    assert!(periodic.len() == 1 && periodic[0].reason == Periodic && !periodic[0].status.exact);
    stage.wait(10_000).await;
    assert!(stage.ask().await.status.exact);
}

#[tokio::test]
async fn a_speaker_that_comes_back_while_counts_are_rebuilt_is_told_when_that_ends() {
    let stage = restarted().await;
    stage.timer.clear();
    stage.service.recover().await.unwrap();
    stage.attach("again").await;
    let first = stage.speaker.take();
    assert!(first.len() == 1 && first[0].reason == Periodic && !first[0].status.exact);
    stage.wait(1_000).await;
    stage.join("ana", "fr").await;
    stage.wait(13_999).await;
    assert_eq!(stage.told(), []);
    stage.wait(1).await;
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
}

#[tokio::test]
async fn listeners_that_came_back_before_their_speaker_are_told_when_the_rebuilding_ends() {
    let stage = restarted().await;
    stage.timer.clear();
    stage.service.recover().await.unwrap();
    stage.join("ana", "fr").await;
    stage.attach("again").await;
    stage.join("bea", "ja").await;
    stage.told();
    stage.wait(15_000).await;
    assert_eq!(stage.told(), [(NewLanguage, 2)]);
}

#[tokio::test]
async fn an_earlier_wake_up_does_not_make_the_end_of_the_rebuilding_forgotten() {
    let stage = restarted().await;
    stage.join_many("after", 5, "fr").await;
    stage.cut("after0").await;
    stage.wait(14_999).await;
    assert_eq!(stage.told(), [], "a grace has ended meanwhile");
    stage.wait(1).await;
    assert_eq!(stage.told(), [(NewLanguage, 4)]);
}

#[tokio::test]
async fn recovery_starts_the_grace_of_every_speaker_anew() {
    let stage = Stage::on_air().await;
    let (never, lost) = (open(&stage.service).await, open(&stage.service).await);
    let speaker = headcount_testkit::samples::connection("lost");
    stage.service.attach_speaker(&lost, &speaker, StatusDetail::Basic).await.unwrap();
    stage.service.disconnect(&speaker, headcount_core::service::Parting::Closed).await.unwrap();
    // The process is away for longer than the grace.
    stage.clock.advance(Duration::from_secs(60));
    stage.timer.clear();
    let service = StatusService::new(stage.ports.clone(), *stage.service.settings());
    assert_eq!(service.recover().await.unwrap(), 3);
    let until = stage.now().plus(Duration::from_secs(30));
    for id in [&stage.id, &lost] {
        assert_eq!(service.session(id).await.unwrap().unwrap().speaker, SpeakerSeat::Lost { until });
    }
    assert_eq!(service.session(&never).await.unwrap().unwrap().speaker, SpeakerSeat::Never);
    stage.wait(29_999).await;
    assert!(stage.is_live().await);
    stage.wait(1).await;
    assert_eq!(stage.timer.next(), Some(at(2 * 60 * 60 * 1_000)), "only the one without a speaker is left");
}

#[tokio::test]
async fn what_expired_during_the_absence_ends_after_recovery() {
    let stage = Stage::opened().await;
    stage.clock.advance(Duration::from_secs(3 * 60 * 60));
    stage.timer.clear();
    stage.service.recover().await.unwrap();
    stage.wait(0).await;
    assert_eq!(stage.audience.take().len(), 2, "told and let go");
}

#[tokio::test]
async fn a_clock_that_goes_back_makes_no_timestamp_decrease_and_no_duration_negative() {
    let stage = Stage::on_air().await;
    stage.wait(60_000).await;
    let before = stage.ask().await.status;
    stage.clock.set(Timestamp::from_millis(NOW.as_millis() - 3_600_000));
    let after = stage.ask().await.status;
    assert_eq!((after.timestamp, after.duration_secs), (before.timestamp, before.duration_secs));
    let looked = stage.service.peek_status(&stage.id).await.unwrap().unwrap().status;
    assert_eq!(looked.timestamp, before.timestamp);
    stage.service.query_status(&the_speaker(), None).await.map(drop).unwrap();
}

#[tokio::test]
async fn a_clock_that_goes_back_causes_no_storm() {
    let stage = Stage::on_air().await;
    stage.wait(60_000).await;
    stage.told();
    stage.clock.set(NOW);
    stage.join("ana", "es").await;
    assert_eq!(stage.told(), [(NewLanguage, 1)]);
    stage.wait(89_999).await;
    assert_eq!(stage.told(), []);
    stage.wait(1).await;
    assert_eq!(stage.told(), [(Periodic, 1)]);
}
