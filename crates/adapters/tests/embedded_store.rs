//! The embedded store does what every store must do.

#![cfg(feature = "store-embedded")]
#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use headcount_adapters::store::{EmbeddedSettings, EmbeddedStore};
use headcount_testkit::{Stores, samples, store_conformance};

async fn make() -> Stores {
    let directory = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(directory.path(), EmbeddedSettings::default(), samples::NOW).unwrap();
    Stores::of(store).keeping(directory)
}

store_conformance!(make);
