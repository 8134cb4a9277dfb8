//! The gateway as its users meet it: real sockets, a real server on a free port, the contract's JSON.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

mod connecting;
mod conversation;
mod counting;
mod http;
mod jwks;
mod logs;
mod management;
mod roles;
mod support;
