//! The connections of one node: what speakers are told is written down, and who is closed is closed.

use async_trait::async_trait;
use headcount_core::ports::{AudienceChannel, CloseReason, Delivery, SendError, SpeakerChannel};
use headcount_core::{ConnectionId, Notice, SessionId, StatusUpdate, Timestamp};
use parking_lot::Mutex;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Everything that any speaker was told, in order.
pub(crate) type Log = Arc<Mutex<Vec<Told>>>;

/// One update that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) at: Instant,
    pub(crate) speaker: ConnectionId,
    pub(crate) update: StatusUpdate,
}

/// The open connections of one node.
pub(crate) struct Hub {
    open: Mutex<BTreeSet<ConnectionId>>,
    /// Takes those that the node has closed, which are to be seen out.
    closed: mpsc::UnboundedSender<ConnectionId>,
    log: Log,
}

impl Hub {
    pub(crate) fn new(log: Log) -> (Self, mpsc::UnboundedReceiver<ConnectionId>) {
        let (closed, closings) = mpsc::unbounded_channel();
        (Self { open: Mutex::default(), closed, log }, closings)
    }

    pub(crate) fn open(&self, connection: &ConnectionId) {
        self.open.lock().insert(connection.clone());
    }

    /// The other end has gone. Whether it was still open.
    pub(crate) fn gone(&self, connection: &ConnectionId) -> bool {
        self.open.lock().remove(connection)
    }

    pub(crate) fn is_open(&self, connection: &ConnectionId) -> bool {
        self.open.lock().contains(connection)
    }

    /// The other end closes it.
    pub(crate) fn close_quietly(&self, connection: &ConnectionId) {
        if self.gone(connection) {
            drop(self.closed.send(connection.clone()));
        }
    }

    /// Everything is closed, and nobody is seen out.
    pub(crate) fn close_down(&self) {
        self.open.lock().clear();
    }

    /// Writes down what `speaker` is told.
    pub(crate) fn tell(&self, speaker: &ConnectionId, update: &StatusUpdate) {
        let told = Told { at: Instant::now(), speaker: speaker.clone(), update: update.clone() };
        self.log.lock().push(told);
    }
}

#[async_trait]
impl SpeakerChannel for Hub {
    fn reaches(&self, speaker: &ConnectionId) -> bool {
        self.is_open(speaker)
    }

    async fn send(&self, speaker: &ConnectionId, update: &StatusUpdate) -> Result<Delivery, SendError> {
        if !self.is_open(speaker) {
            return Ok(Delivery::Gone);
        }
        self.tell(speaker, update);
        Ok(Delivery::Delivered)
    }
}

#[async_trait]
impl AudienceChannel for Hub {
    async fn tell(&self, _: &SessionId, _: &Notice, _: Timestamp) -> u64 {
        self.open.lock().len() as u64
    }

    async fn close(&self, connection: &ConnectionId, _: CloseReason) {
        self.close_quietly(connection);
    }

    async fn close_all(&self, _: &SessionId, _: CloseReason) {
        for connection in std::mem::take(&mut *self.open.lock()) {
            drop(self.closed.send(connection));
        }
    }
}
