//! Wake-ups through a queue that delays its messages: SQS, 0 to 900 seconds, each read by a Lambda.
//!
//! A message that is lost, late or read twice does no harm. Once a minute a sweep looks after every session, and
//! whoever is woken looks into the stores. A wake-up may ask for another one only so often: AWS stops functions that
//! go on calling themselves.

mod asked;
mod message;

pub use message::{InvalidWake, WakeMessage};

use crate::aws::cause;
use asked::{Asked, Pending};
use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_sqs::{Client, error::ProvideErrorMetadata};
use headcount_core::{
    SessionId, Timestamp,
    ports::{Clock, UpdateTimer},
};
use std::{sync::Arc, time::Duration};

/// The longest delay that SQS knows. Whoever is woken then, early, asks again.
pub const MAX_DELAY: Duration = Duration::from_secs(900);

/// How many wake-ups in a row may follow from one event: one that it asks for itself, and one that this one asks for.
pub const MAX_HOPS: u8 = 2;

/// A timer that sends messages. Those made from it by [`Self::until`] and [`Self::following`] share its client and
/// its memory.
#[derive(Clone)]
pub struct SqsTimer {
    client: Client,
    queue_url: Arc<str>,
    clock: Arc<dyn Clock>,
    asked: Arc<Asked>,
    hop: u8,
    /// What is due then or later is left to a sweep.
    end: Option<Timestamp>,
}

impl SqsTimer {
    /// A timer for what comes from outside: a client's message, a change of the tables.
    #[must_use]
    pub fn new(config: &SdkConfig, queue_url: &str, clock: Arc<dyn Clock>) -> Self {
        Self {
            client: Client::new(config),
            queue_url: queue_url.into(),
            clock,
            asked: Arc::default(),
            hop: 1,
            end: None,
        }
    }

    /// The timer of a sweep that looks ahead to `end`: what is due then or later, a later sweep asks for.
    #[must_use]
    pub fn until(&self, end: Timestamp) -> Self {
        Self { end: Some(end), ..self.clone() }
    }

    /// The timer of whoever is woken by `wake`. What is due at `next_sweep` or later, that sweep asks for; and after
    /// [`MAX_HOPS`] wake-ups in a row, anything.
    #[must_use]
    pub fn following(&self, wake: &WakeMessage, next_sweep: Timestamp) -> Self {
        Self { hop: wake.hop.saturating_add(1), ..self.until(next_sweep) }
    }

    /// Puts another message into the same queue, to be read at once. What it says is the caller's affair, except that it
    /// is no [`WakeMessage`].
    ///
    /// # Errors
    /// SQS did not take it; the text is for a log.
    pub async fn put(&self, message: String) -> Result<(), String> {
        let message = self.client.send_message().queue_url(&*self.queue_url).message_body(message);
        message.send().await.map(drop).map_err(|error| cause(&error, error.code(), error.message()))
    }

    fn is_left_to_a_sweep(&self, at: Timestamp) -> bool {
        self.hop > MAX_HOPS || self.end.is_some_and(|end| at >= end)
    }

    async fn send(&self, wake: &WakeMessage, delay_secs: i32) -> bool {
        let message = self.client.send_message().queue_url(&*self.queue_url).delay_seconds(delay_secs);
        let sent = message.message_body(wake.to_text()).send().await;
        if let Err(error) = &sent {
            let error = cause(error, error.code(), error.message());
            tracing::warn!(session = %wake.session, error, "a wake-up could not be queued");
        }
        sent.is_ok()
    }
}

#[async_trait]
impl UpdateTimer for SqsTimer {
    async fn wake_at(&self, session: &SessionId, at: Timestamp) {
        if self.is_left_to_a_sweep(at) {
            return;
        }
        let now = self.clock.now();
        let delay_secs = whole_seconds(at.since(now));
        let arrives = now.plus(Duration::from_secs(delay_secs.into()));
        let pending = Pending { arrives, hop: self.hop };
        let Some(noted) = self.asked.note(session, at, now, pending) else { return };
        let wake = WakeMessage { session: session.clone(), at, hop: self.hop };
        if self.send(&wake, i32::from(delay_secs)).await {
            noted.sent();
        }
    }
}

/// `delay` in whole seconds, rounded up, so that nobody is woken before it is over; [`MAX_DELAY`] at the most.
fn whole_seconds(delay: Duration) -> u16 {
    let seconds = delay.min(MAX_DELAY).as_millis().div_ceil(1_000);
    u16::try_from(seconds).unwrap_or(u16::MAX)
}
