//! The timer under paused time: wake-ups come when they should, whatever the wall clock does.

use super::{busy::CONCURRENCY, *};
use std::{
    collections::HashMap,
    convert::Infallible,
    future::pending,
    io,
    sync::atomic::{AtomicU64, Ordering},
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{advance, timeout},
};

const START: u64 = 1_699_500_000_000;

/// A wall clock that goes with the time of the test and can be set.
struct TestClock {
    started: Instant,
    set_to: AtomicU64,
}

impl TestClock {
    fn new() -> Arc<Self> {
        Arc::new(Self { started: Instant::now(), set_to: AtomicU64::new(START) })
    }

    /// What the clock shows becomes the time since the test started, and `start` more.
    fn set(&self, start: u64) {
        self.set_to.store(start, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.set_to.load(Ordering::Relaxed)).plus(self.started.elapsed())
    }
}

fn session(number: u64) -> SessionId {
    SessionId::pick(number)
}

const fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(START + seconds * 1_000)
}

async fn ten_seconds() -> Result<(), Infallible> {
    sleep(Duration::from_secs(10)).await;
    Ok(())
}

/// A running timer, and the sessions that it wakes with the second at which it does.
struct Running {
    timer: Arc<LocalTimer>,
    clock: Arc<TestClock>,
    woken: mpsc::UnboundedReceiver<(SessionId, u64)>,
}

impl Running {
    fn start() -> Self {
        let clock = TestClock::new();
        let (timer, task) = LocalTimer::new(clock.clone());
        let (tell, woken) = mpsc::unbounded_channel();
        let started = Instant::now();
        let wake = move |session| {
            let second = started.elapsed().as_secs();
            let _ = tell.send((session, second));
            async { Ok::<_, Infallible>(()) }
        };
        tokio::spawn(task.run(wake, pending()));
        Self { timer, clock, woken }
    }

    async fn next(&mut self) -> (SessionId, u64) {
        self.woken.recv().await.unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn sessions_are_woken_at_their_moments_and_once_for_each_wish() {
    let mut it = Running::start();
    it.timer.wake_at(&session(1), at(30)).await;
    it.timer.wake_at(&session(2), at(10)).await;
    assert_eq!(it.next().await, (session(2), 10));
    assert_eq!(it.next().await, (session(1), 30));
    advance(Duration::from_secs(3_600)).await;
    assert!(it.woken.try_recv().is_err());
}

#[tokio::test(start_paused = true)]
async fn a_later_wish_puts_nothing_off_and_an_earlier_one_comes_first() {
    let mut it = Running::start();
    it.timer.wake_at(&session(1), at(10)).await;
    it.timer.wake_at(&session(1), at(60)).await;
    assert_eq!(it.next().await, (session(1), 10));
    it.timer.wake_at(&session(1), at(60)).await;
    it.timer.wake_at(&session(1), at(20)).await;
    assert_eq!(it.next().await, (session(1), 20));
}

#[tokio::test(start_paused = true)]
async fn a_moment_that_has_passed_is_now() {
    let mut it = Running::start();
    advance(Duration::from_secs(5)).await;
    it.timer.wake_at(&session(1), Timestamp::EPOCH).await;
    assert_eq!(it.next().await, (session(1), 5));
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_jumps_ahead_brings_its_moments_within_a_second() {
    let mut it = Running::start();
    it.timer.wake_at(&session(1), at(7_200)).await;
    it.clock.set(START + 7_200_000);
    let (woken, second) = it.next().await;
    assert_eq!(woken, session(1));
    assert!(second <= 1, "woken after {second} s");
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_is_set_back_puts_nothing_off() {
    let mut it = Running::start();
    it.timer.wake_at(&session(1), at(30)).await;
    it.clock.set(START - 3_600_000);
    assert_eq!(it.next().await, (session(1), 30));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_hangs_stalls_no_other_and_is_not_woken_twice_at_once() {
    let (timer, task) = LocalTimer::new(TestClock::new());
    let (tell, mut woken) = mpsc::unbounded_channel();
    let wake = move |id: SessionId| {
        let _ = tell.send(id.clone());
        async move {
            if id == session(1) {
                pending::<()>().await;
            }
            Ok::<_, Infallible>(())
        }
    };
    tokio::spawn(task.run(wake, pending()));
    let mut all = Vec::new();
    for second in 1..=2 * CONCURRENCY as u64 {
        timer.wake_at(&session(1), at(second)).await;
        timer.wake_at(&session(2), at(second)).await;
        while all.last() != Some(&(session(2), second)) {
            let next = timeout(Duration::from_secs(60), woken.recv()).await;
            all.push((next.expect("the one that hangs must not stall the other").unwrap(), second));
        }
    }
    assert_eq!(all.iter().filter(|(woken, _)| *woken == session(1)).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_comes_due_during_a_call_is_woken_after_it() {
    let (timer, task) = LocalTimer::new(TestClock::new());
    let (tell, mut woken) = mpsc::unbounded_channel();
    let started = Instant::now();
    let wake = move |_| {
        let _ = tell.send(started.elapsed().as_secs());
        ten_seconds()
    };
    tokio::spawn(task.run(wake, pending()));
    timer.wake_at(&session(1), at(1)).await;
    assert_eq!(woken.recv().await, Some(1));
    timer.wake_at(&session(1), at(2)).await;
    assert_eq!(woken.recv().await, Some(11));
}

#[tokio::test(start_paused = true)]
async fn no_more_than_so_many_are_woken_at_a_time() {
    let (timer, task) = LocalTimer::new(TestClock::new());
    let (tell, mut woken) = mpsc::unbounded_channel();
    let started = Instant::now();
    let wake = move |_| {
        let _ = tell.send(started.elapsed().as_secs());
        ten_seconds()
    };
    tokio::spawn(task.run(wake, pending()));
    let sessions = CONCURRENCY as u64 + 1;
    for number in 0..sessions {
        timer.wake_at(&session(number), at(1)).await;
    }
    let mut seconds = Vec::new();
    for _ in 0..sessions {
        seconds.push(woken.recv().await.unwrap());
    }
    let (last, first) = seconds.split_last().unwrap();
    assert!(first.iter().all(|second| *second == 1));
    assert_eq!(*last, 11);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_panics_is_repeated_and_harms_no_other() {
    let (timer, task) = LocalTimer::new(TestClock::new());
    let (tell, mut woken) = mpsc::unbounded_channel();
    let started = Instant::now();
    let wake = move |id: SessionId| {
        let tell = tell.clone();
        async move {
            tell.send((id.clone(), started.elapsed().as_secs())).unwrap();
            assert_ne!(id, session(1), "this panic is what the test is about");
            Ok::<_, Infallible>(())
        }
    };
    tokio::spawn(task.run(wake, pending()));
    timer.wake_at(&session(1), at(1)).await;
    timer.wake_at(&session(2), at(2)).await;
    for expected in [(session(1), 1), (session(2), 2), (session(1), 6), (session(1), 11)] {
        assert_eq!(woken.recv().await, Some(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_is_repeated_unless_it_comes_due_sooner() {
    let (timer, task) = LocalTimer::new(TestClock::new());
    let (tell, mut woken) = mpsc::unbounded_channel();
    let started = Instant::now();
    let wake = move |_| {
        let _ = tell.send(started.elapsed().as_secs());
        async { Err(io::Error::other("the store is away")) }
    };
    tokio::spawn(task.run(wake, pending()));
    timer.wake_at(&session(1), at(1)).await;
    assert_eq!(woken.recv().await, Some(1));
    assert_eq!(woken.recv().await, Some(6));
    timer.wake_at(&session(1), at(8)).await;
    assert_eq!(woken.recv().await, Some(8));
    assert_eq!(woken.recv().await, Some(13));
}

#[tokio::test(start_paused = true)]
async fn the_stop_waits_for_calls_under_way_and_begins_no_other() {
    let (timer, task) = LocalTimer::new(TestClock::new());
    let (tell, mut woken) = mpsc::unbounded_channel();
    let wake = move |id: SessionId| {
        let _ = tell.send(id);
        ten_seconds()
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(task.run(wake, async {
        let _ = stopped.await;
    }));
    timer.wake_at(&session(1), at(1)).await;
    timer.wake_at(&session(2), at(2)).await;
    assert_eq!(woken.recv().await, Some(session(1)));
    stop.send(()).unwrap();
    let before = Instant::now();
    running.await.unwrap();
    assert_eq!(before.elapsed().as_secs(), 10);
    assert_eq!(woken.recv().await, None);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_sessions_are_each_woken_in_their_second() {
    const SESSIONS: u64 = 10_000;
    let mut it = Running::start();
    let mut expected: HashMap<_, _> = (0..SESSIONS).map(|n| (session(n), 1 + n % 30)).collect();
    for (session, second) in &expected {
        it.timer.wake_at(session, at(*second)).await;
    }
    for _ in 0..SESSIONS {
        let (woken, second) = it.next().await;
        assert_eq!(expected.remove(&woken), Some(second));
    }
}
