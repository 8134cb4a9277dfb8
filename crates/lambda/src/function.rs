//! One invocation: from the raw event to what the function returns.

use crate::app::App;
use crate::failures::guarded;
use crate::sweep::SweepError;
use crate::trigger::Trigger;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// What is kept of an invocation's time for answering: for bringing the answer to a client, and for returning.
const FOR_ANSWERING: Duration = Duration::from_millis(300);

/// How much of that bringing it to the client may take.
const FOR_BRINGING: Duration = Duration::from_millis(200);

/// The answer is with its client by then, or does not reach it.
pub(crate) fn brought_by(until: Instant) -> Instant {
    until + FOR_BRINGING
}

/// Why an invocation failed. Whoever invoked it may try again.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The sweep did not come to its end.
    #[error("the sweep failed: {0}")]
    Sweep(#[from] SweepError),
    /// A part of us panicked; its message is in the log.
    #[error("the invocation panicked")]
    Panicked,
    /// Nobody knows what woke us.
    #[error("the event has an unknown shape: {0}")]
    UnknownEvent(String),
}

impl Failed {
    /// A stable name, for alarms.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Sweep(_) => "Sweep",
            Self::Panicked => "Panicked",
            Self::UnknownEvent(_) => "UnknownEvent",
        }
    }
}

impl App {
    /// Does what `event` asks for, in less than `within`.
    ///
    /// # Errors
    /// [`Failed`]. A WebSocket event never fails: its client reads the error.
    pub async fn invoke(&self, event: &Value, within: Duration) -> Result<Value, Failed> {
        let until = Instant::now() + within.saturating_sub(FOR_ANSWERING);
        let trigger = Trigger::of(event);
        tracing::debug!(trigger = trigger.name(), "woken");
        match guarded(self.on(&trigger, until)).await {
            Some(done) => done,
            None => match &trigger {
                Trigger::Socket(event) => Ok(self.on_panic(event, until).await),
                _ => Err(Failed::Panicked),
            },
        }
    }

    async fn on(&self, trigger: &Trigger, until: Instant) -> Result<Value, Failed> {
        match trigger {
            Trigger::Socket(event) => Ok(self.on_socket(event, until).await),
            Trigger::Sweep => {
                let report = self.sweep(None, until).await?;
                Ok(json!(report))
            }
            Trigger::Queue(messages) => Ok(self.on_queue(messages, until).await),
            Trigger::Stream(records) => Ok(self.on_stream(records, until).await),
            Trigger::Ping => Ok(json!({ "pong": true })),
            Trigger::Unknown(shape) => {
                tracing::error!(members = shape, "unknown event");
                Err(Failed::UnknownEvent(shape.clone()))
            }
        }
    }
}
