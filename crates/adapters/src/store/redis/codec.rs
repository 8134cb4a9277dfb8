//! How records and messages are written: as compact JSON, one file a record.
//!
//! Members that are not known are passed over, so a later release may add some. One that changes what a member means
//! raises [`Version::NEWEST`]; whoever does not know that version reads nothing, rather than something else.

mod account;
mod event;
mod ledger;
mod link;
mod message;
mod session;
mod share;
mod steps;
#[cfg(test)]
mod tests;
mod values;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(super) use account::read_ended;
pub(super) use account::{read_account, read_head, write_account, write_ended, write_head};
pub(super) use ledger::{read_ledger, write_ledger};
pub(super) use message::{read_message, read_reason, write_message, write_reason};
pub(super) use session::{read_session, write_session};
pub(super) use share::{read_share, write_share};
pub(super) use steps::{read_step, write_step};

/// The version that every record begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Version;

impl Version {
    /// What is written, and the last that can be read.
    const NEWEST: u32 = 1;
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(Self::NEWEST)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            0..=Self::NEWEST => Ok(Self),
            _ => Err(D::Error::custom("written by a later release")),
        }
    }
}

/// `written` as text. Every member is text, a number or a list of those, so that cannot fail.
fn text<T: Serialize>(written: &T) -> String {
    serde_json::to_string(written).unwrap_or_default()
}

/// What `text` says; `None` for what no release up to this one writes.
fn parsed<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    serde_json::from_slice(text).ok()
}
