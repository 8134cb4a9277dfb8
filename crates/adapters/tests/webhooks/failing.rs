//! What becomes of deliveries that fail: they are tried again, given up, or dropped, and each can be seen.

use crate::receiver::{Receiver, Reply};
use crate::sender::{IMPATIENT, Sender, settings, started, target, told};
use headcount_adapters::webhooks::{Retries, Room};
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_failure_is_tried_again_under_the_same_name_and_nothing_overtakes_it() {
    let replies = [Reply::Status(500), Reply::Status(429), Reply::Status(302), Reply::Status(200)];
    let mut receiver = Receiver::start(&replies).await;
    let sender = Sender::start(settings(vec![target(&receiver.url())])).await;
    sender.observe(&started(1));
    sender.observe(&started(2));
    let came = receiver.take(5).await;
    for again in &came[1..4] {
        assert_eq!(again.header("webhook-id"), came[0].header("webhook-id"));
        assert_eq!(again.text, came[0].text);
    }
    assert_eq!(came.iter().map(|it| it.sequence()).collect::<Vec<_>>(), [1, 1, 1, 1, 2]);
    let figures = sender.until(|figures| figures.delivered == 2).await;
    assert_eq!((figures.failed, figures.dead), (3, 0));
}

#[tokio::test]
async fn a_receiver_that_is_too_slow_is_asked_again() {
    let mut receiver = Receiver::start(&[Reply::Silence, Reply::Status(200)]).await;
    let mut settings = settings(vec![target(&receiver.url())]);
    settings.limits = IMPATIENT;
    let sender = Sender::start(settings).await;
    sender.observe(&started(1));
    let came = receiver.take(2).await;
    assert_eq!(came[0].text, came[1].text);
    let figures = sender.until(|figures| figures.delivered == 1).await;
    assert_eq!(figures.failed, 1);
}

#[tokio::test]
async fn a_retry_after_is_kept() {
    let wait = Reply::With(503, "retry-after", "1".to_owned());
    let mut receiver = Receiver::start(&[wait, Reply::Status(200)]).await;
    let sender = Sender::start(settings(vec![target(&receiver.url())])).await;
    sender.observe(&started(1));
    receiver.next().await;
    let asked = Instant::now();
    receiver.next().await;
    // The waits of these settings are twenty milliseconds at the most.
    assert!(asked.elapsed() > Duration::from_millis(900), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn what_a_receiver_refuses_is_a_dead_letter_and_the_next_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("dead.jsonl");
    let mut receiver = Receiver::start(&[Reply::Status(404), Reply::Status(200)]).await;
    let mut settings = settings(vec![target(&receiver.url())]);
    settings.dead_letters = Some(file.clone());
    let sender = Sender::start(settings).await;
    sender.observe(&started(1));
    sender.observe(&started(2));
    let came = receiver.take(2).await;
    assert_eq!(came.iter().map(|it| it.sequence()).collect::<Vec<_>>(), [1, 2]);
    let figures = sender.until(|figures| figures.delivered == 1).await;
    assert_eq!((figures.dead, figures.failed), (1, 0));
    let text = std::fs::read_to_string(&file).unwrap();
    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&line["target"], &line["why"]), (&1.into(), &"it answered 404".into()));
    assert_eq!(line["letter"], came[0].body);
    assert!(!text.contains("hush"), "the URL's secret is not written down");
}

#[tokio::test]
async fn what_has_been_tried_long_enough_is_given_up() {
    let mut receiver = Receiver::start(&[Reply::Status(500), Reply::Status(200)]).await;
    let mut settings = settings(vec![target(&receiver.url())]);
    settings.retries = Retries { give_up_after: Duration::ZERO, ..settings.retries };
    let sender = Sender::start(settings).await;
    sender.observe(&started(1));
    sender.observe(&started(2));
    assert_eq!(receiver.take(2).await[1].sequence(), 2);
    let figures = sender.until(|figures| figures.delivered == 1).await;
    assert_eq!((figures.dead, figures.failed), (1, 0));
}

#[tokio::test]
async fn a_receiver_that_is_gone_hears_nothing_more() {
    let mut receiver = Receiver::start(&[Reply::Status(410)]).await;
    let sender = Sender::start(settings(vec![target(&receiver.url())])).await;
    sender.observe(&started(1));
    receiver.next().await;
    sender.until(|figures| figures.gone && figures.waiting == 0).await;
    sender.observe(&started(2));
    let figures = sender.until(|figures| figures.dropped == 1).await;
    assert_eq!((figures.dead, figures.delivered), (1, 0));
    assert!(receiver.is_quiet());
}

#[tokio::test]
async fn what_found_no_room_is_a_gap_in_the_sequence() {
    let mut receiver = Receiver::start(&[Reply::Status(500)]).await;
    let mut settings = settings(vec![target(&receiver.url())]);
    settings.room = Room { events: 3, bytes: 1_000_000 };
    let sender = Sender::start(settings).await;
    sender.observe(&started(1));
    receiver.next().await;
    for n in 2..=10 {
        sender.observe(&started(n));
    }
    sender.until(|figures| figures.dropped == 7).await;
    receiver.reply(&[Reply::Status(200)]);
    sender.until(|figures| figures.delivered == 3).await;
    let mut sequences = Vec::new();
    while sequences.last() != Some(&10) {
        sequences.push(receiver.next().await.sequence());
    }
    sequences.dedup();
    // The first was being sent, and stays; of the rest the oldest went.
    assert_eq!(sequences, [1, 9, 10]);
}

#[tokio::test]
async fn statuses_that_wait_are_merged_to_the_newest_and_leave_no_gap() {
    let mut receiver = Receiver::start(&[Reply::Status(500)]).await;
    let sender = Sender::start(settings(vec![target(&receiver.url())])).await;
    sender.observe(&started(1));
    receiver.next().await;
    // More than are let through while a target is behind.
    for n in 2..=20 {
        sender.observe(&started(n));
    }
    sender.until(|figures| figures.waiting == 20).await;
    for listeners in 1..=500 {
        sender.observe(&told(1, listeners));
        sender.observe(&told(2, listeners));
    }
    sender.observe(&started(21));
    sender.until(|figures| figures.waiting == 21).await;
    receiver.reply(&[Reply::Status(200)]);
    let (mut sequences, mut statuses) = (Vec::new(), Vec::new());
    while statuses.len() < 2 {
        let delivery = receiver.next().await;
        sequences.push(delivery.sequence());
        if delivery.kind() == "sessionStatus" {
            statuses.push(delivery.body["data"]["listenerCount"].clone());
        }
    }
    sequences.dedup();
    assert_eq!(sequences, (1..=23).collect::<Vec<_>>());
    assert_eq!(statuses, [500, 500]);
    let figures = sender.until(|figures| figures.waiting == 0).await;
    assert_eq!((figures.delivered, figures.dropped), (23, 0));
}
