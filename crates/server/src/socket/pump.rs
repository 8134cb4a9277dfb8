//! Frames in, frames out, until one side ends it.

use super::conversation::Conversation;
use super::lifeline::Due;
use super::standing::Standing;
use crate::compose::{CloseKind, Outgoing};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use bytes::Bytes;
use futures_util::{FutureExt, SinkExt};
use headcount_core::service::Parting;
use headcount_protocol::{Close, ErrorCode, ProtocolError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite;

/// How long a client may take to answer our close; then its socket is dropped.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// How long one message may take to be written where nothing more piles up behind it.
const WRITE_WITHIN: Duration = Duration::from_secs(15);

/// How a connection came to its end.
enum End {
    /// The client closed it, or it broke.
    Theirs(Parting),
    /// We close it.
    Ours(Close),
}

/// Keeps one connection until it ends; gives back the conversation of one that was cut, which is to be queued for its
/// departure. What is large is borrowed or boxed, since a future has room twice for what it is given by value.
pub(super) async fn run(
    socket: &mut WebSocket,
    mut conversation: Box<Conversation>,
) -> Option<Box<Conversation>> {
    conversation.seen();
    match keep(socket, &mut conversation).await {
        End::Theirs(Parting::Cut) => return Some(conversation),
        End::Theirs(parting) => {
            conversation.leave(parting).await;
            // The answer to a close is ready and only has to be written.
            let _ = timeout(CLOSE_WITHIN, socket.flush()).await;
        }
        End::Ours(close) => {
            // The place is given back first: it must not count for as long as a client likes to linger.
            conversation.leave(parting_of(close)).await;
            let _ = timeout(CLOSE_WITHIN, write_waiting(socket, &mut conversation)).await;
            // From here on there is nothing to tell it: its session must not take it for one that was told.
            drop(conversation);
            Box::pin(say_goodbye(socket, close)).await;
        }
    }
    None
}

/// Sends a refusal to a client that reads messages only, and closes.
pub(super) async fn refuse(mut socket: WebSocket, text: String, code: ErrorCode) {
    let sent = timeout(CLOSE_WITHIN, socket.send(Message::text(text))).await;
    if matches!(sent, Ok(Ok(()))) {
        say_goodbye(&mut socket, Close::Refused(code)).await;
    }
}

async fn keep(socket: &mut WebSocket, conversation: &mut Conversation) -> End {
    loop {
        let settings = conversation.app.sockets;
        let has_role = conversation.standing != Standing::None;
        let wake = conversation.lifeline.next(has_role, &settings);
        let end = tokio::select! {
            outgoing = conversation.outbox.next() => write(socket, conversation, outgoing).await,
            received = socket.recv() => hear(conversation, received).await,
            () = sleep_until(wake) => {
                let due = conversation.lifeline.due(Instant::now(), has_role, &settings);
                tend(socket, conversation, due).await
            }
        };
        if let Some(end) = end {
            return end;
        }
    }
}

/// Writes what is to be written.
async fn write(socket: &mut WebSocket, conversation: &Conversation, outgoing: Outgoing) -> Option<End> {
    match outgoing {
        Outgoing::Text(text) => send(socket, conversation, text_frame(text.into_bytes())).await,
        Outgoing::Close(kind) => Some(End::Ours(close_of(kind))),
    }
}

/// Writes what was said to the client before it turned out that it has to go, such as why.
async fn write_waiting(socket: &mut WebSocket, conversation: &mut Conversation) {
    while let Some(Outgoing::Text(text)) = conversation.outbox.try_next() {
        if socket.send(text_frame(text.into_bytes())).await.is_err() {
            return;
        }
    }
}

async fn send(socket: &mut WebSocket, conversation: &Conversation, message: Message) -> Option<End> {
    // Nearly every write is done at once; only one that has to wait needs somebody to watch it.
    let mut sending = std::pin::pin!(socket.send(message));
    let sent = match sending.as_mut().now_or_never() {
        Some(sent) => sent,
        None => tokio::select! {
            sent = sending => sent,
            () = conversation.outbox.overrun() => return Some(End::Ours(Close::SlowConsumer)),
            () = sleep_until(Instant::now() + WRITE_WITHIN) => return Some(End::Ours(Close::SlowConsumer)),
        },
    };
    sent.err().map(|_| End::Theirs(Parting::Cut))
}

/// Takes what came.
async fn hear(
    conversation: &mut Conversation,
    received: Option<Result<Message, axum::Error>>,
) -> Option<End> {
    match received {
        Some(Ok(message)) => {
            conversation.seen();
            match message {
                // Boxed, as is all that is rare: idle connections are the many, and have no room for it.
                Message::Text(text) => Box::pin(conversation.hear(text.as_str())).await,
                Message::Binary(_) => conversation.refuse_binary(),
                Message::Ping(_) | Message::Pong(_) => {}
                Message::Close(_) => return Some(End::Theirs(Parting::Closed)),
            }
            None
        }
        Some(Err(error)) => Some(broken(conversation, error)),
        None => Some(End::Theirs(Parting::Cut)),
    }
}

/// What a client is told that broke the rules of WebSocket.
fn broken(conversation: &Conversation, error: axum::Error) -> End {
    let error = error.into_inner().downcast::<tungstenite::Error>().map(|error| *error);
    match error {
        Ok(tungstenite::Error::Capacity(_)) => End::Ours(Close::TooBig),
        Ok(tungstenite::Error::Utf8(_)) => {
            conversation.refuse(&ProtocolError::not_utf8());
            End::Ours(Close::Refused(ErrorCode::InvalidMessage))
        }
        _ => End::Theirs(Parting::Cut),
    }
}

/// Does what the clock asks for.
async fn tend(socket: &mut WebSocket, conversation: &mut Conversation, due: Due) -> Option<End> {
    match due {
        Due::Nothing => None,
        Due::Ping => send(socket, conversation, Message::Ping(Bytes::new())).await,
        // If we were held up ourselves, its signs of life may lie here unread.
        Due::Silent => match socket.recv().now_or_never() {
            Some(received) => hear(conversation, received).await,
            None => Some(End::Ours(Close::Silent)),
        },
        Due::NoRole => Some(End::Ours(Close::NoRole)),
        Due::MaximumAge => Some(End::Ours(Close::MaximumAge)),
    }
}

/// Sends the close and waits for its answer, so that what was sent before it arrives; for a bounded time.
async fn say_goodbye(socket: &mut WebSocket, close: Close) {
    let frame = CloseFrame { code: close.code(), reason: Utf8Bytes::from_static(close.reason()) };
    let _ = timeout(CLOSE_WITHIN, async {
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    })
    .await;
}

/// The hub's texts are made of strings, so they are UTF-8.
fn text_frame(text: Bytes) -> Message {
    match Utf8Bytes::try_from(text) {
        Ok(text) => Message::Text(text),
        Err(_) => Message::Ping(Bytes::new()),
    }
}

const fn close_of(kind: CloseKind) -> Close {
    match kind {
        CloseKind::Superseded => Close::Superseded,
        CloseKind::SessionEnded => Close::SessionEnded,
        CloseKind::SlowConsumer => Close::SlowConsumer,
        CloseKind::Draining => Close::Draining,
        CloseKind::Dropped => Close::Dropped,
    }
}

/// What it means for the count that we close a connection. Who is to come back keeps its place for the grace.
const fn parting_of(close: Close) -> Parting {
    match close {
        Close::SlowConsumer | Close::MaximumAge | Close::Draining => Parting::Cut,
        Close::Silent => Parting::Silent,
        _ => Parting::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The size of the future that `make` makes, without one being made.
    const fn size_of_made<'a, F>(_make: &impl Fn(&'a mut WebSocket, Box<Conversation>) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn an_idle_connection_is_small() {
        let parts = [size_of_made(&run), size_of::<WebSocket>(), size_of::<Conversation>()];
        println!("task, socket and conversation: {parts:?} bytes");
        assert!(parts.iter().sum::<usize>() <= 1_536, "{parts:?}");
    }
}
