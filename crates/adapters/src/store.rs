//! Where sessions, listeners and ledgers are kept.

#[cfg(feature = "store-embedded")]
mod embedded;
mod memory;
mod rooms;

#[cfg(feature = "store-embedded")]
pub use embedded::{EmbeddedSettings, EmbeddedStore, OpenError};
pub use memory::MemoryStore;
