//! Active sessions of a table that others write, by reading all of it.
//!
//! A scan has no order, and a walk goes in the order of names. So the table is read when a walk begins, and what was
//! found is kept in that order for the pages that follow: a walk sees the table as it was at its beginning.

use super::DynamoStore;
use super::failure::failed;
use super::item::s;
use super::sessions::read_live;
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_core::ports::StoreError;
use headcount_core::{Session, SessionId};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long what was found is used for further pages. A walk that takes longer reads the table again.
const FRESH: Duration = Duration::from_secs(10);

/// How many sessions are kept, some ten megabytes. Where there are more, none are, and each page reads the table.
const MOST: usize = 20_000;

/// Active sessions in the order of their names.
type Sessions = Arc<[Arc<Session>]>;

/// What the last scan found, and when it began.
#[derive(Default)]
pub(super) struct Scanned(Mutex<Option<(Instant, Sessions)>>);

impl Scanned {
    fn recent(&self) -> Option<Sessions> {
        let found = self.0.lock();
        found.as_ref().filter(|(since, _)| since.elapsed() < FRESH).map(|(_, found)| Arc::clone(found))
    }

    fn keep(&self, since: Instant, found: &Sessions) {
        *self.0.lock() = (found.len() <= MOST).then(|| (since, Arc::clone(found)));
    }
}

impl DynamoStore {
    /// Active sessions, whoever wrote them.
    pub(super) async fn live_by_scan(
        &self,
        after: Option<&SessionId>,
        limit: usize,
    ) -> Result<Vec<Arc<Session>>, StoreError> {
        // Whoever begins wants to know what is there now.
        let kept = after.and_then(|_| self.scanned.recent());
        let live = match kept {
            Some(kept) => kept,
            None => self.scan().await?,
        };
        let from = after.map_or(0, |after| live.partition_point(|session| session.id <= *after));
        Ok(live[from..].iter().take(limit).cloned().collect())
    }

    /// Reads every page of the table. Those that have certainly ended do not even leave it; one that cannot be read does,
    /// so that it is mentioned.
    async fn scan(&self) -> Result<Sessions, StoreError> {
        let (since, mut live, mut from) = (Instant::now(), Vec::new(), None);
        loop {
            let scan = self.reach.client.scan().table_name(&self.reach.tables.sessions);
            let scan = scan
                .filter_expression("NOT (isActive = :inactive OR #status = :ended)")
                .expression_attribute_names("#status", "status")
                .expression_attribute_values(":inactive", AttributeValue::Bool(false))
                .expression_attribute_values(":ended", s("ended"));
            let page = scan.set_exclusive_start_key(from).send().await.map_err(failed)?;
            live.extend(read_live(page.items()));
            from = page.last_evaluated_key;
            if from.is_none() {
                break;
            }
        }
        live.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        let live = live.into();
        self.scanned.keep(since, &live);
        Ok(live)
    }
}
