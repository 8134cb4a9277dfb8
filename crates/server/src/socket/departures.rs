//! Connections that were cut, on their way out.
//!
//! When a whole hall loses its network, thousands of connections break in the same moment. Were each of them to give
//! its place back as soon as it notices, everybody else would wait for all of them. So each only queues up here, which
//! costs next to nothing, and one task sees them out, a few at a time, with everybody else's turn in between.

use super::conversation::Conversation;
use super::held::Held;
use axum::extract::ws::WebSocket;
use headcount_core::service::Parting;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How many are seen out before others get their turn: some hundred microseconds of work.
const AT_A_TIME: usize = 16;

/// The end of the queue. There can be no more in it than there may be connections, since each keeps its place under
/// the caps until it has been seen out.
#[derive(Clone)]
pub(crate) struct Departures(UnboundedSender<Departing>);

/// The head of the queue.
pub(crate) struct Exit(UnboundedReceiver<Departing>);

struct Departing {
    conversation: Box<Conversation>,
    /// Closing its descriptor is half of the work.
    socket: WebSocket,
    held: Held,
}

/// An empty queue.
pub(crate) fn departures() -> (Departures, Exit) {
    let (sender, receiver) = unbounded_channel();
    (Departures(sender), Exit(receiver))
}

impl Departures {
    /// Queues a connection that was cut. Once the exit is closed, the server drains and nobody counts any more.
    pub(super) fn queue(&self, conversation: Box<Conversation>, socket: WebSocket, held: Held) {
        let _ = self.0.send(Departing { conversation, socket, held });
    }
}

impl Exit {
    /// Sees everyone out, for as long as it is polled.
    pub(crate) async fn see_out(mut self) {
        let mut seen_out = 0;
        while let Some(Departing { mut conversation, socket, held }) = self.0.recv().await {
            drop(socket);
            conversation.leave(Parting::Cut).await;
            drop(held);
            seen_out += 1;
            if seen_out % AT_A_TIME == 0 {
                tokio::task::yield_now().await;
            }
        }
    }
}
