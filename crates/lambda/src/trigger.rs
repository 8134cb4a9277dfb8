//! What has woken the function: everything that can, told apart by the raw event.
//!
//! The shapes are AWS's and change without notice, so nothing here insists on a member or on its type: whatever is
//! missing or odd reads as absent, and what no source explains is [`Trigger::Unknown`]. The source of the records
//! decides first, since a batch of a stream would otherwise pass for a batch of a queue.

mod queue;
mod reading;
mod socket;
mod stream;
#[cfg(test)]
mod tests;

pub use queue::QueueMessage;
pub use socket::{Body, SocketEvent, SocketKind};
pub use stream::{Image, StreamRecord};

use reading::{is_given, text};
use serde_json::Value;

/// The member of our own inputs, for Scheduler targets and for people with a console.
const OURS: &str = "headcount";

/// What has woken the function.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// Something happened on a WebSocket.
    Socket(Box<SocketEvent>),
    /// The schedule: look after every active session.
    Sweep,
    /// Messages of the work queue.
    Queue(Vec<QueueMessage>),
    /// Changes of the table of connections.
    Stream(Vec<StreamRecord>),
    /// Somebody looks whether the function is there.
    Ping,
    /// None of these. Holds what is known of its shape, for the log: names of members, never values.
    Unknown(String),
}

impl Trigger {
    /// Tells what `event` is.
    #[must_use]
    pub fn of(event: &Value) -> Self {
        if let Some(records) = event.get("Records").and_then(Value::as_array) {
            return Self::of_records(event, records);
        }
        if is_given(event, "/requestContext/connectionId") || is_given(event, "/requestContext/eventType") {
            return Self::Socket(Box::new(SocketEvent::read(event)));
        }
        match (text(event, "/source"), text(event, "/headcount")) {
            (Some("aws.events" | "aws.scheduler"), _) | (None, Some("sweep")) => Self::Sweep,
            (None, Some("ping")) => Self::Ping,
            (None, None) if is_bare_ping(event) => Self::Ping,
            _ => Self::Unknown(shape(event)),
        }
    }

    /// A batch: of the source of its first record, as all of one batch are.
    fn of_records(event: &Value, records: &[Value]) -> Self {
        match records.first().and_then(|first| text(first, "/eventSource")) {
            Some("aws:sqs") => Self::Queue(records.iter().map(QueueMessage::read).collect()),
            Some("aws:dynamodb") => Self::Stream(records.iter().map(StreamRecord::read).collect()),
            _ => Self::Unknown(shape(event)),
        }
    }

    /// Its name in logs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Socket(event) => event.kind.name(),
            Self::Sweep => "sweep",
            Self::Queue(_) => "queue",
            Self::Stream(_) => "stream",
            Self::Ping => "ping",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// Nothing at all, which is what keeps a function warm.
fn is_bare_ping(event: &Value) -> bool {
    event.is_null() || event.as_object().is_some_and(|members| members.keys().all(|name| name == "ping"))
}

/// The names of the members of `event`, a few of them, each cut short: they come from whoever invoked us.
fn shape(event: &Value) -> String {
    const NAMES: usize = 8;
    const NAME: usize = 32;
    match event {
        Value::Object(members) => {
            let name = |name: &String| name.chars().filter(|c| c.is_ascii_graphic()).take(NAME).collect();
            members.keys().take(NAMES).map(name).collect::<Vec<String>>().join(",")
        }
        Value::Array(_) => "an array".to_owned(),
        _ => "a bare value".to_owned(),
    }
}

/// The event that asks for a sweep: the Input of a Scheduler target that has one.
#[must_use]
pub fn sweep_input() -> Value {
    serde_json::json!({ OURS: "sweep" })
}
