//! How Headcount speaks: what clients may send, what they are sent, and the codes that errors and closing carry.
//!
//! Everything that comes in is checked here once and leaves as values of `headcount-core`; everything that goes
//! out is written here, always in the same order of members. No input can make this crate panic or recurse
//! deeply. The folder `samples` beside this crate shows every message; start there.
//!
//! * [`ClientMessage`]: what a client sends over its socket; [`Connect`]: what it asks for while connecting.
//! * [`ServerMessage`]: every answer and every push.
//! * [`HistoryQuery`]: what is asked of the past, over WebSocket and HTTP alike.
//! * [`ProtocolError`] and [`ErrorCode`]: every refusal; [`Close`]: every way a connection ends.
//! * [`event_stream`]: the same messages as Server-Sent Events.
//! * [`http`]: the bodies of the HTTP interface.
//! * [`received`]: all of that as a client reads it.
//! * [`schemas`]: all of that for machines.

mod client;
mod close;
mod code;
mod connect;
mod error;
pub mod event_stream;
mod excerpt;
mod history;
pub mod http;
mod members;
mod message_kind;
mod names;
pub mod received;
mod rendering;
mod role;
pub mod schemas;
mod server;
mod strict_json;
mod token;

pub use client::{ClientMessage, CreateSession, JoinSession, RefreshConnection, Refreshing};
pub use close::Close;
pub use code::ErrorCode;
pub use connect::{Connect, ConnectRequest};
pub use error::{Details, ProtocolError, Refusal};
pub use history::{HistoryQuery, Points};
pub use message_kind::MessageKind;
pub use rendering::JsonRendering;
pub use role::RoleName;
pub use server::{Applied, ServerMessage};
pub use token::Token;

/// The WebSocket subprotocol of clients that want to read a refusal as a message: browsers cannot see the HTTP
/// answer to a refused upgrade.
pub const SUBPROTOCOL: &str = "headcount.v1";
