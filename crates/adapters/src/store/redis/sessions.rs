//! Sessions and ledgers.

use super::scripts::Script;
use super::{Inner, RedisEngine, codec};
use crate::store::cluster::{Known, SharedSessions, Versioned};
use ::redis::{Cmd, Value};
use async_trait::async_trait;
use headcount_core::ports::{Claim, Creation, StoreError};
use headcount_core::{End, EndKind, EndReason, Session, SessionId, Timestamp, UpdateLedger};
use std::time::Duration;

impl Inner {
    /// How long a session is kept beyond its life, for whoever finds it overdue and ends it.
    const MARGIN: Duration = Duration::from_secs(60 * 60);

    /// The longest that anything is kept without being written again.
    pub(super) const LONGEST_LIFE: Duration = Duration::from_secs(400 * 24 * 60 * 60);

    /// How long a session is kept from now on, in milliseconds: not until a moment, for the clocks of two machines may
    /// differ.
    fn life(session: &Session) -> u64 {
        let life = session.expires_at.since(session.created_at).saturating_add(Self::MARGIN);
        millis(life.min(Self::LONGEST_LIFE))
    }

    /// The call of a script that writes a session and its ledger.
    fn write(&self, script: Script, versioned: &Versioned, ledger: &UpdateLedger) -> Cmd {
        let session = &versioned.session;
        let id = &session.id;
        let mut call = script.call(&[&self.keys.session(id), &self.keys.shares(id)]);
        call.arg(codec::write_session(versioned))
            .arg(versioned.version)
            .arg(codec::write_ledger(ledger))
            .arg(ledger.revision())
            .arg(session.created_at.as_millis())
            .arg(Self::life(session))
            .arg(self.keys.channel(id));
        call
    }

    /// Puts sessions into the list of live ones. Whoever finds one there that is not live takes it out again.
    fn listing(&self, ids: &[SessionId]) -> Vec<Cmd> {
        let mut add = ::redis::cmd("ZADD");
        add.arg(self.keys.live());
        for id in ids {
            add.arg(0).arg(id.as_str());
        }
        let mut keep = ::redis::cmd("PEXPIRE");
        keep.arg(self.keys.live()).arg(millis(Self::LONGEST_LIFE));
        vec![add, keep]
    }

    /// Takes sessions out of the list of live ones.
    async fn unlist(&self, ids: impl Iterator<Item = &SessionId>) -> Result<(), StoreError> {
        let names: Vec<&str> = ids.map(SessionId::as_str).collect();
        if names.is_empty() {
            return Ok(());
        }
        let mut remove = ::redis::cmd("ZREM");
        remove.arg(self.keys.live()).arg(names);
        self.link.ask::<i64>(&remove).await.map(|_| ())
    }

    /// Writes again what an engine that was emptied does not have, and what was not to be written before. What fails is
    /// tried again the next time.
    pub(super) async fn mend(&self) {
        /// How many names are written with one command.
        const TOGETHER: usize = 512;
        let followed = self.subscriber.followed();
        let mut commands: Vec<Cmd> = followed.chunks(TOGETHER).flat_map(|ids| self.listing(ids)).collect();
        let secret = *self.secret.lock();
        if let Some(key) = secret {
            commands.push(self.settle(&self.keys.secret(), &key[..]));
        }
        let mended = if commands.is_empty() { Ok(Vec::new()) } else { self.link.ask_all(&commands).await };
        if let Err(error) = mended {
            tracing::debug!(%error, "the list of live sessions was not mended");
        }
        while let Some(line) = self.unlisted.pop() {
            if !self.list_ended(line).await {
                return;
            }
        }
    }

    /// The call that settles `key`, by `candidate` if nobody has before.
    pub(super) fn settle(&self, key: &str, candidate: impl ::redis::ToRedisArgs) -> Cmd {
        let mut call = Script::Settle.call(&[key]);
        call.arg(candidate).arg(millis(Self::LONGEST_LIFE));
        call
    }

    /// The sessions of those names, in their order; nothing where there is none.
    async fn sessions(&self, ids: &[SessionId]) -> Result<Vec<Option<Versioned>>, StoreError> {
        let read = |id: &SessionId| {
            let mut read = ::redis::cmd("HGET");
            read.arg(self.keys.session(id)).arg("session");
            read
        };
        let found = self.link.ask_all(&ids.iter().map(read).collect::<Vec<_>>()).await?;
        let session = |value: Value| match value {
            Value::BulkString(text) => self.readable("a session", codec::read_session(&text)),
            _ => None,
        };
        Ok(found.into_iter().map(session).collect())
    }
}

#[async_trait]
impl SharedSessions for RedisEngine {
    async fn create(&self, session: &Session, ledger: &UpdateLedger) -> Result<Creation, StoreError> {
        let inner = &self.inner;
        let first = Versioned { session: session.clone(), version: 1, speaker_at: None };
        let created: i64 = inner.link.ask(&inner.write(Script::Create, &first, ledger)).await?;
        if created == 0 {
            return Ok(Creation::Taken);
        }
        // It is there, and is found by its name. Whoever follows it puts it into the list, if it is not in it.
        if let Err(error) = inner.link.ask_all(&inner.listing(std::slice::from_ref(&session.id))).await {
            tracing::warn!(%error, "a new session is not in the list of live ones yet");
        }
        Ok(Creation::Created)
    }

    async fn known(&self, id: &SessionId) -> Result<Option<Known>, StoreError> {
        let inner = &self.inner;
        let call = Script::Known.call(&[&inner.keys.session(id), &inner.keys.shares(id)]);
        let found: Vec<Vec<u8>> = inner.link.ask(&call).await?;
        let [session, ledger, shares @ ..] = found.as_slice() else { return Ok(None) };
        let session = inner.readable("a session", codec::read_session(session));
        let ledger = inner.readable("a ledger", codec::read_ledger(ledger));
        let (Some(session), Some(ledger)) = (session, ledger) else { return Ok(None) };
        let share = |written: &Vec<u8>| {
            let text = written.splitn(2, |byte| *byte == b' ').nth(1)?;
            codec::read_share(text)
        };
        let shares = shares.iter().filter_map(|written| inner.readable("a share", share(written))).collect();
        Ok(Some(Known { session, ledger, shares }))
    }

    async fn replace(&self, next: &Versioned) -> Result<Option<Claim>, StoreError> {
        let inner = &self.inner;
        let session = &next.session;
        let mut call = Script::Replace.call(&[&inner.keys.session(&session.id)]);
        call.arg(codec::write_session(next))
            .arg(next.version)
            .arg(session.created_at.as_millis())
            .arg(Inner::life(session))
            .arg(inner.keys.channel(&session.id));
        Ok(match inner.link.ask::<i64>(&call).await? {
            1 => Some(Claim::Won),
            0 => Some(Claim::Lost),
            _ => None,
        })
    }

    async fn advance(&self, id: &SessionId, next: &UpdateLedger) -> Result<Claim, StoreError> {
        let inner = &self.inner;
        let mut call = Script::Advance.call(&[&inner.keys.session(id)]);
        call.arg(codec::write_ledger(next)).arg(next.revision()).arg(inner.keys.channel(id));
        let won: i64 = inner.link.ask(&call).await?;
        Ok(if won == 1 { Claim::Won } else { Claim::Lost })
    }

    async fn end(
        &self,
        last: &Session,
        reason: &EndReason,
        listeners: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let inner = &self.inner;
        let (id, keys) = (&last.id, &inner.keys);
        let end = End { at: now, kind: EndKind::from(reason), listeners };
        let mut call = Script::End.call(&[&keys.session(id), &keys.shares(id), &keys.account(id)]);
        call.arg(last.created_at.as_millis())
            .arg(codec::write_account(last, &end))
            .arg(millis(inner.retention))
            .arg(keys.channel(id))
            .arg(codec::write_reason(reason));
        let ended: i64 = inner.link.ask(&call).await?;
        if ended == 0 {
            return Ok(false);
        }
        inner.list_ended(codec::write_ended(last, &end)).await;
        // If that fails, whoever reads the list takes it out.
        let _ = inner.unlist(std::iter::once(id)).await;
        Ok(true)
    }

    async fn live(&self, after: Option<&SessionId>, limit: usize) -> Result<Vec<Versioned>, StoreError> {
        let inner = &self.inner;
        let mut found = Vec::new();
        let mut from = after.map_or_else(|| "-".to_owned(), |id| format!("({id}"));
        while found.len() < limit {
            let wanted = limit - found.len();
            let mut list = ::redis::cmd("ZRANGE");
            list.arg(inner.keys.live()).arg(&from).arg("+").arg("BYLEX").arg("LIMIT").arg(0).arg(wanted);
            let names: Vec<String> = inner.link.ask(&list).await?;
            let Some(last) = names.last() else { break };
            from = format!("({last}");
            let is_end = names.len() < wanted;
            let ids: Vec<_> = names.iter().filter_map(|name| SessionId::parse(name).ok()).collect();
            let sessions = inner.sessions(&ids).await?;
            let gone = ids.iter().zip(&sessions).filter(|(_, session)| session.is_none());
            inner.unlist(gone.map(|(id, _)| id)).await?;
            found.extend(sessions.into_iter().flatten());
            if is_end {
                break;
            }
        }
        Ok(found)
    }

    async fn restore(&self, session: &Versioned, ledger: &UpdateLedger) -> Result<(), StoreError> {
        let inner = &self.inner;
        let mut commands = vec![inner.write(Script::Restore, session, ledger)];
        commands.extend(inner.listing(std::slice::from_ref(&session.session.id)));
        inner.link.ask_all(&commands).await.map(|_| ())
    }
}

/// Whole milliseconds, as Redis counts time.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
