//! One connection, from the end of its handshake to its end.

use super::Gateway;
use super::answer::{Answer, internal_error};
use super::connections::{Outgoing, Present};
use super::event::{Client, Occasion};
use super::handshake::note_no_answer;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::stream::FuturesUnordered;
use futures_util::{SinkExt, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite;

/// How long a client may take to read one message, and to answer a close.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client that was let in. When this is dropped, however that comes, the function is told that it is gone.
pub(super) struct Visit {
    gateway: Arc<Gateway>,
    /// There until the drop.
    present: Option<Present>,
    end: End,
}

/// How a connection ended: the code and the reason of the close frame (RFC 6455 §7.4).
#[derive(Clone, Debug, PartialEq, Eq)]
struct End {
    code: u16,
    reason: String,
    /// Whether the client still has to be told.
    ours: bool,
}

impl End {
    fn ours(code: u16, reason: &str) -> Self {
        Self { code, reason: reason.to_owned(), ours: true }
    }

    fn theirs(code: u16, reason: &str) -> Self {
        Self { code, reason: reason.to_owned(), ours: false }
    }

    /// The connection broke.
    fn lost() -> Self {
        Self::theirs(1_006, "Connection Closed Abnormally")
    }
}

impl Visit {
    pub(super) fn new(gateway: Arc<Gateway>, present: Present) -> Self {
        Self { gateway, present: Some(present), end: End::lost() }
    }

    /// Keeps the connection until it ends.
    pub(super) async fn stay(mut self, mut socket: WebSocket) {
        // Whoever stops waits for the goodbye.
        let _tracked = self.gateway.tasks.token();
        let Some(present) = &mut self.present else { return };
        self.end = keep(&self.gateway, present, &mut socket).await;
        let end = self.end.clone();
        // The function hears of it at once: it must not count whoever lingers.
        drop(self);
        // Nothing can be done if the client does not take its leave.
        let _ = timeout(PATIENCE, part(&mut socket, end)).await;
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let Some(present) = self.present.take() else { return };
        let client = present.client.clone();
        // Whoever posts from now on learns that it is gone.
        drop(present);
        if self.gateway.stopping.is_cancelled() {
            return;
        }
        let gateway = Arc::clone(&self.gateway);
        let event = gateway.disconnect_event(&client, self.end.code, &self.end.reason);
        self.gateway.tasks.spawn(async move {
            // Nobody is there any more to be told what came of it.
            let _ = gateway.function.invoke(event).await;
        });
    }
}

async fn keep(gateway: &Arc<Gateway>, present: &mut Present, socket: &mut WebSocket) -> End {
    let limits = &gateway.limits;
    let over = Instant::now() + limits.life;
    let mut idle = Instant::now() + limits.idle;
    let mut answers = FuturesUnordered::new();
    loop {
        let outgoing = tokio::select! {
            outgoing = present.mailbox.recv() => outgoing,
            Some(answer) = answers.next() => match answer {
                Some(answer) => Some(Outgoing::Text(answer)),
                None => continue,
            },
            received = socket.recv(), if answers.len() < limits.messages_at_once => match heard(received) {
                Heard::Message(message) => {
                    present.touch();
                    idle = Instant::now() + limits.idle;
                    answers.push(respond(gateway, present.client.clone(), message));
                    continue;
                }
                Heard::Nothing => continue,
                Heard::End(end) => return end,
            },
            () = sleep_until(idle.min(over)) => return End::ours(1_001, "Going away"),
            () = present.overrun.cancelled() => return End::ours(1_008, "The client reads too slowly"),
            () = gateway.stopping.cancelled() => return End::ours(1_001, "Going away"),
        };
        match outgoing {
            Some(Outgoing::Text(text)) => {
                present.touch();
                idle = Instant::now() + limits.idle;
                if !matches!(timeout(PATIENCE, socket.send(Message::text(text))).await, Ok(Ok(()))) {
                    return End::lost();
                }
            }
            Some(Outgoing::Close) | None => return End::ours(1_000, "Connection Closed Normally"),
        }
    }
}

/// What came from a client.
enum Heard {
    Message(Message),
    /// Pings and pongs, which are answered below us.
    Nothing,
    End(End),
}

fn heard(received: Option<Result<Message, axum::Error>>) -> Heard {
    match received {
        Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => Heard::Message(message),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Heard::Nothing,
        Some(Ok(Message::Close(Some(frame)))) => Heard::End(End::theirs(frame.code, frame.reason.as_str())),
        Some(Ok(Message::Close(None))) => {
            Heard::End(End::theirs(1_005, "Client-side close frame status not set"))
        }
        Some(Err(error)) => Heard::End(broken(error)),
        None => Heard::End(End::lost()),
    }
}

/// A client has broken the rules of WebSocket, or has gone without a word.
fn broken(error: axum::Error) -> End {
    match error.into_inner().downcast::<tungstenite::Error>().as_deref() {
        Ok(tungstenite::Error::Capacity(_)) => End::ours(1_009, "Message Too Big"),
        Ok(tungstenite::Error::Utf8(_)) => End::ours(1_007, "Invalid frame payload data"),
        _ => End::lost(),
    }
}

/// Lets the function handle a message; what the client is to be told for it, if anything.
async fn respond(gateway: &Arc<Gateway>, client: Client, message: Message) -> Option<String> {
    let route = match &message {
        Message::Text(text) => gateway.routes.of(text),
        _ => "$default".to_owned(),
    };
    let occasion = Occasion::of(&client);
    let event = gateway.message_event(&client, &occasion, &route, &message);
    let returned = gateway.function.invoke(event).await;
    match Answer::read(&returned) {
        Some(answer) => answer.body.filter(|_| gateway.routes.answers(&route)),
        None => {
            note_no_answer(&returned);
            Some(internal_error(&occasion).to_string())
        }
    }
}

/// Says goodbye, or answers it.
async fn part(socket: &mut WebSocket, end: End) {
    if !end.ours {
        // The answer to a close is ready and only has to be written.
        let _ = socket.flush().await;
        return;
    }
    let frame = CloseFrame { code: end.code, reason: end.reason.into() };
    if socket.send(Message::Close(Some(frame))).await.is_ok() {
        while let Some(Ok(_)) = socket.recv().await {}
    }
}
