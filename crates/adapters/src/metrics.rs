//! Where measurements go.

#[cfg(feature = "metrics-prometheus")]
pub mod prometheus;
