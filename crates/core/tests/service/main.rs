//! The service, rule by rule, over the model store: every test is named after the sentence that it proves.
//!
//! Time is a clock that the test moves, and a timer that does no more than its port asks of it. Nothing sleeps.

#![allow(clippy::unwrap_used, reason = "helpers of tests, too, may stop at what must not be")]

mod claims;
mod concurrency;
mod counting;
mod elsewhere;
mod endings;
mod failures;
mod gap;
mod graces;
mod histories;
mod interfering;
mod languages;
mod links;
mod looking;
mod metrics;
mod observing;
mod questions;
mod races;
mod recovery;
mod reference;
mod signals;
mod speakers;
mod stage;
mod steering;
mod timer;
mod triggers;
