//! How a stream of events is written: the messages of the contract as Server-Sent Events (WHATWG HTML, §9.2).
//!
//! The name of an event is the `type` of its data, and its data is the very text that a WebSocket would be sent.

use crate::{ServerMessage, rendering};
use headcount_core::{SessionId, Timestamp};
use serde::Serialize;

/// A comment. It says that the connection lives, to both ends and to whatever is between them.
pub const KEEP_ALIVE: &str = ": still here\n\n";

/// The `type` of what tells a client that it has missed events, and that nobody can say which.
pub const RESYNC: &str = "resync";

/// `message` as an event. `id`, which must have no line break, is what a client comes back with to hear what came after it.
#[must_use]
pub fn event(id: &str, message: &ServerMessage<'_>, now: Timestamp) -> String {
    framed(id, message.kind().as_str(), &message.to_json(now))
}

/// The event that something is missing: what follows it is true, what came before it is not all that happened.
#[must_use]
pub fn resync(id: &str, session: &SessionId, now: Timestamp) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Resync<'a> {
        r#type: &'a str,
        session_id: &'a str,
        missed: bool,
        timestamp: u64,
    }
    let message =
        Resync { r#type: RESYNC, session_id: session.as_str(), missed: true, timestamp: now.as_millis() };
    framed(id, RESYNC, &rendering::to_json(&message))
}

/// How many milliseconds a client should wait before it comes back.
#[must_use]
pub fn retry_after(millis: u64) -> String {
    format!("retry: {millis}\n\n")
}

/// JSON has no line break but between its parts, and ours has none there.
fn framed(id: &str, name: &str, json: &str) -> String {
    format!("id: {id}\nevent: {name}\ndata: {json}\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use headcount_core::{EndReason, Notice};

    #[test]
    fn an_event_is_one_line_of_data_whatever_the_speaker_says() {
        let session = SessionId::pick(0);
        let notice = Notice::SessionEnded(EndReason::Ended(Some("good\nnight\r\n\ndata: {}".to_owned())));
        let message = ServerMessage::Notice { session: &session, notice: &notice };
        let text = event("a-7", &message, Timestamp::EPOCH);
        let json = message.to_json(Timestamp::EPOCH);
        assert_eq!(text, format!("id: a-7\nevent: sessionEnded\ndata: {json}\n\n"));
        assert!(!json.contains(['\n', '\r']));
    }

    #[test]
    fn what_is_missing_is_said_to_be() {
        let text = resync("a-7", &SessionId::pick(0), Timestamp::from_millis(5));
        let json = format!(
            r#"{{"type":"resync","sessionId":"{}","missed":true,"timestamp":5}}"#,
            SessionId::pick(0)
        );
        assert_eq!(text, format!("id: a-7\nevent: resync\ndata: {json}\n\n"));
        assert_eq!(retry_after(3_000), "retry: 3000\n\n");
    }
}
