//! Which sessions a node follows, from when, and until when.

use super::finals::Final;
use super::followed::{Early, Followed, State};
use super::{ClusterStore, Known, READERS};
use crate::store::rooms::Live;
use headcount_core::ports::{CloseReason, StoreError};
use headcount_core::{EndReason, Notice, SessionId, Timestamp};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

impl ClusterStore {
    /// The session of that name, if it is followed and lives.
    pub(super) fn followed(&self, id: &SessionId) -> Option<Arc<Followed>> {
        self.sessions.get(id).map(|found| Arc::clone(&found)).filter(|found| found.is_live())
    }

    /// Every session that is followed and lives.
    pub(super) fn all(&self) -> Vec<Arc<Followed>> {
        let live = self.sessions.iter().filter(|entry| entry.is_live());
        live.map(|entry| Arc::clone(&entry)).collect()
    }

    /// The live session of that name. One that is not followed yet is from now on; of several callers one reads it.
    pub(super) async fn follow(
        &self,
        id: &SessionId,
        now: Timestamp,
    ) -> Result<Option<Arc<Followed>>, StoreError> {
        if let Some(found) = self.followed(id) {
            return Ok(Some(found));
        }
        let _reader = self.reader(id).lock().await;
        if let Some(found) = self.followed(id) {
            return Ok(Some(found));
        }
        let followed = Arc::new(Followed::new(id.clone(), self.node, now));
        // It is there before it is read, so that it hears what is said meanwhile.
        self.sessions.insert(id.clone(), Arc::clone(&followed));
        let read = self.read(&followed, now).await;
        if !matches!(read, Ok(true)) {
            self.sessions.remove_if(id, |_, held| Arc::ptr_eq(held, &followed));
            self.engine.bus.unfollow(id).await;
        }
        read.map(|found| found.then_some(followed))
    }

    /// Whoever holds this follows the session, or ceases to.
    fn reader(&self, id: &SessionId) -> &tokio::sync::Mutex<()> {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        &self.readers[usize::try_from(hasher.finish() % READERS as u64).unwrap_or(0)]
    }

    /// Reads a session for the first time; false if there is none.
    async fn read(&self, followed: &Followed, now: Timestamp) -> Result<bool, StoreError> {
        self.engine.bus.follow(&followed.id).await?;
        let Some(known) = self.engine.sessions.known(&followed.id).await? else { return Ok(false) };
        Ok(self.open(followed, known, now))
    }

    /// Opens the room of a session that was read; false if it has ended meanwhile.
    fn open(&self, followed: &Followed, known: Known, now: Timestamp) -> bool {
        let mut state = followed.state.lock();
        let Early { session, ledger, ended } = std::mem::take(&mut state.early);
        if ended.is_some() {
            return false;
        }
        let newer = session.filter(|early| early.version > known.session.version);
        let versioned = newer.unwrap_or(known.session);
        let ledger =
            ledger.filter(|early| early.revision() > known.ledger.revision()).unwrap_or(known.ledger);
        state.version = versioned.version;
        state.speaker_at = versioned.speaker_at;
        self.take_shares(&mut state, known.shares, now);
        self.rooms.reopen(Live::new(versioned.session, ledger));
        followed.opened();
        true
    }

    /// Takes in what others were last known to say.
    pub(super) fn take_shares(
        &self,
        state: &mut State,
        shares: Vec<headcount_core::cluster::Share>,
        _now: Timestamp,
    ) {
        for share in shares {
            if share.node != self.node {
                state.crowd.take(share);
            }
        }
    }

    /// Follows a session no more that has nobody in it and in which this node has never counted anybody.
    pub(super) async fn unfollow(&self, followed: &Arc<Followed>) {
        if !followed.closed() {
            return;
        }
        if let Some(room) = self.rooms.room_named(&followed.id) {
            self.rooms.discard(&room);
        }
        self.sessions.remove_if(&followed.id, |_, held| Arc::ptr_eq(held, followed));
        self.hear_no_more(&followed.id).await;
    }

    /// Hears no more of a session, unless it is followed anew by now.
    async fn hear_no_more(&self, id: &SessionId) {
        let _reader = self.reader(id).lock().await;
        if !self.sessions.contains_key(id) {
            self.engine.bus.unfollow(id).await;
        }
    }

    /// Closes what is here of a session that has ended, and keeps its last chapter. False if that has been done.
    pub(super) async fn close(&self, followed: &Arc<Followed>, reason: &EndReason, now: Timestamp) -> bool {
        if !followed.closed() {
            return false;
        }
        // The room goes before the name is free to be followed again.
        let closed = self.rooms.end(&followed.id, reason, now);
        self.sessions.remove_if(&followed.id, |_, held| Arc::ptr_eq(held, followed));
        if let Some(closed) = closed {
            let created_at = closed.account.created_at;
            let peak = followed.state.lock().own.share.peak;
            let chapter = self.chapter(closed.first_step, closed.account, peak, now);
            let unused = !followed.state.lock().own.matters() && chapter.steps.is_empty();
            if !unused {
                self.finals.add(Final { session: followed.id.clone(), created_at, chapter });
            }
        }
        self.questions.lock().forget(&followed.id);
        self.keep_finals().await;
        self.hear_no_more(&followed.id).await;
        true
    }

    /// A session was ended elsewhere: those who are connected here hear why, and are closed.
    pub(super) async fn ended_elsewhere(&self, followed: &Arc<Followed>, reason: EndReason, now: Timestamp) {
        if self.close(followed, &reason, now).await {
            let audience = &self.around.audience;
            audience.tell(&followed.id, &Notice::SessionEnded(reason), now).await;
            audience.close_all(&followed.id, CloseReason::SessionEnded).await;
        }
    }
}
