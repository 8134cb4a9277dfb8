//! The command as people and scripts run it: whole processes, real sockets.

#![expect(unreachable_pub, clippy::unwrap_used, reason = "a test binary has no readers but its own")]

mod demo;
mod looking;
mod running;
mod simulating;
mod usage;
