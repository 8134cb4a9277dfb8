//! The way from the engine to the store: a bounded queue that says when something was dropped.

use crate::store::cluster::Incoming;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::sync::mpsc::{self, error::TrySendError};

/// The end of the queue that messages go into.
#[derive(Clone)]
pub(super) struct Outbox {
    queue: mpsc::Sender<Incoming>,
    /// Something was dropped that nobody was told of.
    dropped: Arc<Notify>,
}

impl Outbox {
    pub(super) fn new(queue: mpsc::Sender<Incoming>) -> Self {
        Self { queue, dropped: Arc::default() }
    }

    /// Passes a message on if there is room; drops it otherwise, which is not forgotten.
    pub(super) fn offer(&self, incoming: Incoming) {
        if let Err(TrySendError::Full(_)) = self.queue.try_send(incoming) {
            self.dropped.notify_one();
        }
    }

    /// Waits for room and says what must not be dropped. False if nobody listens any more.
    pub(super) async fn say(&self, incoming: Incoming) -> bool {
        self.queue.send(incoming).await.is_ok()
    }

    /// Waits until nobody listens any more.
    pub(super) async fn closed(&self) {
        self.queue.closed().await;
    }

    /// Says that something was dropped, each time, as soon as there is room for that. Never returns while somebody
    /// listens.
    pub(super) async fn own_up(&self) {
        loop {
            self.dropped.notified().await;
            let Ok(room) = self.queue.reserve().await else { return };
            room.send(Incoming::Overrun);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use headcount_core::cluster::NodeId;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    #[test]
    fn what_was_dropped_is_owned_up_to_once_there_is_room() {
        let (sender, mut receiver) = mpsc::channel(2);
        let outbox = Outbox::new(sender);
        let mut honest = pin!(outbox.own_up());
        let mut turn = || {
            assert_eq!(honest.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending);
        };
        for n in 0..5 {
            outbox.offer(Incoming::Alive(NodeId::new(n)));
        }
        turn();
        assert!(matches!(receiver.try_recv(), Ok(Incoming::Alive(_))));
        turn();
        assert!(matches!(receiver.try_recv(), Ok(Incoming::Alive(_))));
        assert!(matches!(receiver.try_recv(), Ok(Incoming::Overrun)));
        turn();
        assert!(receiver.try_recv().is_err(), "an overrun was said twice");
    }
}
