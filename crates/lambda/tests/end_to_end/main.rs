//! The whole path without an account: a stand-in for the Lambda Runtime API drives the real `bootstrap`, DynamoDB is
//! an emulator, SQS and the management API are written down as they are called.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

mod attached;
mod bad_gateway;
mod bad_input;
mod bad_store;
mod dynamo;
#[path = "../../../adapters/tests/dynamodb/emulator.rs"]
mod emulator;
mod lambda;
mod limits;
mod log;
mod rows;
mod runtime_api;
mod services;
mod start;
mod story;
mod tables;
