//! The hub through its own methods and through the two ports.

use super::*;
use headcount_core::{BroadcastState, EndReason, SessionStatus, ShownDistribution, UpdateReason};
use std::{
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Waker},
};

/// Renders an update as its revision and a notice as the name of its kind, and counts how often.
#[derive(Default)]
struct Plain {
    rendered: AtomicU64,
}

impl Rendering for Plain {
    fn status(&self, update: &StatusUpdate) -> String {
        format!("status {}", update.revision)
    }

    fn notice(&self, session: &SessionId, notice: &Notice, _: Timestamp) -> String {
        self.rendered.fetch_add(1, Ordering::Relaxed);
        format!("{session} {notice:?}")
    }

    fn signal(&self, session: &SessionId, signal: &Signal, _: Timestamp) -> String {
        format!("{session} {}", signal.kind().as_str())
    }
}

#[derive(Default)]
struct Recorded(Mutex<Vec<Measurement>>);

impl Metrics for Recorded {
    fn record(&self, measurement: &Measurement) {
        self.0.lock().push(measurement.clone());
    }
}

struct Stage {
    hub: Hub,
    rendering: Arc<Plain>,
    metrics: Arc<Recorded>,
}

fn stage() -> Stage {
    let (rendering, metrics) = (Arc::new(Plain::default()), Arc::new(Recorded::default()));
    let limits = QueueLimits { messages: 4, ..QueueLimits::default() };
    Stage { hub: Hub::new(limits, rendering.clone(), metrics.clone()), rendering, metrics }
}

fn id(name: &str) -> ConnectionId {
    ConnectionId::parse(name).unwrap()
}

fn session(number: u64) -> SessionId {
    SessionId::pick(number)
}

fn update(revision: u64) -> StatusUpdate {
    let at = Timestamp::EPOCH;
    let status = SessionStatus {
        session: session(1),
        distribution: ShownDistribution::default(),
        duration_secs: 0,
        broadcast: BroadcastState::initial(at),
        timestamp: at,
        exact: true,
    };
    StatusUpdate { status, reason: UpdateReason::Periodic, revision, audience: None }
}

impl Stage {
    fn listener(&self, name: &str, number: u64) -> Outbox {
        self.member(name, number, Part::Listener)
    }

    fn member(&self, name: &str, number: u64, part: Part) -> Outbox {
        let outbox = self.hub.register(id(name));
        assert_eq!(self.hub.enlist(&id(name), &session(number), part), Delivery::Delivered);
        outbox
    }

    async fn tell(&self, number: u64, notice: &Notice) -> u64 {
        self.hub.tell(&session(number), notice, Timestamp::EPOCH).await
    }
}

/// What waits in `outbox`, up to the close.
fn drained(outbox: &mut Outbox) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(Outgoing::Text(text)) = outbox.try_next() {
        all.push(String::from_utf8(text.into_bytes().to_vec()).unwrap());
    }
    all
}

fn closed(outbox: &mut Outbox) -> Option<CloseKind> {
    match outbox.try_next() {
        Some(Outgoing::Close(kind)) => Some(kind),
        _ => None,
    }
}

#[tokio::test]
async fn one_connection_hears_everything_in_the_order_of_its_coming() {
    let stage = stage();
    let mut outbox = stage.listener("a", 1);
    assert_eq!(stage.hub.post(&id("a"), "posted"), Delivery::Delivered);
    assert_eq!(stage.hub.send(&id("a"), &update(7)).await.unwrap(), Delivery::Delivered);
    assert_eq!(stage.tell(1, &Notice::BroadcastMuted).await, 1);
    assert_eq!(outbox.push(String::from("answered")), Delivery::Delivered);
    let told = format!("{} BroadcastMuted", session(1));
    assert_eq!(drained(&mut outbox), ["posted", "status 7", told.as_str(), "answered"]);
}

#[tokio::test]
async fn a_notice_reaches_the_listeners_of_its_session_and_is_written_once() {
    let stage = stage();
    let mut here: Vec<_> = (0..300).map(|n| stage.listener(&format!("here{n}"), 1)).collect();
    let mut elsewhere = stage.listener("elsewhere", 2);
    let mut speaker = stage.member("speaker", 1, Part::Speaker);
    let mut roleless = stage.hub.register(id("roleless"));
    assert_eq!(stage.tell(1, &Notice::BroadcastPaused).await, 300);
    assert!(here.iter_mut().all(|outbox| drained(outbox).len() == 1));
    for other in [&mut elsewhere, &mut speaker, &mut roleless] {
        assert!(drained(other).is_empty());
    }
    assert_eq!(stage.rendering.rendered.load(Ordering::Relaxed), 1);
    assert_eq!(stage.tell(3, &Notice::BroadcastPaused).await, 0);
}

#[tokio::test]
async fn a_signal_reaches_the_speaker_that_asked_and_nobody_else() {
    let stage = stage();
    let mut old = stage.member("old", 1, Part::Speaker);
    let mut alert = stage.member("alert", 1, Part::AlertSpeaker);
    let mut listener = stage.listener("listener", 1);
    let signal = Signal::UnservedLanguage { language: headcount_core::Language::parse("fr").unwrap() };
    for speaker in ["old", "alert", "listener", "nobody"] {
        stage.hub.signal(&id(speaker), &session(1), &signal, Timestamp::EPOCH).await;
    }
    assert_eq!(drained(&mut alert), [format!("{} unservedLanguage", session(1))]);
    assert!(drained(&mut old).is_empty() && drained(&mut listener).is_empty());
    stage.tell(1, &Notice::SessionEnded(EndReason::Expired)).await;
    assert_eq!(drained(&mut alert).len(), 1);
}

#[tokio::test]
async fn the_end_reaches_the_speaker_too_uncounted_and_then_all_are_closed() {
    let stage = stage();
    let mut speaker = stage.member("speaker", 1, Part::Speaker);
    let mut listener = stage.listener("listener", 1);
    let mut other = stage.listener("other", 2);
    assert_eq!(stage.tell(1, &Notice::SessionEnded(EndReason::Expired)).await, 1);
    stage.hub.close_all(&session(1), CloseReason::SessionEnded).await;
    let mut late = stage.listener("late", 1);
    for outbox in [&mut speaker, &mut listener] {
        assert_eq!(drained(outbox).len(), 1);
        assert_eq!(closed(outbox), Some(CloseKind::SessionEnded));
    }
    assert!(stage.hub.is_open(&id("late")) && late.try_next().is_none());
    assert!(other.try_next().is_none());
}

#[tokio::test]
async fn a_slow_reader_is_dropped_counted_and_not_told_any_more() {
    let stage = stage();
    let mut slow = stage.listener("slow", 1);
    let mut quick = stage.listener("quick", 1);
    for _ in 0..4 {
        assert_eq!(stage.tell(1, &Notice::BroadcastMuted).await, 2);
        drained(&mut quick);
    }
    assert_eq!(stage.tell(1, &Notice::BroadcastMuted).await, 1);
    assert_eq!(stage.tell(1, &Notice::BroadcastMuted).await, 1);
    assert_eq!(*stage.metrics.0.lock(), [Measurement::SlowConsumerDropped]);
    assert_eq!(stage.hub.send(&id("slow"), &update(1)).await.unwrap(), Delivery::Gone);
    assert!(!stage.hub.is_open(&id("slow")));
    slow.overrun().await;
    assert_eq!(closed(&mut slow), Some(CloseKind::SlowConsumer));
}

#[tokio::test]
async fn a_reader_that_waits_is_woken_by_a_message_and_by_a_close() {
    let stage = stage();
    let mut outbox = stage.listener("a", 1);
    let reader = tokio::spawn(async move { [outbox.next().await, outbox.next().await] });
    tokio::task::yield_now().await;
    stage.hub.post(&id("a"), "hello");
    tokio::task::yield_now().await;
    stage.hub.close(&id("a"), CloseReason::Superseded).await;
    let expected = [Outgoing::Text("hello".into()), Outgoing::Close(CloseKind::Superseded)];
    assert_eq!(reader.await.unwrap(), expected);
}

#[tokio::test]
async fn a_writer_that_is_stuck_hears_of_the_overrun_only() {
    let stage = stage();
    let outbox = stage.listener("a", 1);
    let writer = tokio::spawn(async move { outbox.overrun().await });
    for _ in 0..4 {
        stage.hub.post(&id("a"), "text");
        tokio::task::yield_now().await;
        assert!(!writer.is_finished());
    }
    stage.hub.post(&id("a"), "one too many");
    writer.await.unwrap();
}

#[test]
fn whoever_drops_its_outbox_leaves_nothing_behind() {
    let stage = stage();
    let outbox = stage.listener("a", 1);
    assert_eq!((stage.hub.connections(), stage.hub.shared.directory.lock().rooms()), (1, 1));
    drop(outbox);
    assert_eq!((stage.hub.connections(), stage.hub.shared.directory.lock().rooms()), (0, 0));
    assert_eq!(stage.hub.post(&id("a"), "text"), Delivery::Gone);
    assert_eq!(stage.hub.disconnect(&id("a"), CloseKind::Dropped), Delivery::Gone);
    assert_eq!(stage.hub.enlist(&id("a"), &session(1), Part::Listener), Delivery::Gone);
    assert_eq!(stage.hub.shared.directory.lock().rooms(), 0);
}

#[test]
fn a_second_connection_of_the_same_id_supersedes_the_first() {
    let stage = stage();
    let mut first = stage.listener("a", 1);
    let second = stage.listener("a", 1);
    assert_eq!(closed(&mut first), Some(CloseKind::Superseded));
    drop(first);
    assert_eq!(second.push("still here"), Delivery::Delivered);
    assert!(stage.hub.is_open(&id("a")));
}

#[tokio::test]
async fn a_connection_is_in_one_session_at_a_time_or_in_none() {
    let stage = stage();
    let _outbox = stage.listener("a", 1);
    stage.hub.enlist(&id("a"), &session(1), Part::Listener);
    assert_eq!(stage.tell(1, &Notice::BroadcastMuted).await, 1);
    stage.hub.enlist(&id("a"), &session(2), Part::Listener);
    assert_eq!(stage.tell(1, &Notice::BroadcastMuted).await, 0);
    assert_eq!(stage.tell(2, &Notice::BroadcastMuted).await, 1);
    stage.hub.withdraw(&id("a"));
    assert_eq!(stage.tell(2, &Notice::BroadcastMuted).await, 0);
    assert!(stage.hub.is_open(&id("a")));
}

#[tokio::test]
async fn the_drain_closes_everybody_after_what_was_sent_to_them() {
    let stage = stage();
    let mut outboxes = [stage.listener("a", 1), stage.hub.register(id("b"))];
    for outbox in &outboxes {
        outbox.push("answered");
    }
    stage.hub.drain_all(CloseKind::Draining).await;
    for outbox in &mut outboxes {
        assert_eq!(drained(outbox), ["answered"]);
        assert_eq!(closed(outbox), Some(CloseKind::Draining));
    }
}

#[tokio::test]
async fn who_comes_or_goes_during_a_notice_disturbs_nobody_else() {
    let stage = stage();
    let mut early: Vec<_> = (0..3 * CHUNK).map(|n| stage.listener(&format!("early{n}"), 1)).collect();
    let mut telling = Box::pin(stage.tell(1, &Notice::BroadcastPaused));
    assert!(pending_now(&mut telling), "one chunk is told, then others get their turn");
    let mut late = stage.listener("late", 1);
    drop(early.remove(0));
    drop(early.pop());
    stage.hub.enlist(early[2 * CHUNK].connection(), &session(1), Part::Listener);
    assert_eq!(telling.await, 3 * CHUNK as u64 - 1);
    assert!(early.iter_mut().all(|outbox| drained(outbox).len() == 1));
    assert!(drained(&mut late).is_empty());
}

#[tokio::test]
async fn two_notices_at_once_are_heard_by_all_in_one_order() {
    let stage = stage();
    let mut listeners: Vec<_> = (0..2 * CHUNK).map(|n| stage.listener(&format!("l{n}"), 1)).collect();
    let mut first = Box::pin(stage.tell(1, &Notice::BroadcastPaused));
    let mut second = Box::pin(stage.tell(1, &Notice::BroadcastResumed));
    assert!(pending_now(&mut first) && pending_now(&mut second));
    assert_eq!((first.await, second.await), (2 * CHUNK as u64, 2 * CHUNK as u64));
    let order = [Notice::BroadcastPaused, Notice::BroadcastResumed];
    let order = order.map(|notice| format!("{} {notice:?}", session(1)));
    assert!(listeners.iter_mut().all(|outbox| drained(outbox) == order));
}

/// Polls a future once by hand, to stop it in its middle; whether it has to wait.
fn pending_now<F: Future>(future: &mut Pin<Box<F>>) -> bool {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
}
