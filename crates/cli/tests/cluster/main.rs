//! Three `headcount serve` processes that share a real Redis, and what their clients see when one is killed, when Redis is
//! started again empty, and when each node is restarted in turn. `cluster-drill` does the same with a whole audience.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

mod audience;
mod faults;
mod stage;
