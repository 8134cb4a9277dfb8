//! WebSockets: from the request to upgrade to the close.
//!
//! `upgrade` refuses or lets in, `entrance` does what the connect query asks for, `conversation` answers messages,
//! `lifeline` says when a connection has been silent for too long, and `pump` moves frames.

mod asking;
mod conversation;
mod departures;
mod entrance;
mod held;
mod lifeline;
mod pump;
mod standing;
mod steering;
mod upgrade;

pub(crate) use departures::{Departures, Exit, departures};
pub(crate) use upgrade::{is_upgrade, upgrade};
