//! The DynamoDB store does what every store must do.

use crate::tables;
use headcount_adapters::store::Writers;
use headcount_testkit::{Stores, store_conformance};

async fn make() -> Stores {
    Stores::of(tables::create().await.store(Writers::Ours))
}

store_conformance!(make);
