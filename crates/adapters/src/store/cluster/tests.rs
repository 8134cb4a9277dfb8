//! The store of one node alone, which is to be as every store, and several of them on one engine.

mod auditing;
mod counting;
mod dying;
mod engine;
mod history;
mod house;
mod moving;
mod running;
mod sharing;

use headcount_testkit::{Stores, store_conformance};

store_conformance!(async || Stores::of(house::alone().await));
