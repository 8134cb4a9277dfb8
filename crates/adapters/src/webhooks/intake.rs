//! Takes events, gives each its place in the sequence of every target that wants it, and has the outbox keep it
//! before anybody sends it.

use super::held::Held;
use super::line::{Line, count};
use super::news::News;
use super::target::Topic;
use super::{Shared, new_delivery};
use crate::outbox::Letter;
use headcount_core::Event;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How many events are put into the outbox together.
const TOGETHER: usize = 256;

/// While more than so many letters wait for a target, statuses are held back, and of each session only the newest.
const HOLD_BACK: usize = 16;

/// How long after the outbox has refused letters they are put in again.
const KEEP_AGAIN: Duration = Duration::from_secs(1);

pub(super) struct Intake {
    pub(super) events: mpsc::Receiver<Event>,
    pub(super) slots: Vec<Slot>,
    pub(super) shared: Arc<Shared>,
    /// Letters that have their sequence and are not in the outbox yet.
    pub(super) unkept: Vec<Letter>,
    /// The outbox has refused the last letters.
    pub(super) in_trouble: bool,
}

/// What is known of one target here.
pub(super) struct Slot {
    pub(super) line: Arc<Line>,
    /// The last that was used.
    pub(super) sequence: u64,
    pub(super) held: Held,
}

impl Intake {
    /// Takes events until `stop` is ready, and then what has come by then. Returns what `stop` says.
    pub(super) async fn run<T>(mut self, mut stop: oneshot::Receiver<T>) -> Option<T> {
        loop {
            let mut batch = Vec::new();
            tokio::select! {
                biased;
                stopped = &mut stop => {
                    self.finish().await;
                    return stopped.ok();
                }
                taken = self.events.recv_many(&mut batch, TOGETHER), if self.unkept.is_empty() => {
                    if taken == 0 {
                        // Nobody is left who could observe anything.
                        self.finish().await;
                        return stop.await.ok();
                    }
                    self.take(&batch).await;
                }
                () = self.shared.more_room.notified(), if self.unkept.is_empty() => {}
                () = tokio::time::sleep(KEEP_AGAIN), if !self.unkept.is_empty() => {}
            }
            self.release(false);
            self.hand_over().await;
        }
    }

    /// Everything that was observed before the end is handed over; what the outbox still refuses is lost.
    async fn finish(&mut self) {
        self.events.close();
        let mut batch = Vec::new();
        while self.events.recv_many(&mut batch, TOGETHER).await > 0 {
            self.take(&batch).await;
            batch.clear();
        }
        self.release(true);
        self.hand_over().await;
        if !self.unkept.is_empty() {
            tracing::error!(letters = self.unkept.len(), "webhooks lost, the outbox does not take them");
        }
    }

    async fn take(&mut self, events: &[Event]) {
        for event in events {
            let news = News::of(event, &*self.shared.rendering, &*self.shared.history).await;
            let Some(news) = news else { continue };
            for slot in &mut self.slots {
                slot.take(&news, &self.shared, &mut self.unkept);
            }
        }
    }

    /// Lets statuses go that were held back, as there is room; `all` of them at the end.
    fn release(&mut self, all: bool) {
        for slot in &mut self.slots {
            let waiting = slot.line.queue.len();
            let room = if all { usize::MAX } else { HOLD_BACK.saturating_sub(waiting) };
            for _ in 0..room {
                let Some(news) = slot.held.oldest() else { break };
                slot.number(&news, &self.shared, &mut self.unkept);
            }
        }
    }

    /// Puts what has its sequence into the outbox, and then into the queues.
    async fn hand_over(&mut self) {
        if self.unkept.is_empty() {
            return;
        }
        match self.shared.outbox.keep(self.unkept.clone()).await {
            Ok(()) => {
                if std::mem::take(&mut self.in_trouble) {
                    tracing::info!("the outbox takes webhooks again");
                }
                for letter in std::mem::take(&mut self.unkept) {
                    self.enqueue(letter);
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut self.in_trouble, true) {
                    tracing::error!(%error, "the outbox does not take webhooks, none is sent until it does");
                }
            }
        }
    }

    fn enqueue(&self, letter: Letter) {
        let Some(slot) = self.slots.iter().find(|slot| slot.line.key == letter.target) else { return };
        let mut dropped = slot.line.queue.push(letter);
        // Asked after the push: the postman first says that the target is gone, and clears the queue then.
        if slot.line.is_gone() {
            dropped.extend(slot.line.queue.clear());
        }
        for letter in dropped {
            count(&slot.line.dropped);
            self.shared.outbox.forget(&letter.target, letter.sequence);
        }
    }
}

impl Slot {
    fn take(&mut self, news: &News, shared: &Shared, letters: &mut Vec<Letter>) {
        if !self.line.wants(news.topic) {
            return;
        }
        if self.line.is_gone() {
            count(&self.line.dropped);
            return;
        }
        let waiting = self.line.queue.len() + letters.iter().filter(|it| it.target == self.line.key).count();
        if news.topic == Topic::SessionStatus && waiting > HOLD_BACK {
            if let Some(too_many) = self.held.hold(news.clone()) {
                self.number(&too_many, shared, letters);
            }
            return;
        }
        // What was held back of this session comes before what happened after it; a newer status takes its place.
        let held = news.session.as_ref().and_then(|session| self.held.take(session));
        if let Some(held) = held.filter(|_| news.topic != Topic::SessionStatus) {
            self.number(&held, shared, letters);
        }
        self.number(news, shared, letters);
    }

    /// Makes a letter of `news` with the next sequence. What was lost on the way here has used some up.
    fn number(&mut self, news: &News, shared: &Shared, letters: &mut Vec<Letter>) {
        self.sequence += 1 + self.line.take_lost();
        let delivery = new_delivery();
        let Some(body) = news.body(&shared.source, self.sequence, &delivery) else { return };
        letters.push(Letter {
            target: Arc::clone(&self.line.key),
            sequence: self.sequence,
            delivery: delivery.into(),
            is_status: news.topic == Topic::SessionStatus,
            created_at: shared.clock.now(),
            body: body.into(),
        });
    }
}
