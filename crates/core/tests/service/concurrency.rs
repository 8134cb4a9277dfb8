//! Many at once, on several threads.

use crate::stage::{Stage, the_speaker};
use headcount_core::ports::SpeakerChannel;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_revisions_that_a_speaker_sees_never_go_back() {
    let stage = Arc::new(Stage::on_air_with(|settings| settings.policy.min_gap = Duration::ZERO).await);
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..6 {
        let stage = Arc::clone(&stage);
        tasks.spawn(async move {
            for n in 0..20 {
                let name = format!("l{task}-{n}");
                stage.join(&name, ["es", "fr", "de", "ja", "ko"][n % 5]).await;
                if n % 2 == 0 {
                    stage.close(&name).await;
                }
                tokio::task::yield_now().await;
            }
        });
    }
    for _ in 0..2 {
        let stage = Arc::clone(&stage);
        tasks.spawn(async move {
            for _ in 0..60 {
                let answer = stage.service.query_status(&the_speaker(), None).await.unwrap();
                // The answer takes the way of all updates while nobody else may.
                stage.speaker.send(&the_speaker(), &answer.update).await.unwrap();
                drop(answer);
                tokio::task::yield_now().await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let seen: Vec<_> = stage.speaker.updates().iter().map(|(_, update)| update.revision).collect();
    assert!(seen.len() > 120 && seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");
    let last = stage.speaker.updates().pop().unwrap().1;
    let gap = last.status.listener_count().abs_diff(60);
    assert!(gap * 100 <= 10 * last.status.listener_count(), "{gap} away from the truth");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_observer_sees_the_total_dip_while_languages_change() {
    let stage = Arc::new(Stage::on_air().await);
    stage.join_many("l", 20, "es").await;
    let done = Arc::new(AtomicBool::new(false));
    let switching = {
        let (stage, done) = (Arc::clone(&stage), Arc::clone(&done));
        tokio::spawn(async move {
            for round in 0..20 {
                for n in 0..20 {
                    stage.switch(&format!("l{n}"), ["fr", "es"][round % 2]).await;
                }
                tokio::task::yield_now().await;
            }
            done.store(true, Ordering::Release);
        })
    };
    while !done.load(Ordering::Acquire) {
        assert_eq!(stage.ask().await.status.listener_count(), 20);
        assert_eq!(stage.count().await, 20);
        tokio::task::yield_now().await;
    }
    switching.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn speakers_that_attach_at_once_leave_one_in_the_seat_and_none_behind() {
    let stage = Arc::new(Stage::opened().await);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..16 {
        let stage = Arc::clone(&stage);
        tasks.spawn(async move { stage.attach(&format!("s{n}")).await });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let mut speaking = 0;
    for n in 0..16 {
        let connection = headcount_testkit::samples::connection(&format!("s{n}"));
        speaking += usize::from(stage.service.spoken_by(&connection).await.is_ok());
        stage.service.disconnect(&connection, headcount_core::service::Parting::Closed).await.unwrap();
    }
    assert_eq!((speaking, stage.audience.take().len()), (1, 15), "fifteen were closed");
    stage.wait(30_000).await;
    assert!(!stage.is_live().await, "the last one's closing starts the grace");
}
