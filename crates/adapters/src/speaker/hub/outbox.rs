//! The receiving end of the hub: what the task of one socket reads from.

use super::{Hub, Outgoing, Text, mailbox::Mailbox};
use headcount_core::{ConnectionId, ports::Delivery};
use std::{future::poll_fn, sync::Arc};

/// Everything for one connection, in the order in which it was queued. Dropping it takes the connection out of
/// the hub, so a socket task that ends in whatever way leaves nothing behind.
///
/// It wakes one task: [`Outbox::next`] and [`Outbox::overrun`] belong to the same one.
pub struct Outbox {
    hub: Hub,
    connection: ConnectionId,
    mailbox: Arc<Mailbox>,
}

impl Outbox {
    pub(super) fn new(hub: Hub, connection: ConnectionId, mailbox: Arc<Mailbox>) -> Self {
        Self { hub, connection, mailbox }
    }

    /// The connection that it is for.
    #[must_use]
    pub fn connection(&self) -> &ConnectionId {
        &self.connection
    }

    /// Waits for what is to be done next. Nothing is lost if the future is dropped before it is ready. After a
    /// close it gives that close again.
    pub async fn next(&mut self) -> Outgoing {
        poll_fn(|context| self.mailbox.poll_next(context)).await
    }

    /// What is to be done next, if there is anything by now: for writing several messages with one flush.
    pub fn try_next(&mut self) -> Option<Outgoing> {
        self.mailbox.try_next()
    }

    /// Waits until the connection turns out to read too slowly. To be awaited beside a write, which in that case
    /// would not end.
    pub async fn overrun(&self) {
        poll_fn(|context| self.mailbox.poll_overrun(context)).await;
    }

    /// Queues an answer of the connection's own behind what waits already.
    pub fn push(&self, text: impl Into<Text>) -> Delivery {
        self.hub.deliver(&self.mailbox, &text.into())
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.mailbox.abandon();
        self.hub.unregister(&self.connection, &self.mailbox);
    }
}
