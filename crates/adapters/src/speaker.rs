//! The way to the speaker and to the listeners.

#[cfg(feature = "speaker-api-gateway")]
pub mod api_gateway;
#[cfg(feature = "speaker-cluster")]
pub mod cluster;
#[cfg(feature = "speaker-hub")]
pub mod hub;
