//! The gateway as its users meet it: real sockets, a real server on a free port, the contract's JSON.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

mod accounts;
mod bad_input;
mod connecting;
mod console;
mod contracts;
mod conversation;
mod counting;
mod draining;
mod events;
mod full_disk;
mod http;
mod jwks;
mod languages;
mod limits;
mod links;
mod logs;
mod management;
mod metrics;
mod past;
mod restart;
mod roles;
mod signals;
mod slow;
mod support;
mod webhooks;
