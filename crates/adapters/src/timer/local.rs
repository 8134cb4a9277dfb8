//! A timer for all sessions of one process: a schedule in memory, and one task that waits for its first moment.

mod busy;
mod schedule;
mod timeline;

use async_trait::async_trait;
use busy::{Busy, Ended};
use headcount_core::{
    SessionId, Timestamp,
    ports::{Clock, UpdateTimer},
};
use parking_lot::Mutex;
use schedule::Schedule;
use std::{error::Error, pin::pin, sync::Arc, time::Duration};
use timeline::Timeline;
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

/// How long the wall clock may have jumped before anyone notices, while anything is waiting.
const LOOK_AT_THE_CLOCK: Duration = Duration::from_secs(1);

/// How long after a call that failed its session is woken again.
const RETRY: Duration = Duration::from_secs(5);

/// The timer that a service asks for wake-ups. [`TimerTask`], its other half, brings them.
pub struct LocalTimer {
    clock: Arc<dyn Clock>,
    started: Instant,
    plan: Mutex<Plan>,
    sooner: Notify,
}

struct Plan {
    timeline: Timeline,
    schedule: Schedule,
}

impl LocalTimer {
    /// A timer, and the task to be run beside it: the service needs the one, the other needs the service.
    /// `clock` is the one by which wake-ups are asked for.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> (Arc<Self>, TimerTask) {
        let timeline = Timeline::new(clock.now(), Duration::ZERO);
        let plan = Mutex::new(Plan { timeline, schedule: Schedule::default() });
        let timer = Arc::new(Self { clock, started: Instant::now(), plan, sooner: Notify::new() });
        (timer.clone(), TimerTask { timer, busy: Busy::default() })
    }

    /// Does `work` on the schedule, with the time by the clock and by the timeline.
    fn planning<R>(&self, work: impl FnOnce(&mut Schedule, Timestamp, Duration) -> R) -> R {
        let mut plan = self.plan.lock();
        let wall = self.clock.now();
        let now = plan.timeline.now(wall, self.started.elapsed());
        work(&mut plan.schedule, wall, now)
    }
}

#[async_trait]
impl UpdateTimer for LocalTimer {
    async fn wake_at(&self, session: &SessionId, at: Timestamp) {
        let first_of_all =
            self.planning(|schedule, wall, now| schedule.ask(session, now.saturating_add(at.since(wall))));
        if first_of_all {
            self.sooner.notify_one();
        }
    }
}

/// The task that brings the wake-ups.
pub struct TimerTask {
    timer: Arc<LocalTimer>,
    busy: Busy,
}

impl TimerTask {
    /// Calls `wake` for every session whose moment has come, several at a time, until `stop` is ready; then waits
    /// for the calls that are under way. To bound that, the caller drops the future: that ends them too.
    ///
    /// The session of a call that fails or panics is woken again some seconds later, as nobody else would arrange
    /// that.
    pub async fn run<F, E>(mut self, wake: impl Fn(SessionId) -> F, stop: impl Future<Output = ()>)
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Error + 'static,
    {
        let wake = |session| {
            let call = wake(session);
            async move { call.await.map_err(|error| tracing::debug!(%error, "a wake-up failed")).is_ok() }
        };
        let mut stop = pin!(stop);
        loop {
            let pause = self.wake_due(&wake);
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(ended) = self.busy.ended() => self.wake_again(ended),
                () = self.timer.sooner.notified() => {}
                () = sleep(pause.unwrap_or_default()), if pause.is_some() => {}
            }
        }
        while self.busy.ended().await.is_some() {}
    }

    /// Wakes who is due, as far as there is room; says how long to sleep if nothing happens. `None` is for as
    /// long as that takes: nothing is waiting, or nothing can be done before a call ends.
    fn wake_due<F>(&mut self, wake: &impl Fn(SessionId) -> F) -> Option<Duration>
    where
        F: Future<Output = bool> + Send + 'static,
    {
        while self.busy.has_room() {
            match self.timer.planning(|schedule, _, now| next_step(schedule, now)) {
                Step::Wake(session) => self.busy.start(session, wake),
                Step::Sleep(pause) => return pause,
            }
        }
        None
    }

    /// Puts a session back whose call failed, or that came due in the meantime.
    fn wake_again(&mut self, ended: Ended) {
        self.timer.planning(|schedule, _, now| {
            if ended.due_again {
                schedule.ask(&ended.session, now);
            } else if !ended.succeeded {
                schedule.ask(&ended.session, now.saturating_add(RETRY));
            }
        });
    }
}

enum Step {
    Wake(SessionId),
    Sleep(Option<Duration>),
}

fn next_step(schedule: &mut Schedule, now: Duration) -> Step {
    match schedule.take_due(now) {
        Some(session) => Step::Wake(session),
        None => Step::Sleep(schedule.first().map(|at| at.saturating_sub(now).min(LOOK_AT_THE_CLOCK))),
    }
}

#[cfg(test)]
mod tests;
