//! Proof for Headcount: stand-ins for the world around the rules, and the conformance suite for stores.
//!
//! A dev-dependency, for us and for whoever writes an adapter of their own. Nothing here sleeps, reads a clock or
//! opens a socket, but for the `scenarios`, which a feature turns on. To prove a store, give [`store_conformance!`] a
//! function that makes an empty one; to prove a way to run Headcount, give `scenarios!` what starts it.

mod audience;
mod clock;
pub mod conformance;
mod faulty;
mod history;
mod ids;
mod metrics;
mod model;
mod observer;
pub mod samples;
#[cfg(feature = "scenarios")]
pub mod scenarios;
mod speaker;
mod stores;
mod timer;

pub use audience::{AudienceEvent, RecordingAudience};
pub use clock::ManualClock;
pub use faulty::{Fault, FaultyStore, Port};
pub use history::RecordingHistory;
pub use ids::SeededIds;
pub use metrics::RecordingMetrics;
pub use model::{Model, ModelStore};
pub use observer::RecordingObserver;
pub use speaker::{RecordingSpeaker, SpeakerAnswer};
pub use stores::Stores;
pub use timer::RecordingTimer;
