//! The way to the speaker and to the listeners.

#[cfg(feature = "speaker-hub")]
pub mod hub;
