//! The DynamoDB store, over HTTP against an emulator that the tests start.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

mod allowance;
mod burst;
mod conformance;
mod counters;
mod counting;
mod emulator;
mod guests;
mod known;
mod multitude;
mod others;
mod ours;
mod scanned;
mod tables;
mod trips;
