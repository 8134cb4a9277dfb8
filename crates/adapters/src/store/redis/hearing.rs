//! What is published, as the store hears it.
//!
//! The first letter says what it is: `A` and `G` that a node is alive or gone; `V` a session, `L` its ledger, `S` a
//! share, with the node before it, and `E` an end; `M` a message.

use super::Inner;
use super::codec;
use super::outbox::Outbox;
use crate::store::cluster::Incoming;
use ::redis::{PushInfo, PushKind, Value};
use headcount_core::SessionId;
use headcount_core::cluster::NodeId;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The ear of one connection.
pub(super) struct Hearing {
    inner: Arc<Inner>,
    outbox: Outbox,
    /// False once the connection was given up: what it still brings is older than what was said since.
    is_open: Arc<AtomicBool>,
}

impl Hearing {
    /// The ear, and what closes it.
    pub(super) fn new(inner: Arc<Inner>, outbox: Outbox) -> (Self, Arc<AtomicBool>) {
        let is_open = Arc::new(AtomicBool::new(true));
        (Self { inner, outbox, is_open: Arc::clone(&is_open) }, is_open)
    }

    /// Takes in what the connection brings.
    pub(super) fn hear(&self, push: &PushInfo) {
        if !self.is_open.load(Ordering::Acquire) {
            return;
        }
        match push.kind {
            PushKind::Disconnection => self.inner.link.doubt(),
            PushKind::Message => {
                if let [Value::BulkString(channel), Value::BulkString(payload)] = push.data.as_slice()
                    && let Some(incoming) = self.inner.understand(channel, payload)
                {
                    self.outbox.offer(incoming);
                }
            }
            _ => {}
        }
    }
}

impl Inner {
    /// What was published; `None` for what cannot be read, and for what this node itself has said and need not hear.
    fn understand(&self, channel: &[u8], payload: &[u8]) -> Option<Incoming> {
        let (kind, rest) = payload.split_first()?;
        let channel = std::str::from_utf8(channel).ok()?;
        let session = self.keys.session_of(channel);
        match (kind, session) {
            (b'A' | b'G', None) => {
                let node = self.readable("a beat", std::str::from_utf8(rest).ok().and_then(NodeId::parse))?;
                let incoming = if *kind == b'A' { Incoming::Alive(node) } else { Incoming::Gone(node) };
                (node != self.node).then_some(incoming)
            }
            (b'M', _) => {
                let message = self.readable("a message", codec::read_message(rest))?;
                Some(Incoming::Message(Box::new(message)))
            }
            (_, Some(session)) => self.of_session(*kind, session, rest),
            (_, None) => self.readable("a message of an unknown kind", None),
        }
    }

    fn of_session(&self, kind: u8, session: SessionId, rest: &[u8]) -> Option<Incoming> {
        match kind {
            b'S' => {
                let (node, share) = rest.split_at_checked(16)?;
                if std::str::from_utf8(node).ok().and_then(NodeId::parse) == Some(self.node) {
                    return None;
                }
                let share = self.readable("a share", codec::read_share(share))?;
                Some(Incoming::Share(session, Box::new(share)))
            }
            b'V' => {
                let session = self.readable("a session", codec::read_session(rest))?;
                Some(Incoming::Session(Box::new(session)))
            }
            b'L' => {
                let ledger = self.readable("a ledger", codec::read_ledger(rest))?;
                Some(Incoming::Ledger(session, Box::new(ledger)))
            }
            b'E' => {
                let reason = self.readable("an end", codec::read_reason(rest))?;
                Some(Incoming::Ended(session, reason))
            }
            _ => self.readable("a message of an unknown kind", None),
        }
    }
}
