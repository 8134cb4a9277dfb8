//! Sessions are read again where messages may have been lost; and what the engine has lost is written back.

use super::followed::Followed;
use super::{ClusterStore, Known};
use futures_util::future::join_all;
use headcount_core::ports::StoreError;
use headcount_core::{EndKind, EndReason, Session, SessionChange, SpeakerSeat, Timestamp};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How many sessions are read again at once, so that a node that comes back does not fall upon the engine.
const AT_ONCE: usize = 32;

/// How many are read again in one go. The others follow with the next.
const IN_ONE_GO: usize = 512;

impl ClusterStore {
    /// Everything that is followed is to be read again, and every share to be published.
    pub(super) fn all_is_stale(&self) {
        for followed in self.all() {
            let mut state = followed.state.lock();
            (state.stale, state.due, state.own.again) = (true, true, true);
            drop(state);
            self.mark(&followed);
        }
        self.some_are_stale();
    }

    /// Some session is due to be read again: it is with the next flush.
    pub(super) fn some_are_stale(&self) {
        self.stale.store(true, Ordering::Release);
        self.dirty.nudge();
    }

    /// Reads again what is stale. False if something could not be read, or is left for the next time.
    pub(super) async fn read_stale(&self, now: Timestamp) -> bool {
        if !self.is_connected() || !self.stale.swap(false, Ordering::AcqRel) {
            return true;
        }
        let mut stale: Vec<_> = self.all();
        stale.retain(|followed| followed.state.lock().due);
        let mut all = stale.len() <= IN_ONE_GO;
        for some in stale.chunks(AT_ONCE).take(IN_ONE_GO / AT_ONCE) {
            let reads = join_all(some.iter().map(|followed| self.read_again(followed, now))).await;
            all &= reads.iter().all(Result::is_ok);
        }
        if !all {
            self.some_are_stale();
        }
        all
    }

    /// Reads a session again that is followed, and makes both agree: this node with what is later in the engine, and the
    /// engine with what it has lost.
    pub(super) async fn read_again(
        &self,
        followed: &Arc<Followed>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // First, so that what becomes due meanwhile stays so.
        followed.state.lock().due = false;
        let read = self.agree(followed, now).await;
        let mut state = followed.state.lock();
        state.due |= read.is_err();
        state.stale &= state.due;
        if state.due {
            drop(state);
            self.some_are_stale();
        }
        read
    }

    async fn agree(&self, followed: &Arc<Followed>, now: Timestamp) -> Result<(), StoreError> {
        let Some(mine) = self.rooms.session(&followed.id) else { return Ok(()) };
        match self.engine.sessions.known(&followed.id).await? {
            Some(known) if known.session.session.created_at != mine.created_at => {
                self.ended_elsewhere(followed, EndReason::Ended(None), now).await;
                Ok(())
            }
            Some(known) => self.agree_with(followed, known, now).await,
            None => match self.ending(&mine).await? {
                Some(reason) => {
                    self.ended_elsewhere(followed, reason, now).await;
                    Ok(())
                }
                None => self.write_back(followed).await,
            },
        }
    }

    async fn agree_with(
        &self,
        followed: &Arc<Followed>,
        known: Known,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Known { session, ledger, shares } = known;
        let mine = self.rooms.ledger(&followed.id).map_or(0, |ledger| ledger.revision());
        let behind = {
            let mut state = followed.state.lock();
            self.take_shares(&mut state, shares, now);
            session.version < state.version || ledger.revision() < mine
        };
        self.settle_all(followed, now);
        self.rooms.raise_ledger(&followed.id, ledger);
        if !self.adopt(followed, session.clone(), now).await && behind {
            self.write_back(followed).await?;
        } else {
            self.overruled(followed, session.version);
        }
        self.changes.add(&followed.id);
        self.sit_down_again(followed, now).await
    }

    /// What was changed here alone is in the engine, or something later is.
    fn overruled(&self, followed: &Followed, version: u64) {
        let mut state = followed.state.lock();
        if state.version <= version {
            state.unrestored = false;
        }
    }

    /// How a session ended that the engine does not know any more; `None` if it has lost it.
    async fn ending(&self, mine: &Session) -> Result<Option<EndReason>, StoreError> {
        let Some(kept) = self.engine.accounts.chapters(&mine.id).await? else { return Ok(None) };
        let end = kept.end.filter(|_| kept.session.created_at == mine.created_at);
        Ok(end.map(|end| match end.kind {
            EndKind::Ended => EndReason::Ended(None),
            EndKind::Expired => EndReason::Expired,
            EndKind::SpeakerLost => EndReason::SpeakerLost,
        }))
    }

    /// Writes back what the engine has lost, or has an older version of.
    async fn write_back(&self, followed: &Followed) -> Result<(), StoreError> {
        let (versioned, ledger) = {
            let state = followed.state.lock();
            let Some(session) = self.rooms.session(&followed.id) else { return Ok(()) };
            let Some(ledger) = self.rooms.ledger(&followed.id) else { return Ok(()) };
            let session = Session::clone(&session);
            (super::Versioned { session, version: state.version, speaker_at: state.speaker_at }, ledger)
        };
        self.engine.sessions.restore(&versioned, &ledger).await?;
        let mut state = followed.state.lock();
        if state.version == versioned.version {
            state.unrestored = false;
        }
        drop(state);
        tracing::info!(
            "a session that the shared store had lost, or had an older version of, was written back"
        );
        self.publish_again(followed);
        Ok(())
    }

    /// A speaker that is connected here and was taken for dead takes its seat again, if nobody else has it.
    async fn sit_down_again(&self, followed: &Arc<Followed>, now: Timestamp) -> Result<(), StoreError> {
        let seated = followed.state.lock().seated.clone();
        let Some((connection, detail)) = seated else { return Ok(()) };
        let Some(session) = self.rooms.session(&followed.id) else { return Ok(()) };
        let lost = matches!(session.speaker, SpeakerSeat::Lost { .. });
        if !lost || !self.rooms.is_speaker(&followed.id, &connection) {
            return Ok(());
        }
        let change = SessionChange::AttachSpeaker { connection, detail };
        // Not by way of an update, which may come by here again. Lost to another, it is looked at again.
        let Some((_, next)) = self.next_version(followed, &change, now) else { return Ok(()) };
        if self.engine.sessions.replace(&next).await? == Some(headcount_core::ports::Claim::Won) {
            self.adopt(followed, next, now).await;
        } else {
            followed.state.lock().due = true;
            self.some_are_stale();
        }
        Ok(())
    }
}
