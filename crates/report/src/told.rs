//! What the speaker was told at some moment, or would have been.

use headcount_core::{Account, Replay, SessionStatus, StatusUpdate, Timestamp, UpdatePolicy, UpdateReason};

/// The status of `account`'s session at `at`: the last update sent by then if nothing is known to have changed since, else
/// what was counted. `None` before the session began and after it ended.
///
/// At the moment of an update it says what that said, but for `updateReason`, which is always `requested`.
#[must_use]
pub fn told_at(account: &Account, at: Timestamp) -> Option<StatusUpdate> {
    if at < account.created_at || account.end.is_some_and(|end| at >= end.at) {
        return None;
    }
    let mut replay = Replay::new();
    for step in account.steps.iter().filter(|step| step.at <= at) {
        replay.take(step);
    }
    let moment = replay.latest();
    let distribution = moment.map(|moment| moment.distribution()).unwrap_or_default();
    let broadcast = moment.map_or_else(
        || headcount_core::BroadcastState::initial(account.created_at),
        |moment| moment.broadcast,
    );
    let told = moment.and_then(|moment| moment.told);
    let status = SessionStatus {
        session: account.session.clone(),
        distribution: distribution.shown(UpdatePolicy::default().shown_languages),
        duration_secs: at.since(account.created_at).as_secs(),
        broadcast,
        timestamp: at,
        exact: told.is_none_or(|told| told.exact),
    };
    Some(StatusUpdate {
        status,
        reason: UpdateReason::Requested,
        revision: told.map_or(0, |told| told.revision),
        audience: None,
    })
}
