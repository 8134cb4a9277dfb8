//! A client that says what a story has it say, and says what it expects to hear.

use super::inbox::{Heard, Inbox, Socket};
use super::transcript::Transcript;
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio_tungstenite::tungstenite::Message;

/// One connection.
#[derive(Debug)]
pub struct Client {
    name: String,
    writing: SplitSink<Socket, Message>,
    inbox: Inbox,
    transcript: Arc<Transcript>,
}

impl Client {
    pub(super) fn new(name: &str, socket: Socket, transcript: &Arc<Transcript>) -> Self {
        let (writing, incoming) = socket.split();
        let inbox = Inbox::new(name, incoming);
        Self { name: name.to_owned(), writing, inbox, transcript: Arc::clone(transcript) }
    }

    /// Sends a message.
    pub async fn say(&mut self, message: Value) {
        self.transcript.says(&self.name, &message);
        self.send(Message::text(message.to_string())).await;
    }

    /// Sends a text that need not be a message.
    pub async fn say_text(&mut self, text: &str) {
        self.transcript.says_text(&self.name, text);
        self.send(Message::text(text)).await;
    }

    /// Sends a binary frame.
    pub async fn say_bytes(&mut self, bytes: &[u8]) {
        self.transcript.notes(&self.name, "says bytes", &[String::from_utf8_lossy(bytes).into()]);
        self.send(Message::binary(bytes.to_vec())).await;
    }

    async fn send(&mut self, message: Message) {
        let sent = self.writing.send(message).await;
        sent.unwrap_or_else(|error| panic!("{} cannot speak: {error}", self.name));
    }

    /// Sends an action that has no members.
    pub async fn act(&mut self, action: &str) {
        self.say(json!({ "action": action })).await;
    }

    /// Hears the next message, which must be of this type.
    pub async fn hear(&mut self, kind: &str) -> Value {
        let message = self.inbox.next().await;
        assert_eq!(message["type"], kind, "{} hears {message}", self.name);
        self.transcript.hears(&self.name, &message);
        message
    }

    /// Hears the next message, which must be a status for this reason, of this many listeners.
    pub async fn hear_status(&mut self, reason: &str, count: u64) -> Value {
        let status = self.hear("sessionStatus").await;
        let told = (&status["updateReason"], &status["listenerCount"]);
        assert_eq!(told, (&reason.into(), &count.into()), "{} hears {status}", self.name);
        status
    }

    /// Hears the next message, which must be an error of this code.
    pub async fn hear_error(&mut self, code: &str) -> Value {
        let error = self.hear("error").await;
        assert_eq!(error["code"], code, "{} hears {error}", self.name);
        error
    }

    /// Lets statuses pass by until one fits, and writes down that one only: how many come before it is a matter of
    /// timing.
    pub async fn hear_in_the_end(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.inbox.next().await;
            assert_eq!(message["type"], "sessionStatus", "{} hears {message}", self.name);
            if fits(&message) {
                self.transcript.hears(&self.name, &message);
                return message;
            }
        }
    }

    /// Says `message` and hears the answer, the very next message, which must be of this type.
    pub async fn ask(&mut self, message: Value, kind: &str) -> Value {
        self.say(message).await;
        self.hear(kind).await
    }

    /// Says `message` and is refused.
    pub async fn refused(&mut self, message: Value, code: &str) -> Value {
        self.say(message).await;
        self.hear_error(code).await
    }

    /// Asks for the status, which is the very next message: nothing was pushed before it.
    pub async fn question(&mut self, count: u64) -> Value {
        self.act("getSessionStatus").await;
        self.hear_status("requested", count).await
    }

    /// Asks for the status with all there is.
    pub async fn full_question(&mut self, count: u64) -> Value {
        self.say(json!({"action": "getSessionStatus", "detail": "full"})).await;
        self.hear_status("requested", count).await
    }

    /// Asks for the status until it fits, and writes down the last answer only. Nothing is pushed meanwhile.
    pub async fn full_question_until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            self.send(Message::text(r#"{"action":"getSessionStatus","detail":"full"}"#)).await;
            let status = self.inbox.next().await;
            assert_eq!(status["updateReason"], "requested", "{} hears {status}", self.name);
            if fits(&status) {
                self.transcript.hears(&self.name, &status);
                return status;
            }
        }
    }

    /// Asks `times` times before it reads an answer: how many were answered, and how many refused for being too many.
    /// Writes down one of each, since the rest is a matter of timing.
    pub async fn burst_of_questions(&mut self, times: usize) -> (usize, usize) {
        for _ in 0..times {
            self.send(Message::text(r#"{"action":"getSessionStatus"}"#)).await;
        }
        let mut heard = Vec::new();
        for _ in 0..times {
            heard.push(self.inbox.next().await);
        }
        let (statuses, errors): (Vec<_>, Vec<_>) =
            heard.into_iter().partition(|message| message["type"] == "sessionStatus");
        for one in statuses.first().into_iter().chain(errors.first()) {
            self.transcript.hears(&self.name, one);
        }
        assert!(errors.iter().all(|error| error["code"] == "RATE_LIMIT_EXCEEDED"), "{errors:?}");
        (statuses.len(), errors.len())
    }

    /// That nothing has come which the story has not heard: an acknowledgement comes behind all that was sent before.
    pub async fn has_heard_all(&mut self) {
        self.send(Message::text(r#"{"action":"heartbeat"}"#)).await;
        let message = self.inbox.next().await;
        assert_eq!(message["type"], "heartbeatAck", "{} hears {message}", self.name);
    }

    /// The newest text that came in `member` of any message, such as `resumeToken`.
    #[must_use]
    pub fn told(&self, member: &str) -> String {
        self.inbox.told(member).cloned().unwrap_or_else(|| panic!("{} was told no {member}", self.name))
    }

    /// All statuses so far, written down or not.
    #[must_use]
    pub fn statuses(&self) -> &[Value] {
        self.inbox.statuses()
    }

    /// Is closed by the service; nothing comes before that.
    pub async fn is_closed(&mut self) {
        match self.inbox.heard().await {
            Heard::Closed(code) => self.transcript.is_closed(&self.name, code),
            Heard::Message(message) => panic!("{} is not closed, but hears {message}", self.name),
        }
    }

    /// Goes, with a close frame, and waits for the service's own.
    pub async fn goes(self) {
        self.transcript.notes(&self.name, "goes", &[]);
        self.goes_unseen().await;
    }

    /// The same, not written down: one of many, who go in whatever order.
    pub async fn goes_unseen(mut self) {
        // One that the service has closed meanwhile is gone as well.
        let _ = self.writing.close().await;
        self.inbox.end().await;
    }

    /// Is cut off: the connection ends without a close frame, when both its halves are dropped.
    pub async fn is_cut_off(self) {
        self.transcript.notes(&self.name, "is cut off", &[]);
        self.inbox.drop_it().await;
    }
}
