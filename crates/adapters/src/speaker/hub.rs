//! The hub of the connections of this process: one small queue for each, and the way to all of a session.
//!
//! The gateway registers every socket and reads its [`Outbox`]; the service, the management API and the drain put
//! messages in. Nobody who puts one in ever waits for a socket: a queue that is full closes its connection.

mod directory;
mod mailbox;
mod outbox;
mod text;

pub use directory::Part;
pub use mailbox::{CloseKind, Outgoing, QueueLimits};
pub use outbox::Outbox;
pub use text::Text;

use async_trait::async_trait;
use directory::{Assembly, Directory, Member};
use headcount_core::{
    ConnectionId, Measurement, Notice, SessionId, Signal, StatusUpdate, Timestamp,
    ports::{AudienceChannel, CloseReason, Delivery, Metrics, Rendering, SendError, SpeakerChannel},
};
use mailbox::{Mailbox, Posted};
use parking_lot::Mutex;
use std::sync::Arc;

/// How many connections are served before other tasks get their turn: some ten microseconds of work.
const CHUNK: usize = 128;

/// The connections of this process. Clones share them.
///
/// Messages to one connection arrive in the order in which they were put in, whichever way they came. An idle
/// listener costs about 300 bytes: 120 to 200 in the directory, 96 for its mailbox, 40 for its [`Outbox`].
#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
}

struct Shared {
    directory: Mutex<Directory>,
    limits: QueueLimits,
    rendering: Arc<dyn Rendering>,
    metrics: Arc<dyn Metrics>,
}

impl Hub {
    /// A hub without connections.
    #[must_use]
    pub fn new(limits: QueueLimits, rendering: Arc<dyn Rendering>, metrics: Arc<dyn Metrics>) -> Self {
        Self { shared: Arc::new(Shared { directory: Mutex::default(), limits, rendering, metrics }) }
    }

    /// Adds a connection, which is in no session yet. One of the same id is superseded.
    #[must_use]
    pub fn register(&self, connection: ConnectionId) -> Outbox {
        let mailbox = Arc::new(Mailbox::default());
        let before = self.shared.directory.lock().insert(connection.clone(), mailbox.clone());
        if let Some(before) = before {
            before.close(CloseKind::Superseded);
        }
        Outbox::new(self.clone(), connection, mailbox)
    }

    fn unregister(&self, connection: &ConnectionId, mailbox: &Arc<Mailbox>) {
        self.shared.directory.lock().remove(connection, mailbox);
    }

    /// Puts a connection into a session: from now on it hears what the session is told. One that was in a session
    /// leaves it.
    pub fn enlist(&self, connection: &ConnectionId, session: &SessionId, part: Part) -> Delivery {
        match self.shared.directory.lock().enlist(connection, session, part) {
            true => Delivery::Delivered,
            false => Delivery::Gone,
        }
    }

    /// Takes a connection out of its session; it stays connected.
    pub fn withdraw(&self, connection: &ConnectionId) {
        self.shared.directory.lock().withdraw(connection);
    }

    /// Whether the connection is here and takes messages.
    #[must_use]
    pub fn is_open(&self, connection: &ConnectionId) -> bool {
        self.mailbox(connection).is_some_and(|mailbox| mailbox.is_open())
    }

    /// How many connections there are, those that are closing included.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.directory.lock().len()
    }

    /// Sends a message to one connection.
    pub fn post(&self, connection: &ConnectionId, text: impl Into<Text>) -> Delivery {
        match self.mailbox(connection) {
            Some(mailbox) => self.deliver(&mailbox, &text.into()),
            None => Delivery::Gone,
        }
    }

    /// Closes one connection after all that was sent to it; `Gone` if it was gone or closing already.
    pub fn disconnect(&self, connection: &ConnectionId, kind: CloseKind) -> Delivery {
        match self.mailbox(connection).is_some_and(|mailbox| mailbox.close(kind)) {
            true => Delivery::Delivered,
            false => Delivery::Gone,
        }
    }

    /// Closes everybody who is connected now, after all that was sent to them. Who registers later is not closed: the
    /// gateway takes no new connections before it drains.
    pub async fn drain_all(&self, kind: CloseKind) {
        let everybody = self.shared.directory.lock().mailboxes();
        for chunk in everybody.chunks(CHUNK) {
            for mailbox in chunk {
                mailbox.close(kind);
            }
            tokio::task::yield_now().await;
        }
    }

    fn mailbox(&self, connection: &ConnectionId) -> Option<Arc<Mailbox>> {
        self.shared.directory.lock().mailbox(connection)
    }

    fn deliver(&self, mailbox: &Mailbox, text: &Text) -> Delivery {
        match mailbox.post(text, &self.shared.limits) {
            Posted::Queued => Delivery::Delivered,
            Posted::Overrun => {
                self.shared.metrics.record(&Measurement::SlowConsumerDropped);
                Delivery::Gone
            }
            Posted::Refused => Delivery::Gone,
        }
    }

    /// Calls `address` for every member that `session` has now, a chunk at a time.
    async fn address_all(&self, session: &SessionId, mut address: impl FnMut(&Member) + Send) {
        let Some(Assembly { turn, mut rest }) = self.shared.directory.lock().assembly(session) else {
            return;
        };
        let _turn = turn.lock().await;
        loop {
            let page = self.shared.directory.lock().page(session, &mut rest, CHUNK);
            page.iter().for_each(&mut address);
            if page.len() < CHUNK {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl SpeakerChannel for Hub {
    /// Never fails: in one process it is known whether a connection is there.
    async fn send(&self, speaker: &ConnectionId, update: &StatusUpdate) -> Result<Delivery, SendError> {
        match self.mailbox(speaker) {
            Some(mailbox) => Ok(self.deliver(&mailbox, &self.shared.rendering.status(update).into())),
            None => Ok(Delivery::Gone),
        }
    }

    async fn signal(&self, speaker: &ConnectionId, session: &SessionId, signal: &Signal, now: Timestamp) {
        let found = self.shared.directory.lock().alert_speaker(speaker);
        if let Some(mailbox) = found {
            self.deliver(&mailbox, &self.shared.rendering.signal(session, signal, now).into());
        }
    }
}

/// A session is addressed as it is when the call begins: who is enlisted later neither hears the notice nor is
/// closed. Notices of one session go out one after the other, so that all hear them in the same order. A future that
/// is dropped before it is ready leaves some of the session unaddressed.
#[async_trait]
impl AudienceChannel for Hub {
    async fn tell(&self, session: &SessionId, notice: &Notice, now: Timestamp) -> u64 {
        let text: Text = self.shared.rendering.notice(session, notice, now).into();
        let speaker_too = matches!(notice, Notice::SessionEnded(_));
        let mut told = 0;
        let address = |member: &Member| match member.part {
            Part::Listener => {
                told += u64::from(self.deliver(&member.mailbox, &text) == Delivery::Delivered);
            }
            Part::Speaker | Part::AlertSpeaker if speaker_too => {
                self.deliver(&member.mailbox, &text);
            }
            Part::Speaker | Part::AlertSpeaker => {}
        };
        self.address_all(session, address).await;
        told
    }

    async fn close(&self, connection: &ConnectionId, why: CloseReason) {
        self.disconnect(connection, why.into());
    }

    async fn close_all(&self, session: &SessionId, why: CloseReason) {
        let address = |member: &Member| {
            member.mailbox.close(why.into());
        };
        self.address_all(session, address).await;
    }
}

#[cfg(test)]
mod tests;
