//! A text frame of a client: it is read or refused, and what was read can be written and read again.

#![no_main]

use headcount_core::Timestamp;
use headcount_protocol::{ClientMessage, ErrorCode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|frame: &[u8]| match ClientMessage::parse(frame) {
    Ok(message) => assert_eq!(ClientMessage::parse(message.to_json()), Ok(message)),
    Err(error) => {
        assert!(ErrorCode::from_name(error.code().as_str()).is_some_and(|code| code.status() == 400));
        assert!(error.to_json(Timestamp::EPOCH).len() < 1_024);
    }
});
