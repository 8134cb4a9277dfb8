//! Where sessions, listeners and ledgers are kept.

#[cfg(feature = "store-embedded")]
mod embedded;
mod memory;
#[cfg_attr(not(feature = "store-embedded"), allow(dead_code, reason = "the embedded store uses the rest"))]
mod rooms;

#[cfg(feature = "store-embedded")]
pub use embedded::{EmbeddedSettings, EmbeddedStore, OpenError};
pub use memory::MemoryStore;
