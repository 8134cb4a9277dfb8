//! The model passes the suite whose judge it is.

use headcount_testkit::{FaultyStore, ModelStore, Stores, store_conformance};

store_conformance!(async || Stores::of(ModelStore::default()));

mod wrapped {
    //! So does a wrapper that has no fault.

    use super::*;

    store_conformance!(async || Stores::of(FaultyStore::new(Stores::of(ModelStore::default()))));
}
