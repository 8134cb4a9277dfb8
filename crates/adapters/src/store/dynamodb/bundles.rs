//! A session with what belongs to it, in calls that go out together.

use super::ahead::{Bundle, Part};
use super::item::text;
use super::others::HEARD;
use super::reach::Key;
use super::row::Row;
use super::{DynamoStore, Writers, ledger_item};
use futures_util::future::try_join;
use headcount_core::ports::StoreError;
use headcount_core::{ConnectionId, SessionId};

impl DynamoStore {
    /// What belongs to `session`, as it was read ahead or as it is now.
    pub(super) async fn bundle(&self, session: &SessionId, part: Part) -> Result<Bundle, StoreError> {
        if let Some(bundle) = self.ahead.take(session, part) {
            return Ok(bundle);
        }
        let before = self.ahead.before();
        let bundle = self.read_bundle(session).await?;
        if matches!(part, Part::Session) {
            self.ahead.park(before, session, bundle.clone(), self.looks_of_a_claim());
        }
        Ok(bundle)
    }

    /// The row of `connection` with what belongs to its session: at once where the session is known from the last
    /// time, else one after the other.
    pub(super) async fn row_with_bundle(
        &self,
        connection: &ConnectionId,
    ) -> Result<Option<(Row, Bundle)>, StoreError> {
        let before = self.ahead.before();
        let row = Key::Connection(connection.clone());
        let known = self.ahead.session_of(connection);
        let (row, bundle) = match &known {
            Some(session) => {
                let (row, bundle) = try_join(self.reach.get(&row), self.read_bundle(session)).await?;
                (row, Some(bundle))
            }
            None => (self.reach.get(&row).await?, None),
        };
        let Some(row) = row.as_ref().and_then(Row::read) else { return Ok(None) };
        let bundle = match bundle {
            Some(bundle) if known.as_ref() == Some(&row.session) => bundle,
            _ => self.read_bundle(&row.session).await?,
        };
        self.ahead.remember(connection, &row.session);
        self.ahead.park(before, &row.session, bundle.clone(), 2 + self.looks_of_a_claim());
        Ok(Some((row, bundle)))
    }

    /// How often a claim asks for the session, besides those who ask before it: where others write, the ledger that it
    /// writes holds what it needs of the session.
    const fn looks_of_a_claim(&self) -> u8 {
        match self.writers {
            Writers::Ours => 0,
            Writers::Others { .. } => 1,
        }
    }

    async fn read_bundle(&self, id: &SessionId) -> Result<Bundle, StoreError> {
        let session = Key::Session(id.clone());
        match self.writers {
            Writers::Ours => {
                let (session, mut shards) = try_join(self.reach.get(&session), self.reach.parts(id)).await?;
                let ledger = shards.iter().position(|item| text(item, "sk") == Some(ledger_item::KEY));
                let ledger = ledger.map(|at| shards.swap_remove(at));
                Ok(Bundle { session, shards, audience: None, ledger })
            }
            Writers::Others { .. } if self.counters.is_some() => {
                let (session, parts) = try_join(self.reach.get(&session), self.reach.parts(id)).await?;
                let mut bundle = Bundle { session, ..Bundle::default() };
                for part in parts {
                    match text(&part, "sk") {
                        Some(HEARD) => bundle.audience = Some(part),
                        Some(ledger_item::KEY) => bundle.ledger = Some(part),
                        _ => bundle.shards.push(part),
                    }
                }
                Ok(bundle)
            }
            Writers::Others { .. } => {
                let [audience, ledger] = [HEARD, ledger_item::KEY].map(|key| Key::status(id, key));
                let [session, audience, ledger] = self.reach.get_all([session, audience, ledger]).await?;
                Ok(Bundle { session, shards: Vec::new(), audience, ledger })
            }
        }
    }
}
