//! What a server sends, read by our own clients: no server can make them panic.

#![no_main]

use headcount_protocol::received::{Received, SessionCreated};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = Received::parse(text);
    let _ = SessionCreated::parse(text);
});
