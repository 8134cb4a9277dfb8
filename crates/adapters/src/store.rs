//! Where sessions, listeners and ledgers are kept.

#[cfg(feature = "store-cluster")]
pub mod cluster;
#[cfg(feature = "store-dynamodb")]
mod dynamodb;
#[cfg(feature = "store-embedded")]
mod embedded;
#[cfg(feature = "store-memory")]
mod memory;
#[cfg(feature = "store-redis")]
pub mod redis;
#[cfg(feature = "store-memory")]
#[cfg_attr(not(feature = "store-embedded"), allow(dead_code, reason = "the embedded store uses the rest"))]
mod rooms;
#[cfg(any(feature = "store-embedded", feature = "store-redis"))]
mod written;

#[cfg(feature = "store-dynamodb")]
pub use dynamodb::{
    Allowance, Audited, Counters, DynamoSettings, DynamoStore, Heard, KeptGuest, Members, MembersFrom, Seen,
    Tables, Writers,
};
#[cfg(feature = "store-embedded")]
pub use embedded::{EmbeddedSettings, EmbeddedStore, OpenError};
#[cfg(feature = "store-memory")]
pub use memory::MemoryStore;
