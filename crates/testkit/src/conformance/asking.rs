//! Asking a store where the answer must not be an error.

use crate::{Stores, samples};
use headcount_core::ports::{
    Admission, Counted, Creation, Departed, Departure, JoinKind, Joined, Joiner, StoreError,
};
use headcount_core::{Connection, ConnectionId, Language, Timestamp, UpdateLedger};

/// The answer, which must be one.
pub(super) fn ok<T>(answer: Result<T, StoreError>) -> T {
    answer.unwrap_or_else(|error| panic!("the store failed: {error}"))
}

pub(super) async fn create(stores: &Stores, session: u64) {
    let created = stores.sessions.create(samples::session(session), UpdateLedger::new(samples::NOW)).await;
    assert_eq!(ok(created), Creation::Created);
}

/// Joins, which must go well.
pub(super) async fn join(stores: &Stores, joiner: Joiner) -> Joined {
    match ok(stores.presence.join(joiner).await) {
        Some(Admission::Joined(joined)) => joined,
        other => panic!("not admitted: {other:?}"),
    }
}

pub(super) async fn join_new(stores: &Stores, joiner: Joiner) -> Joined {
    let joined = join(stores, joiner).await;
    assert_eq!(joined.kind, JoinKind::New);
    joined
}

pub(super) async fn leave(
    stores: &Stores,
    connection: &ConnectionId,
    departure: Departure,
    now: Timestamp,
) -> Option<Departed> {
    ok(stores.presence.leave(connection, departure, now).await)
}

pub(super) async fn switch(
    stores: &Stores,
    name: &str,
    language: &Language,
    now: Timestamp,
) -> Option<Counted> {
    ok(stores.presence.switch_language(&samples::connection(name), language, now).await)
}

/// The audience of a session that must be there.
pub(super) async fn audience(stores: &Stores, session: u64, now: Timestamp) -> Counted {
    let counted = ok(stores.presence.audience(&samples::session_id(session), now).await);
    counted.unwrap_or_else(|| panic!("the session is not found"))
}

pub(super) async fn count(stores: &Stores, session: u64, now: Timestamp) -> u64 {
    audience(stores, session, now).await.distribution.listener_count()
}

pub(super) async fn connection(stores: &Stores, name: &str) -> Option<Connection> {
    ok(stores.presence.connection(&samples::connection(name)).await)
}
