//! Wake-ups for updates that are due later.

#[cfg(feature = "timer-local")]
pub mod local;
#[cfg(feature = "timer-sqs")]
pub mod sqs;
