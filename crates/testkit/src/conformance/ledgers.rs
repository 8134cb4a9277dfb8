//! Duties of a ledger store.

use super::asking::{create, ok};
use crate::{Stores, samples};
use headcount_core::ports::Claim;
use headcount_core::{EndReason, Language, UpdateLedger};

/// A ledger that was claimed `revision` times.
pub(super) fn claimed(revision: u64, languages: &[Language]) -> UpdateLedger {
    let announced = languages.iter().cloned().collect();
    UpdateLedger::from_parts(
        revision,
        revision / 2,
        samples::at(revision % 1_000),
        Some(samples::at(1)),
        announced,
    )
}

/// Only the next revision is taken, and all of it.
pub async fn advances_one_revision_at_a_time(stores: Stores) {
    create(&stores, 1).await;
    let id = samples::session_id(1);
    let (es, fr) = (samples::language("es"), samples::language("fr"));
    for (revision, languages, claim) in [
        (2, vec![], Claim::Lost),
        (0, vec![], Claim::Lost),
        (1, vec![es.clone()], Claim::Won),
        (1, vec![fr.clone()], Claim::Lost),
        (2, vec![es.clone(), fr.clone()], Claim::Won),
        (u64::MAX, vec![], Claim::Lost),
        (3, vec![es.clone()], Claim::Won),
    ] {
        let before = ok(stores.ledgers.ledger(&id).await);
        let next = claimed(revision, &languages);
        assert_eq!(ok(stores.ledgers.advance(&id, next.clone()).await), claim, "revision {revision}");
        let after = ok(stores.ledgers.ledger(&id).await);
        assert_eq!(after.as_deref(), if claim == Claim::Won { Some(&next) } else { before.as_deref() });
    }
}

/// Nobody wins a claim in a session that is not there (any more).
pub async fn forgets_the_ledger_of_an_ended_session(stores: Stores) {
    let id = samples::session_id(1);
    assert_eq!(ok(stores.ledgers.advance(&id, claimed(1, &[])).await), Claim::Lost);
    create(&stores, 1).await;
    assert_eq!(ok(stores.ledgers.advance(&id, claimed(1, &[])).await), Claim::Won);
    ok(stores.sessions.end(&id, &EndReason::Expired, samples::NOW).await);
    assert_eq!(ok(stores.ledgers.advance(&id, claimed(2, &[])).await), Claim::Lost);
    create(&stores, 1).await;
    assert_eq!(ok(stores.ledgers.ledger(&id).await).as_deref(), Some(&UpdateLedger::new(samples::NOW)));
}
