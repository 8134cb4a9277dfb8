//! The sessions that this store has to do with, where others write them: so that they can be listed without reading
//! all of a table that is not ours.
//!
//! Whenever an audience is counted, its session is noted in one partition of the SessionStatus table, in the order of
//! names: speakers who ask, changes of the stream and wakes all count. A walk over the live sessions reads that
//! partition and the sessions themselves, and strikes off those that are over.
//!
//! One partition is enough. Ten thousand sessions are one megabyte of it, and an instance writes each of them once in
//! [`NOTED_FOR`]; beyond a thousand of those a second DynamoDB refuses some, which are noted with the next count.

use super::failure::failed;
use super::item::{Item, item, millis, ms, n, s, text};
use super::reach::{BATCH, Condition, Key};
use super::sessions::read_live;
use super::{DynamoStore, Writers, crowd, session_item};
use futures_util::StreamExt;
use futures_util::future::try_join_all;
use futures_util::stream::iter;
use headcount_core::ports::StoreError;
use headcount_core::{Session, SessionId, Timestamp};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The partition; no session has such a name.
pub(super) const PARTITION: &str = "known";

/// How long an instance takes for granted that what it has noted is still there. So a session that was struck off and
/// lives after all, as some stacks let them, is back within that time.
const NOTED_FOR: Duration = Duration::from_secs(10 * 60);

/// How many sessions an instance remembers to have noted. When there are more, all are forgotten, and noted anew.
const MOST: usize = 4_096;

/// How many names are read at a time, at most.
const PAGE: usize = 500;

/// How many sessions are struck off at the same time.
const AT_ONCE: usize = 16;

/// The sessions that this process has noted, each with its creation and when that was.
#[derive(Default)]
pub(super) struct Known(Mutex<HashMap<SessionId, (Timestamp, Instant)>>);

impl Known {
    fn is_noted(&self, session: &Session) -> bool {
        let noted = self.0.lock();
        let noted = noted.get(&session.id);
        noted.is_some_and(|(born, since)| *born == session.created_at && since.elapsed() < NOTED_FOR)
    }

    fn remember(&self, session: &Session) {
        let mut noted = self.0.lock();
        if noted.len() >= MOST {
            noted.clear();
        }
        noted.insert(session.id.clone(), (session.created_at, Instant::now()));
    }

    fn forget(&self, id: &SessionId) {
        self.0.lock().remove(id);
    }
}

/// A line of the list.
struct Line {
    id: SessionId,
    /// When the session was created that was noted: a later one of the same name is not struck off for it.
    born: Timestamp,
}

impl Line {
    fn read(item: &Item) -> Option<Self> {
        Some(Self { id: SessionId::parse(text(item, "sk")?).ok()?, born: millis(item, "born")? })
    }
}

impl DynamoStore {
    /// Notes `session`, if that is needed to find it again. A failure costs nothing but the next count's trying anew.
    pub(super) async fn note_known(&self, session: &Session) {
        if self.writers != (Writers::Others { scan: false }) || self.known.is_noted(session) {
            return;
        }
        let line = item([
            ("pk", Some(s(PARTITION))),
            ("sk", Some(s(session.id.as_str()))),
            ("born", Some(ms(session.created_at))),
            ("exp", Some(n(crowd::expiry(session)))),
        ]);
        let request = self.reach.client.put_item().table_name(&self.reach.tables.status);
        match request.set_item(Some(line)).send().await.map_err(failed) {
            Ok(_) => self.known.remember(session),
            Err(error) => tracing::warn!(%error, "a session could not be noted"),
        }
    }

    /// Active sessions among those that were noted.
    pub(super) async fn live_known(
        &self,
        after: Option<&SessionId>,
        limit: usize,
    ) -> Result<Vec<Arc<Session>>, StoreError> {
        let (mut live, mut after) = (Vec::new(), after.map(|id| id.as_str().to_owned()));
        while live.len() < limit {
            // Where most are over, a few at a time would take many calls.
            let page = (limit - live.len()).clamp(BATCH, PAGE);
            let lines = self.lines(after.as_deref(), page).await?;
            let Some(last) = lines.last() else { break };
            after = text(last, "sk").map(str::to_owned);
            live.extend(self.live_of(lines.iter().filter_map(Line::read).collect()).await?);
        }
        live.truncate(limit);
        Ok(live)
    }

    /// The first of the list after that name, at most `limit`.
    async fn lines(&self, after: Option<&str>, limit: usize) -> Result<Vec<Item>, StoreError> {
        let query = self.reach.client.query().table_name(&self.reach.tables.status).consistent_read(true);
        let query = query.expression_attribute_values(":known", s(PARTITION));
        let query = match after {
            Some(after) => query
                .key_condition_expression("pk = :known AND sk > :after")
                .expression_attribute_values(":after", s(after)),
            None => query.key_condition_expression("pk = :known"),
        };
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let page = query.limit(limit).send().await.map_err(failed)?;
        Ok(page.items.unwrap_or_default())
    }

    /// The active ones of the sessions that `lines` name, in their order. The others are struck off; one that cannot
    /// be read may be mended, and stays.
    async fn live_of(&self, lines: Vec<Line>) -> Result<Vec<Arc<Session>>, StoreError> {
        let keys: Vec<_> = lines.iter().map(|line| Key::Session(line.id.clone())).collect();
        let found = try_join_all(keys.chunks(BATCH).map(|keys| self.reach.get_each(keys))).await?.concat();
        let (mut items, mut over) = (Vec::new(), Vec::new());
        for (line, item) in lines.into_iter().zip(found) {
            match item {
                Some(item) if session_item::read(&item).is_some() || session_item::is_malformed(&item) => {
                    items.push(item);
                }
                Some(_) | None => over.push(line),
            }
        }
        iter(over).for_each_concurrent(AT_ONCE, |line| self.strike_off(line)).await;
        Ok(read_live(&items))
    }

    async fn strike_off(&self, line: Line) {
        let same = Condition { expression: "born = :born", values: vec![(":born", ms(line.born))] };
        self.known.forget(&line.id);
        if let Err(error) = self.reach.delete(&Key::Known(line.id), same).await {
            tracing::warn!(%error, "a session that is over could not be struck off");
        }
    }
}
