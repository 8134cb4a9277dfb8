//! The loops of a node: what is to be done is done when it is time.

use super::{ClusterStore, Incoming};
use std::future::Future;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

/// How long the last words of a node may take.
const FAREWELL_WITHIN: Duration = Duration::from_secs(2);

/// How long after the grace of its listeners a node that stops still answers for them.
const LINGER: Duration = Duration::from_millis(500);

/// How long it waits after the engine has refused something.
const AFTER_A_FAILURE: Duration = Duration::from_millis(250);

impl ClusterStore {
    /// Lives until `stop` is ready, then drains and says farewell, which takes the listeners' grace and three seconds at
    /// the most. `incoming` is what the engine passes on. Close the sockets when `stop` is ready, not before.
    ///
    /// To be run once. If it is dropped, the others take this node for dead when its lease is over.
    pub async fn run(&self, mut incoming: mpsc::Receiver<Incoming>, stop: impl Future<Output = ()> + Send) {
        // It outlives the rest: an engine that nobody hears any more takes no last words either.
        let mut life = Box::pin(self.live(&mut incoming));
        tokio::select! {
            () = &mut life => return,
            () = stop => {}
        }
        let leaving = async {
            self.drain(self.now()).await;
            let end = Instant::now() + self.settings.reconnect_grace + LINGER;
            let mut look = interval(self.settings.flush_within.max(Duration::from_millis(1)));
            while Instant::now() < end && !self.is_drained(self.now()) {
                look.tick().await;
            }
        };
        tokio::select! {
            () = &mut life => {}
            () = leaving => {}
        }
        // What was under way is not gone on with, and must not keep the last words waiting.
        drop(life);
        // One who asks in vain from here on waits for the lease no longer than it takes to hear the farewell.
        let _ = timeout(FAREWELL_WITHIN, self.farewell(self.now())).await;
    }

    /// Does everything that is to be done again and again. Ends only if the engine is gone for good.
    async fn live(&self, incoming: &mut mpsc::Receiver<Incoming>) {
        tokio::select! {
            () = self.take_all_in(incoming) => {}
            () = self.go_on_publishing() => {}
            () = every(self.settings.beat_every, || self.beat(self.now())) => {}
            () = every(self.settings.keep_every, || self.keep(self.now())) => {}
            () = every(self.settings.audit_every, || self.audit(self.now())) => {}
            () = self.go_on_watching() => {}
        }
    }

    async fn take_all_in(&self, incoming: &mut mpsc::Receiver<Incoming>) {
        while let Some(news) = incoming.recv().await {
            self.take_in(news, self.now()).await;
        }
    }

    async fn go_on_publishing(&self) {
        loop {
            self.dirty.wait(self.settings.flush_within).await;
            if !self.flush(self.now()).await {
                sleep_until(Instant::now() + AFTER_A_FAILURE).await;
                self.dirty.nudge();
            }
        }
    }

    /// The nodes watch at moments of their own: their names say by how much each is off.
    async fn go_on_watching(&self) {
        let quarter = self.settings.watch_every / 4;
        let share = u32::try_from(self.node.bits() % 1_024).unwrap_or(0);
        let period = self.settings.watch_every - quarter + quarter * 2 * share / 1_024;
        every(period, || async {
            if self.watch(self.now()).await.is_err() {
                tracing::warn!("live sessions could not be looked through: the shared store does not answer");
            }
        })
        .await;
    }
}

/// Calls `work` now and each `period`, never twice at once.
async fn every<F: Future<Output = ()>>(period: Duration, work: impl Fn() -> F) {
    let mut ticks = interval(period.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        work().await;
    }
}
