//! The whole stack on this machine: `lambda-local` plays the AWS around the real `bootstrap`, and clients speak
//! WebSocket to it.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

mod client;
#[path = "../../../adapters/tests/dynamodb/emulator_program.rs"]
mod emulator_program;
mod processes;
mod story;

use headcount_lambda_local::Settings;

/// A stack around the programs of this build. The emulator is slow beside DynamoDB, and these are no tests of speed.
fn settings() -> Settings {
    Settings::new(env!("CARGO_BIN_EXE_bootstrap"), emulator_program::program())
        .with("StatusQueryTimeoutMs", "4000")
        .with("StatusCacheMs", "0")
}
