//! Delivers to one target: one letter at a time, in sequence, until each has arrived or is given up.

use super::Shared;
use super::client::{Answer, Client, Post, PostError};
use super::line::{Line, count};
use super::secret::{SigningSecret, signatures};
use super::verdict::{Verdict, retry_after};
use crate::outbox::Letter;
use rand::RngExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

pub(super) struct Postman {
    pub(super) line: Arc<Line>,
    pub(super) client: Client,
    pub(super) secrets: Vec<SigningSecret>,
    pub(super) shared: Arc<Shared>,
    /// Becomes true, or loses its sender, when nothing more will come.
    pub(super) closing: watch::Receiver<bool>,
    /// How many tries have failed since the last that did not.
    pub(super) failures: u32,
    /// The last one was refused.
    pub(super) refusing: bool,
}

/// What one try has come to.
enum Outcome {
    Delivered,
    TryAgain { why: String, not_before: Duration },
    Refused { why: String },
    Gone,
}

impl Postman {
    /// Delivers until nothing more will come and nothing is left; or, once nothing more will come, until a try fails:
    /// the outbox keeps the rest.
    pub(super) async fn run(mut self) {
        loop {
            if self.line.is_gone() {
                return;
            }
            let Some(letter) = self.line.queue.first() else {
                if self.is_closing() {
                    return;
                }
                tokio::select! {
                    () = self.line.queue.changed() => {}
                    _ = self.closing.changed() => {}
                }
                continue;
            };
            let outcome = self.attempt(&letter).await;
            let wait = self.settle(&letter, outcome).await;
            self.shared.more_room.notify_one();
            if let Some(wait) = wait {
                if self.is_closing() {
                    return;
                }
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    _ = self.closing.changed() => {}
                }
            }
        }
    }

    fn is_closing(&self) -> bool {
        *self.closing.borrow() || self.closing.has_changed().is_err()
    }

    async fn attempt(&mut self, letter: &Letter) -> Outcome {
        let now = self.shared.clock.now();
        let seconds = now.as_millis() / 1_000;
        let signatures = signatures(&self.secrets, &letter.delivery, seconds, &letter.body);
        let post = Post { delivery: &letter.delivery, seconds, signatures: &signatures, body: &letter.body };
        match self.client.post(&post).await {
            Ok(answer) => self.judge(&answer),
            Err(error) => Outcome::TryAgain { why: describe(&error), not_before: Duration::ZERO },
        }
    }

    fn judge(&self, answer: &Answer) -> Outcome {
        let why = format!("it answered {}", answer.status);
        match Verdict::of(answer.status) {
            Verdict::Delivered => Outcome::Delivered,
            Verdict::Gone => Outcome::Gone,
            Verdict::Refused => Outcome::Refused { why },
            Verdict::TryAgain => {
                let now = self.shared.clock.now();
                let asked = answer.retry_after.as_deref().and_then(|value| retry_after(value, now));
                // Longer than anything is kept would be for ever.
                let not_before = asked.unwrap_or_default().min(self.shared.retries.give_up_after);
                Outcome::TryAgain { why, not_before }
            }
        }
    }

    /// Does what follows from a try, and says how long to wait before the next.
    async fn settle(&mut self, letter: &Letter, outcome: Outcome) -> Option<Duration> {
        let number = self.line.number;
        match outcome {
            Outcome::Delivered => {
                if std::mem::take(&mut self.failures) > 0 {
                    tracing::info!(webhook = number, "webhook target answers again");
                }
                self.refusing = false;
                count(&self.line.delivered);
                self.forget(letter);
                None
            }
            Outcome::Refused { why } => {
                self.failures = 0;
                if !std::mem::replace(&mut self.refusing, true) {
                    tracing::error!(
                        webhook = number,
                        why,
                        "webhook target refuses what it is sent, see the dead letters"
                    );
                }
                self.give_up(letter, &why).await;
                None
            }
            Outcome::Gone => {
                tracing::warn!(
                    webhook = number,
                    "webhook target is gone (410), it is told nothing until the next start"
                );
                self.give_up(letter, "it answered 410").await;
                self.line.set_gone();
                for letter in self.line.queue.clear() {
                    count(&self.line.dropped);
                    self.shared.outbox.forget(&letter.target, letter.sequence);
                }
                None
            }
            Outcome::TryAgain { why, not_before } => Some(self.later(letter, &why, not_before).await),
        }
    }

    async fn later(&mut self, letter: &Letter, why: &str, not_before: Duration) -> Duration {
        let retries = self.shared.retries;
        if self.failures == 0 {
            tracing::warn!(
                webhook = self.line.number,
                why,
                "webhook target does not take a delivery, trying again"
            );
        }
        self.failures = self.failures.saturating_add(1);
        let age = self.shared.clock.now().since(letter.created_at);
        if age >= retries.give_up_after {
            self.give_up(letter, why).await;
        } else {
            count(&self.line.failed);
        }
        let longest = retries.longest_wait(self.failures);
        longest.mul_f64(rand::rng().random::<f64>()).max(not_before)
    }

    /// The letter goes where people look for it.
    async fn give_up(&self, letter: &Letter, why: &str) {
        let (number, sequence) = (self.line.number, letter.sequence);
        tracing::info!(webhook = number, sequence, why, "webhook given up");
        count(&self.line.dead);
        self.shared.bury(number, letter.clone(), why).await;
        self.forget(letter);
    }

    fn forget(&self, letter: &Letter) {
        self.line.queue.done(letter.sequence);
        self.shared.outbox.forget(&letter.target, letter.sequence);
    }
}

/// Without the source that the text already names; rustls and the system say more than one sentence.
fn describe(error: &PostError) -> String {
    match error {
        PostError::Http(error) if error.is_incomplete_message() => "the connection was closed".to_owned(),
        other => other.to_string(),
    }
}
