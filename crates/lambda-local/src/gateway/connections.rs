//! The connections that are there, as the management API reaches them.

use super::event::Client;
use crate::function::Clock;
use headcount_core::ports::Delivery;
use headcount_core::{ConnectionId, Timestamp};
use headcount_server::management::{ConnectionFacts, ManagedConnections};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How many messages wait for a client to read. One that does not read is dropped, and gone from then on.
const MAILBOX: usize = 256;

/// All connections of a stage. One is here from the moment at which the function has let it in, so that a message that
/// is posted while the handshake ends waits for it; before, it is gone for whoever posts, as on AWS.
#[derive(Clone)]
pub(crate) struct Connections(Arc<Shared>);

struct Shared {
    clock: Clock,
    /// At most [`super::ConnectionLimits::connections`].
    all: Mutex<HashMap<ConnectionId, Entry>>,
    most: usize,
}

struct Entry {
    client: Client,
    last_active_ms: Arc<AtomicU64>,
    mailbox: mpsc::Sender<Outgoing>,
    overrun: CancellationToken,
}

/// What is to be done for a client.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outgoing {
    Text(String),
    /// The management API closes the connection.
    Close,
}

/// A connection among the others, until this is dropped.
pub(super) struct Present {
    connections: Connections,
    pub(super) client: Client,
    pub(super) mailbox: mpsc::Receiver<Outgoing>,
    /// The mailbox ran over.
    pub(super) overrun: CancellationToken,
    last_active_ms: Arc<AtomicU64>,
}

impl Connections {
    /// None yet, and never more than `most`.
    pub(crate) fn new(clock: Clock, most: usize) -> Self {
        Self(Arc::new(Shared { clock, all: Mutex::default(), most }))
    }

    /// Whether one more may come.
    pub(super) fn have_room(&self) -> bool {
        self.0.all.lock().len() < self.0.most
    }

    /// Takes in a connection.
    pub(super) fn enter(&self, client: Client) -> Present {
        let (sender, mailbox) = mpsc::channel(MAILBOX);
        let last_active_ms = Arc::new(AtomicU64::new(self.0.clock.now().as_millis()));
        let overrun = CancellationToken::new();
        let entry = Entry {
            client: client.clone(),
            last_active_ms: Arc::clone(&last_active_ms),
            mailbox: sender,
            overrun: overrun.clone(),
        };
        self.0.all.lock().insert(client.connection.clone(), entry);
        Present { connections: self.clone(), client, mailbox, overrun, last_active_ms }
    }
}

impl Present {
    /// A message went one way or the other.
    pub(super) fn touch(&self) {
        self.last_active_ms.store(self.connections.0.clock.now().as_millis(), Ordering::Relaxed);
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.connections.0.all.lock().remove(&self.client.connection);
    }
}

impl ManagedConnections for Connections {
    fn post(&self, id: &ConnectionId, text: String) -> Delivery {
        let mut all = self.0.all.lock();
        let Some(entry) = all.get(id) else { return Delivery::Gone };
        if entry.mailbox.try_send(Outgoing::Text(text)).is_ok() {
            return Delivery::Delivered;
        }
        entry.overrun.cancel();
        all.remove(id);
        Delivery::Gone
    }

    fn facts(&self, id: &ConnectionId) -> Option<ConnectionFacts> {
        let all = self.0.all.lock();
        let entry = all.get(id)?;
        Some(ConnectionFacts {
            connected_at: entry.client.connected_at,
            last_active_at: Timestamp::from_millis(entry.last_active_ms.load(Ordering::Relaxed)),
            source_ip: entry.client.source_ip,
            user_agent: entry.client.user_agent.clone(),
        })
    }

    /// Closes it after what waits in its mailbox.
    fn close(&self, id: &ConnectionId) -> bool {
        let Some(entry) = self.0.all.lock().remove(id) else { return false };
        if entry.mailbox.try_send(Outgoing::Close).is_err() {
            entry.overrun.cancel();
        }
        true
    }
}
