//! The body of an HTTP request: it is read or refused.

#![no_main]

use headcount_protocol::http::{NewSession, SessionPatch};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    if let Err(error) = NewSession::parse(body) {
        assert_eq!(error.code().status(), 400);
    }
    match SessionPatch::parse(body) {
        Ok(patch) => {
            assert!(patch.status.is_some() || patch.source_language.is_some() || patch.quality_tier.is_some())
        }
        Err(error) => assert_eq!(error.code().status(), 400),
    }
});
