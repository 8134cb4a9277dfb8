//! The sessions and ledgers of the model.

use super::Port;
use super::line::Channel;
use super::records::{Kept, Record};
use async_trait::async_trait;
use headcount_adapters::store::cluster::{Incoming, Known, SharedSessions, Versioned};
use headcount_core::ports::{Claim, Creation, StoreError};
use headcount_core::{End, EndKind, EndReason, Session, SessionId, Timestamp, UpdateLedger};

fn to_followers(id: &SessionId) -> Channel {
    Channel::Session(id.clone())
}

#[async_trait]
impl SharedSessions for Port {
    async fn create(&self, session: &Session, ledger: &UpdateLedger) -> Result<Creation, StoreError> {
        self.call(|records, _| {
            if records.sessions.contains_key(&session.id) {
                return Creation::Taken;
            }
            let versioned = Versioned { session: session.clone(), version: 1, speaker_at: None };
            records.sessions.insert(session.id.clone(), Record::new(versioned, ledger.clone()));
            records.kept.push(Kept { session: session.clone(), end: None, chapters: Vec::new() });
            Creation::Created
        })
        .await
    }

    async fn known(&self, id: &SessionId) -> Result<Option<Known>, StoreError> {
        self.call(|records, _| {
            let record = records.sessions.get(id)?;
            let (session, ledger) = (record.session.clone(), record.ledger.clone());
            Some(Known { session, ledger, shares: record.shares() })
        })
        .await
    }

    async fn replace(&self, next: &Versioned) -> Result<Option<Claim>, StoreError> {
        self.call(|records, outbox| {
            let record = records.sessions.get_mut(&next.session.id)?;
            if record.session.version + 1 != next.version {
                return Some(Claim::Lost);
            }
            record.session = next.clone();
            outbox.push((to_followers(&next.session.id), Incoming::Session(Box::new(next.clone()))));
            Some(Claim::Won)
        })
        .await
    }

    async fn advance(&self, id: &SessionId, next: &UpdateLedger) -> Result<Claim, StoreError> {
        self.call(|records, outbox| {
            let Some(record) = records.sessions.get_mut(id) else { return Claim::Lost };
            if record.ledger.revision() + 1 != next.revision() {
                return Claim::Lost;
            }
            record.ledger = next.clone();
            outbox.push((to_followers(id), Incoming::Ledger(id.clone(), Box::new(next.clone()))));
            Claim::Won
        })
        .await
    }

    async fn end(
        &self,
        last: &Session,
        reason: &EndReason,
        listeners: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.call(|records, outbox| {
            if records.sessions.remove(&last.id).is_none() {
                return false;
            }
            if let Some(kept) = records.kept(&last.id, last.created_at) {
                kept.session = last.clone();
                kept.end = Some(End { at: now, kind: EndKind::from(reason), listeners });
            }
            outbox.push((to_followers(&last.id), Incoming::Ended(last.id.clone(), reason.clone())));
            true
        })
        .await
    }

    async fn live(&self, after: Option<&SessionId>, limit: usize) -> Result<Vec<Versioned>, StoreError> {
        self.call(|records, _| {
            let sessions = records.sessions.values().map(|record| &record.session);
            let later = sessions.filter(|session| after.is_none_or(|after| session.session.id > *after));
            later.take(limit).cloned().collect()
        })
        .await
    }

    async fn restore(&self, session: &Versioned, ledger: &UpdateLedger) -> Result<(), StoreError> {
        self.call(|records, outbox| {
            let id = session.session.id.clone();
            if records.kept(&id, session.session.created_at).is_none() {
                records.kept.push(Kept { session: session.session.clone(), end: None, chapters: Vec::new() });
            }
            let fresh = || Record::new(session.clone(), ledger.clone());
            let record = records.sessions.entry(id.clone()).or_insert_with(fresh);
            if record.session.version < session.version {
                record.session = session.clone();
            }
            if record.ledger.revision() < ledger.revision() {
                record.ledger = ledger.clone();
            }
            let (session, ledger) = (record.session.clone(), record.ledger.clone());
            outbox.push((to_followers(&id), Incoming::Session(Box::new(session))));
            outbox.push((to_followers(&id), Incoming::Ledger(id, Box::new(ledger))));
        })
        .await
    }
}
