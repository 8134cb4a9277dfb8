//! Where Headcount lives: one module a port of [`headcount_core::ports`], one file a technology, one feature each.
//!
//! A composition names the features it needs and nothing else is compiled. Everything here is used through the
//! ports; only a composition names the types.

#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "clock-system")]
pub mod clock;
#[cfg(feature = "ids-random")]
pub mod ids;
#[cfg(any(feature = "metrics-prometheus", feature = "metrics-emf"))]
pub mod metrics;
#[cfg(any(feature = "webhooks", feature = "store-embedded"))]
pub mod outbox;
#[cfg(any(feature = "speaker-hub", feature = "speaker-api-gateway"))]
pub mod speaker;
#[cfg(any(feature = "store-dynamodb", feature = "store-memory"))]
pub mod store;
#[cfg(any(feature = "timer-local", feature = "timer-sqs"))]
pub mod timer;
#[cfg(feature = "webhooks")]
pub mod webhooks;
