//! The memory store does what every store must do.

#![cfg(feature = "store-memory")]

use headcount_adapters::store::MemoryStore;
use headcount_testkit::{Stores, store_conformance};

store_conformance!(async || Stores::of(MemoryStore::new()));
