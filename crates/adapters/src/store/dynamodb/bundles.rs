//! A session with what belongs to it, in one call.

use super::ahead::{Bundle, Part};
use super::others::HEARD;
use super::reach::Key;
use super::row::Row;
use super::{DynamoStore, Writers, crowd_item, ledger_item};
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
            self.ahead.park(before, session, bundle.clone(), 0);
        }
        Ok(bundle)
    }

    /// The row of `connection` with what belongs to its session: one call where the session is known from the last
    /// time, else two.
    pub(super) async fn row_with_bundle(
        &self,
        connection: &ConnectionId,
    ) -> Result<Option<(Row, Bundle)>, StoreError> {
        let before = self.ahead.before();
        let row = Key::Connection(connection.clone());
        let known = self.ahead.session_of(connection);
        let (row, bundle) = match &known {
            Some(session) => {
                let [key, audience, ledger] = self.keys(session);
                let [row, session, audience, ledger] =
                    self.reach.get_all([row, key, audience, ledger]).await?;
                (row, Some(Bundle { session, audience, ledger }))
            }
            None => (self.reach.get(&row).await?, None),
        };
        let Some(row) = row.as_ref().and_then(Row::read) else { return Ok(None) };
        let bundle = match bundle {
            Some(bundle) if known.as_ref() == Some(&row.session) => bundle,
            _ => self.read_bundle(&row.session).await?,
        };
        self.ahead.remember(connection, &row.session);
        self.ahead.park(before, &row.session, bundle.clone(), 2);
        Ok(Some((row, bundle)))
    }

    async fn read_bundle(&self, session: &SessionId) -> Result<Bundle, StoreError> {
        let [session, audience, ledger] = self.reach.get_all(self.keys(session)).await?;
        Ok(Bundle { session, audience, ledger })
    }

    fn keys(&self, session: &SessionId) -> [Key; 3] {
        let audience = match self.writers {
            Writers::Ours => crowd_item::KEY,
            Writers::Others { .. } => HEARD,
        };
        [
            Key::Session(session.clone()),
            Key::status(session, audience),
            Key::status(session, ledger_item::KEY),
        ]
    }
}
