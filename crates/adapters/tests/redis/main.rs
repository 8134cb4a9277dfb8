//! The Redis engine, against real servers that each test starts for itself: alone, behind a Sentinel, as a Redis Cluster,
//! with TLS. Debian's `redis-server` is what is started; `scripts/redis` installs it where it may.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

mod accounts;
mod away;
mod cluster;
mod conformance;
mod counts;
mod engine;
mod hearing;
mod sentinel;
mod server;
mod sessions;
mod tls;
