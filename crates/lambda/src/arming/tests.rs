//! Few wake-ups, and none that a sweep makes needless.

use super::*;
use crate::tests::Stage;
use headcount_testkit::{ManualClock, samples};
use std::sync::atomic::{AtomicUsize, Ordering};

#[tokio::test]
async fn what_is_far_away_is_left_to_the_sweep() {
    let stage = Stage::new();
    let session = samples::session_id(1);
    stage.app.arming.wake_at(&session, samples::at(75_001)).await;
    assert!(stage.wakes.outside.pending().is_empty());
    stage.app.arming.wake_at(&session, samples::at(75_000)).await;
    assert_eq!(stage.wakes.outside.pending().len(), 1);
}

#[tokio::test]
async fn an_earlier_one_on_its_way_does_for_later_ones_until_it_has_come() {
    let stage = Stage::new();
    let session = samples::session_id(1);
    let (arming, pending) = (&stage.app.arming, || stage.wakes.outside.pending().len());
    arming.wake_at(&session, samples::at(30_000)).await;
    arming.wake_at(&session, samples::at(32_000)).await;
    assert_eq!(pending(), 1, "the first one looks, and asks again");
    arming.wake_at(&session, samples::at(1_000)).await;
    assert_eq!(pending(), 2, "an earlier one is sent");
    arming.wake_at(&samples::session_id(2), samples::at(30_000)).await;
    assert_eq!(pending(), 3, "another session has its own");
    stage.later(1_001);
    arming.wake_at(&session, samples::at(32_000)).await;
    assert_eq!(pending(), 4, "the earlier one has passed");
}

#[tokio::test]
async fn no_number_of_sessions_is_too_many() {
    let stage = Stage::new();
    for n in 0..5_000 {
        stage.app.arming.wake_at(&samples::session_id(n), samples::at(1_000)).await;
    }
    assert_eq!(stage.wakes.outside.pending().len(), 5_000);
    assert!(stage.app.arming.coming.lock().len() <= REMEMBERED);
}

/// A queue that takes nothing and does not say so.
#[derive(Default)]
struct Silent(Arc<AtomicUsize>);

impl Wakes for Silent {
    fn outside(&self) -> Arc<dyn UpdateTimer> {
        Arc::new(Self(Arc::clone(&self.0)))
    }

    fn following(&self, _wake: &Wake, _next_sweep: Timestamp) -> Arc<dyn UpdateTimer> {
        self.outside()
    }
}

#[async_trait]
impl UpdateTimer for Silent {
    async fn wake_at(&self, _session: &SessionId, _at: Timestamp) {
        self.0.fetch_add(1, Ordering::Relaxed);
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_queue_holds_nobody_up_and_is_asked_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let arming = Arming::new(Arc::new(Silent(Arc::clone(&asked))), Arc::new(ManualClock::default()));
    let began = tokio::time::Instant::now();
    for _ in 0..2 {
        arming.wake_at(&samples::session_id(1), samples::at(30_000)).await;
    }
    assert_eq!((began.elapsed(), asked.load(Ordering::Relaxed)), (2 * QUEUE_PATIENCE, 2));
}
