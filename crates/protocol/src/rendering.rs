//! Writes what the rules have to say, for adapters that must not know the protocol.

use crate::ServerMessage;
use headcount_core::{Notice, SessionId, Signal, StatusUpdate, Timestamp, ports::Rendering};
use serde::Serialize;

/// The messages of the contract, as JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonRendering;

impl Rendering for JsonRendering {
    fn status(&self, update: &StatusUpdate) -> String {
        ServerMessage::SessionStatus(update).to_json(update.status.timestamp)
    }

    fn notice(&self, session: &SessionId, notice: &Notice, now: Timestamp) -> String {
        ServerMessage::Notice { session, notice }.to_json(now)
    }

    fn signal(&self, session: &SessionId, signal: &Signal, now: Timestamp) -> String {
        ServerMessage::Signal { session, signal }.to_json(now)
    }
}

/// How many bytes most messages fit in.
pub(crate) const USUAL_SIZE: usize = 512;

/// Writes `value` without spaces, members in the order in which it names them.
pub(crate) fn to_json(value: &impl Serialize) -> String {
    to_json_of_size(USUAL_SIZE, value)
}

/// As [`to_json`], for a message of about `size` bytes.
pub(crate) fn to_json_of_size(size: usize, value: &impl Serialize) -> String {
    let mut json = Vec::with_capacity(size);
    // Writing to memory fails only for map keys that are no text, and none of our messages has such a key.
    let written = serde_json::to_writer(&mut json, value);
    debug_assert!(written.is_ok(), "a message could not be written: {written:?}");
    String::from_utf8(json).unwrap_or_default()
}
