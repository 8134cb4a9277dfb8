//! The schedule: who is told, what is handed on, and that twice is once.

use super::Stage;
use crate::app::Settings;
use headcount_core::UpdateReason;
use headcount_core::ports::UpdateTimer;
use headcount_testkit::{Fault, Port, SpeakerAnswer, samples};
use serde_json::{Value, json};
use std::time::Duration;

fn rule() -> Value {
    json!({ "source": "aws.events", "detail-type": "Scheduled Event", "detail": {} })
}

async fn with_sessions(stage: &Stage, count: usize) {
    for n in 0..count {
        stage.session(&format!("S{n}")).await;
    }
}

#[tokio::test]
async fn a_sweep_tells_who_is_due_and_asks_to_be_woken_for_the_others() {
    let stage = Stage::new();
    let due = stage.session("S").await;
    stage.later(10_000);
    let later = stage.session("T").await;
    stage.later(20_000);
    let report = stage.invoke(&rule()).await;
    assert_eq!((&report["updatesSent"], &report["updatesFailed"]), (&json!(1), &json!(0)));
    assert_eq!(report.as_object().unwrap().len(), 3, "{report}");
    let told = stage.told();
    assert_eq!((told[0].status.session.clone(), told[0].reason), (due.clone(), UpdateReason::Periodic));
    let asked = stage.wakes.outside.pending();
    assert!(asked.contains(&(samples::at(60_000), due)), "{asked:?}");
    assert!(asked.contains(&(samples::at(40_000), later)), "{asked:?}");
}

#[tokio::test]
async fn a_rule_that_fires_twice_sends_nothing_twice() {
    let stage = Stage::new();
    with_sessions(&stage, 5).await;
    stage.later(30_000);
    assert_eq!(stage.invoke(&rule()).await["updatesSent"], 5);
    assert_eq!(stage.invoke(&rule()).await["updatesSent"], 0);
    assert_eq!(stage.told().len(), 5);
}

#[tokio::test]
async fn a_sweep_takes_down_each_audience_once() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    stage.listener("A", &session, "es").await;
    stage.later(30_000);
    stage.invoke(&rule()).await;
    assert_eq!(stage.taken_down(), [(session, 1)]);
}

#[tokio::test]
async fn every_shape_of_the_schedule_sweeps() {
    for event in [
        rule(),
        json!({ "source": "aws.scheduler", "detail": "{}" }),
        json!({ "source": "aws.scheduler", "detail": {} }),
        crate::trigger::sweep_input(),
    ] {
        let stage = Stage::new();
        with_sessions(&stage, 1).await;
        stage.later(30_000);
        assert_eq!(stage.invoke(&event).await["updatesSent"], 1, "{event}");
    }
}

#[tokio::test]
async fn what_there_is_no_time_for_is_handed_on_until_all_are_told_once() {
    let stage = Stage::with(Settings { sweep_budget: Duration::ZERO, ..Settings::default() }, |_| {});
    with_sessions(&stage, 70).await;
    stage.later(30_000);
    assert_eq!(stage.invoke(&rule()).await["updatesSent"], 32);
    assert_eq!(stage.queued().len(), 1);
    assert_eq!(stage.work_off().await, 0);
    let mut told: Vec<_> = stage.told().into_iter().map(|update| update.status.session).collect();
    assert_eq!(told.len(), 70);
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 70, "nobody was told twice");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_hangs_costs_only_itself() {
    let stage = Stage::new();
    with_sessions(&stage, 3).await;
    stage.later(30_000);
    stage.store.set(Port::Ledgers, Fault::Hangs);
    let report = stage.invoke(&rule()).await;
    assert_eq!((&report["updatesSent"], &report["updatesFailed"]), (&json!(0), &json!(3)));
    stage.store.set(Port::Ledgers, Fault::None);
    assert_eq!(stage.invoke(&rule()).await["updatesSent"], 3);
}

#[tokio::test]
async fn what_did_not_arrive_is_counted_and_a_store_that_is_away_fails_the_sweep() {
    let stage = Stage::new();
    with_sessions(&stage, 2).await;
    stage.later(30_000);
    stage.speakers.answer(SpeakerAnswer::Fails);
    let report = stage.invoke(&rule()).await;
    assert_eq!((&report["updatesSent"], &report["updatesFailed"]), (&json!(0), &json!(2)));
    stage.store.set_all(Fault::Unavailable);
    assert_eq!(stage.try_invoke(&rule()).await.unwrap_err().kind(), "Sweep");
}

#[tokio::test]
async fn a_speaker_who_is_gone_loses_its_seat_and_the_session_ends_in_time() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    stage.later(30_000);
    stage.speakers.answer(SpeakerAnswer::Gone);
    stage.invoke(&rule()).await;
    assert_eq!(stage.status("S").await["code"], "CONNECTION_NOT_FOUND");
    let pending = stage.wakes.outside.pending();
    assert!(pending.contains(&(samples::at(60_000), session.clone())), "{pending:?}");
    stage.later(30_000);
    stage.wake(&session, 1).await;
    assert_eq!(stage.listener("A", &session, "es").await["code"], "SESSION_NOT_FOUND");
}

#[tokio::test]
async fn a_wake_up_tells_and_asks_for_one_more_on_the_timer_of_those_that_follow() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    stage.later(30_000);
    stage.wake(&session, 1).await;
    assert_eq!(stage.told().len(), 1);
    assert_eq!(stage.wakes.following.pending(), [(samples::at(60_000), session)]);
}

/// What SQS does up to `second`: every message comes at its second. Those that a wake-up asked for are the second of
/// their chain, and the adapter sends none that would be the third.
async fn deliver_wakes(stage: &Stage, second: u64) {
    let now = samples::at(second * 1_000);
    let (first, last) = (stage.wakes.outside.take_due(now), stage.wakes.following.take_due(now));
    for session in first {
        stage.wake(&session, 1).await;
    }
    let chained = stage.wakes.following.pending();
    for session in last {
        stage.wake(&session, 2).await;
    }
    let _ = stage.wakes.following.take_due(samples::at(u64::from(u32::MAX)));
    for (at, session) in chained {
        stage.wakes.following.wake_at(&session, at).await;
    }
}

#[tokio::test]
async fn a_speaker_is_told_every_thirty_seconds_by_sweeps_and_chains_of_two() {
    let stage = Stage::new();
    stage.later(7_000);
    stage.session("S").await;
    let mut told = vec![7];
    for second in 8..=300 {
        stage.clock.set(samples::at(second * 1_000));
        deliver_wakes(&stage, second).await;
        if second % 60 == 0 {
            stage.invoke(&rule()).await;
        }
        let asked = second == 101;
        if asked {
            stage.status("S").await;
        }
        let updates = stage.told();
        assert!(updates.iter().all(|update| update.reason == UpdateReason::Periodic));
        told.extend(updates.iter().map(|_| second).chain(asked.then_some(second)));
    }
    let gaps: Vec<u64> = told.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let before = told.iter().position(|at| *at == 101).unwrap() - 1;
    for (at, gap) in gaps.iter().enumerate() {
        assert!(at == before || (28..=32).contains(gap), "{told:?}");
    }
    assert!(told.last() >= Some(&270), "{told:?}");
}
