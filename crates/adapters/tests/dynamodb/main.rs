//! The DynamoDB store, over HTTP against an emulator that the tests start.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

mod conformance;
mod counting;
mod emulator;
mod others;
mod ours;
mod tables;
mod trips;
