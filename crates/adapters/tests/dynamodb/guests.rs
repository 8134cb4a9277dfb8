//! What a connection without a role has brought is kept for as long as it may live, and no longer.

use crate::tables;
use headcount_adapters::store::{KeptGuest, Writers};
use headcount_core::{StatusDetail, UserId};
use headcount_testkit::samples;
use std::time::Duration;

#[tokio::test]
async fn a_guest_is_kept_until_it_is_forgotten() {
    let made = tables::create().await;
    let (store, other) = (made.store(Writers::Ours), made.store(Writers::Ours));
    let (ann, bob) = (samples::connection("ann"), samples::connection("bob"));
    let guest = KeptGuest { user: Some(UserId::parse("user#7 ü").unwrap()), detail: StatusDetail::Full };
    store.keep_guest(&ann, &guest, samples::NOW).await.unwrap();
    assert_eq!(other.guest(&ann, samples::at(1)).await.unwrap(), guest);
    assert_eq!(other.guest(&bob, samples::at(1)).await.unwrap(), KeptGuest::default());

    let detailed = KeptGuest { user: None, ..guest };
    store.keep_guest(&ann, &detailed, samples::NOW).await.unwrap();
    assert_eq!(other.guest(&ann, samples::at(1)).await.unwrap(), detailed);

    other.forget_guest(&bob).await.unwrap();
    other.forget_guest(&ann).await.unwrap();
    assert_eq!(store.guest(&ann, samples::at(1)).await.unwrap(), KeptGuest::default());
    let left = made.client.scan().table_name(&made.names.status).send().await.unwrap();
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn a_guest_whose_time_is_over_is_none_although_its_item_is_there() {
    let made = tables::create().await;
    let store = made.store(Writers::Ours);
    let ann = samples::connection("ann");
    let guest = KeptGuest { user: None, detail: StatusDetail::Full };
    store.keep_guest(&ann, &guest, samples::NOW).await.unwrap();
    let lifetime = Duration::from_secs(130 * 60);
    let last = samples::NOW.plus(lifetime - Duration::from_secs(1));
    assert_eq!(store.guest(&ann, last).await.unwrap(), guest);
    assert_eq!(store.guest(&ann, samples::NOW.plus(lifetime)).await.unwrap(), KeptGuest::default());
}
