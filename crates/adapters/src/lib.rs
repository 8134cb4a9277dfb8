//! Where Headcount lives: one module a port of [`headcount_core::ports`], one file a technology, one feature each.
//!
//! A composition names the features it needs and nothing else is compiled. Everything here is used through the
//! ports; only a composition names the types.

#[cfg(feature = "clock-system")]
pub mod clock;
#[cfg(feature = "ids-random")]
pub mod ids;
#[cfg(feature = "metrics-prometheus")]
pub mod metrics;
#[cfg(feature = "speaker-hub")]
pub mod speaker;
#[cfg(feature = "store-memory")]
pub mod store;
#[cfg(feature = "timer-local")]
pub mod timer;
