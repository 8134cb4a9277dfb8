//! Accounts of sessions of a cluster: each node keeps what it has counted, and whoever is asked reads all of it.

use super::chapters::{KEPT_AGAIN_AFTER, contribution};
use super::followed::Followed;
use super::{Chapter, Chapters, ClusterStore};
use async_trait::async_trait;
use headcount_core::ports::{HistoryStore, StoreError};
use headcount_core::{
    Account, AudienceHistory, Ended, Findings, Language, SessionId, Signal, SignalRules, StatusUpdate,
    Timestamp,
};
use std::sync::Arc;

#[async_trait]
impl HistoryStore for ClusterStore {
    fn told(&self, session: &SessionId, update: &StatusUpdate) {
        self.rooms.told(session, update);
        if let Some(followed) = self.followed(session) {
            followed.state.lock().unkept = true;
        }
    }

    /// Of a session that lives, with what this node has not kept yet; what other nodes have not is missing, at most what
    /// happened there within [`super::ClusterSettings::keep_every`]. While the engine is out of reach, what this node has
    /// in memory.
    async fn account(&self, session: &SessionId, now: Timestamp) -> Result<Option<Account>, StoreError> {
        let kept = self.engine.accounts.chapters(session).await;
        let mine = self.rooms.account(session, now);
        match (kept, mine) {
            (Err(failed), None) => Err(failed),
            (Ok(None), None) => Ok(None),
            (Err(_) | Ok(None), Some((_, account))) => Ok(Some(account)),
            (Ok(Some(kept)), mine) => Ok(Some(self.together(kept, mine, now))),
        }
    }

    async fn ended(&self, before: Option<u64>, limit: usize) -> Result<Vec<Ended>, StoreError> {
        self.engine.accounts.ended(before, limit).await
    }

    /// Finds nothing: no node sees all listeners come and go, only their sums.
    fn signals(&self, _: &SessionId, _: &SignalRules, _: Timestamp) -> Findings {
        Findings::default()
    }

    fn asked_in_vain(&self, session: &SessionId, language: &Language) -> Option<Signal> {
        let signal = self.rooms.asked_in_vain(session, language);
        if let Some(followed) = self.followed(session) {
            followed.state.lock().unkept = true;
        }
        signal
    }
}

impl ClusterStore {
    /// The key that signs capabilities: the one that the engine has, else `candidate`, which it has from then on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it does not answer.
    pub async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        self.engine.accounts.signing_key(candidate).await
    }

    /// Keeps what has happened here since it was last kept. To be called each
    /// [`super::ClusterSettings::keep_every`].
    pub async fn keep(&self, now: Timestamp) {
        self.keep_finals().await;
        if !self.is_connected() {
            return;
        }
        for followed in self.all() {
            if self.is_to_be_kept(&followed, now) && !self.keep_chapter(&followed, now).await {
                followed.state.lock().unkept = true;
                return;
            }
        }
    }

    fn is_to_be_kept(&self, followed: &Followed, now: Timestamp) -> bool {
        let state = &mut *followed.state.lock();
        let again = now < state.kept_at || now.since(state.kept_at) >= KEPT_AGAIN_AFTER;
        let listeners = state.own.share.heard.listener_count() > 0;
        let due = state.unkept || (again && listeners);
        if due {
            (state.unkept, state.kept_at) = (false, now);
        }
        due
    }

    async fn keep_chapter(&self, followed: &Arc<Followed>, now: Timestamp) -> bool {
        let Some((first, account)) = self.rooms.chapter(&followed.id, now) else { return true };
        let created_at = account.created_at;
        let next = first + account.steps.len() as u64;
        let peak = followed.state.lock().own.share.peak;
        let chapter = self.chapter(first, account, peak, now);
        let kept = self.engine.accounts.keep(&followed.id, created_at, &chapter).await.is_ok();
        if kept {
            self.rooms.kept(&followed.id, next);
        }
        kept
    }

    /// Keeps the last chapters of sessions that have ended.
    pub(super) async fn keep_finals(&self) {
        for last in self.finals.take() {
            let kept = self.engine.accounts.keep(&last.session, last.created_at, &last.chapter).await;
            if kept.is_err() {
                self.finals.add(last);
            }
        }
    }

    /// What this node has to say of a session: of its own listeners, but for the peak, which is that of all.
    pub(super) fn chapter(
        &self,
        first_step: u64,
        account: Account,
        peak: (u64, Timestamp),
        now: Timestamp,
    ) -> Chapter {
        let Account { attendance, history, steps, .. } = account;
        let mut history = AudienceHistory::clone(&history);
        if peak.0 > history.peak {
            (history.peak, history.peak_at) = peak;
        }
        Chapter { node: self.node, said_at: now, attendance, history, first_step, steps }
    }

    /// What all nodes have kept, and what this one has in memory.
    fn together(&self, kept: Chapters, mine: Option<(u64, Account)>, now: Timestamp) -> Account {
        let Chapters { session, end, mut chapters } = kept;
        let mine = mine.filter(|(_, account)| account.created_at == session.created_at && end.is_none());
        if let Some((first, account)) = mine {
            let peak = self
                .followed(&session.id)
                .map_or((0, session.created_at), |followed| followed.state.lock().own.share.peak);
            let mut mine = self.chapter(first, account, peak, now);
            if let Some(at) = chapters.iter().position(|chapter| chapter.node == self.node) {
                let before = chapters.swap_remove(at);
                let had = usize::try_from(first.saturating_sub(before.first_step)).unwrap_or(usize::MAX);
                let steps = before.steps.into_iter().take(had);
                (mine.first_step, mine.steps) = (before.first_step, steps.chain(mine.steps).collect());
            }
            chapters.push(mine);
        }
        let until = end.map_or(now, |end| end.at);
        let contributions: Vec<_> =
            chapters.into_iter().map(|chapter| contribution(chapter, session.broadcast, until)).collect();
        Account::merged(&session, end, &contributions)
    }
}
