//! Sessions come and go.

use super::StatusService;
use crate::ports::{CloseReason, Creation, Ending, StoreError};
use crate::{
    BroadcastState, EndReason, Event, Language, LanguageDistribution, Measurement, Notice, QualityTier,
    ServedLanguages, Session, SessionChange, SessionId, ShownDistribution, SpeakerSeat, UpdateLedger, UserId,
};
use std::sync::Arc;

/// How many names are tried. With a million live sessions each try fails about once in twenty-five.
const NAMES: usize = 20;

/// How many sessions are looked at in one go.
const PAGE: usize = 1_000;

/// What a session is to be.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Who creates it, where speakers log in.
    pub owner: Option<UserId>,
    /// The language spoken on stage.
    pub source_language: Language,
    /// How well it is translated.
    pub quality_tier: QualityTier,
    /// Into which languages, where that is declared.
    pub languages: ServedLanguages,
}

/// Why there is no new session.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Every name that was tried is taken.
    #[error("no free session name was found")]
    NoFreeName,
    /// The store could not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// All that is going on at one moment.
#[derive(Clone, Debug, Default)]
pub struct Census {
    /// Live sessions.
    pub sessions: u64,
    /// The listeners of all of them.
    pub audience: LanguageDistribution,
}

impl StatusService {
    /// Creates a session under a name that no live session has. Nobody speaks in it yet.
    ///
    /// # Errors
    /// [`OpenError`]; nothing was created then.
    pub async fn open_session(&self, new: NewSession) -> Result<Arc<Session>, OpenError> {
        let now = self.now();
        for _ in 0..NAMES {
            let session = Session {
                id: SessionId::pick(self.ports.ids.entropy()),
                owner: new.owner.clone(),
                source_language: new.source_language.clone(),
                quality_tier: new.quality_tier,
                languages: new.languages.clone(),
                created_at: now,
                updated_at: now,
                expires_at: now.plus(self.settings.session_lifetime),
                broadcast: BroadcastState::initial(now),
                paused_since: None,
                speaker: SpeakerSeat::Never,
                links: Vec::new(),
            };
            // Before the session is there: whoever wants it may hang up while the store still writes, and nobody else
            // would have it end.
            self.ports.timer.wake_at(&session.id, session.expires_at).await;
            let ledger = UpdateLedger::new(now);
            if self.ports.sessions.create(session.clone(), ledger).await? == Creation::Created {
                self.record(&Measurement::SessionOpened);
                let session = Arc::new(session);
                self.observe(&Event::Started(Arc::clone(&session)));
                return Ok(session);
            }
        }
        Err(OpenError::NoFreeName)
    }

    /// Ends a session: everyone in it is told and let go. False if there was none.
    ///
    /// # Errors
    /// What the store could not do; the session may be live still.
    pub async fn close_session(&self, id: &SessionId, reason: EndReason) -> Result<bool, StoreError> {
        let now = self.now();
        let Some(ending) = self.ports.sessions.end(id, &reason, now).await? else { return Ok(false) };
        self.ports.audience.tell(id, &Notice::SessionEnded(reason.clone()), now).await;
        self.ports.audience.close_all(id, CloseReason::SessionEnded).await;
        self.record_leaving(ending.listeners);
        let lasted = ending.session.duration(now);
        self.record(&Measurement::SessionClosed { lasted, reason: reason.clone() });
        let Ending { session, listeners } = ending;
        self.observe(&Event::Ended { session, reason, at: now, listeners });
        Ok(true)
    }

    /// Live sessions in the order of their names, those after `after`, at most `limit`, with their audience as a
    /// status shows it. Ones that are overdue may be among them.
    ///
    /// # Errors
    /// What the store could not do.
    pub async fn sessions(
        &self,
        after: Option<&SessionId>,
        limit: usize,
    ) -> Result<Vec<(Arc<Session>, ShownDistribution)>, StoreError> {
        let mut found = Vec::new();
        for session in self.ports.sessions.live(after, limit).await? {
            if let Some(counted) = self.ports.presence.audience(&session.id, self.now()).await? {
                let shown = self.noted(counted).distribution.shown(self.settings.policy.shown_languages);
                found.push((session, shown));
            }
        }
        Ok(found)
    }

    /// Counts every live session and the listeners of all of them by language. Walks through all sessions, a page
    /// at a time; what changes meanwhile is counted or not.
    ///
    /// # Errors
    /// What the store could not do.
    pub async fn census(&self) -> Result<Census, StoreError> {
        let (mut census, mut after) = (Census::default(), None);
        loop {
            let page = self.ports.sessions.live(after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(census) };
            after = Some(last.id.clone());
            for session in &page {
                let counted = self.ports.presence.audience(&session.id, self.now()).await?;
                let Some(counted) = counted.map(|counted| self.noted(counted)) else { continue };
                census.sessions += 1;
                for (language, listeners) in counted.distribution.iter() {
                    census.audience.add_many(language, listeners);
                }
            }
        }
    }

    /// Changes what a session is described by; `None` without such a session. Whoever hears a language that is not
    /// served any more goes on hearing it.
    ///
    /// # Errors
    /// What the store could not do.
    pub async fn describe(
        &self,
        id: &SessionId,
        source_language: Option<Language>,
        quality_tier: Option<QualityTier>,
        languages: Option<ServedLanguages>,
    ) -> Result<Option<Arc<Session>>, StoreError> {
        if self.session(id).await?.is_none() {
            return Ok(None);
        }
        let change = SessionChange::Details { source_language, quality_tier, languages };
        let updated = self.ports.sessions.update(id, &change, self.now()).await?;
        Ok(updated.map(|updated| updated.after))
    }

    /// After a start, before anyone connects: every speaker's grace starts anew, and every session gets its
    /// wake-ups. Returns how many sessions there are.
    ///
    /// # Errors
    /// What the store could not do.
    pub async fn recover(&self) -> Result<usize, StoreError> {
        let (mut after, mut count) = (None, 0);
        loop {
            let page = self.ports.sessions.live(after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(count) };
            after = Some(last.id.clone());
            count += page.len();
            let now = self.now();
            let lost =
                SessionChange::LoseSpeaker { connection: None, until: now.plus(self.settings.speaker_grace) };
            for session in page {
                if let Some(updated) = self.ports.sessions.update(&session.id, &lost, now).await? {
                    self.ports.timer.wake_at(&session.id, updated.after.ends_by()).await;
                }
            }
        }
    }
}
