//! Webhooks as receivers see them, over real sockets.

#![cfg(all(feature = "webhooks", feature = "store-embedded"))]
#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

mod arriving;
mod failing;
mod outliving;
mod receiver;
mod refusing;
mod sender;
mod tls;
