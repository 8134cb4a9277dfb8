//! Connections that have no role yet, with what they brought when they connected.

use super::DynamoStore;
use super::failure::failed;
use super::item::{Item, item, n, number, s, secs, text};
use headcount_core::ports::StoreError;
use headcount_core::{ConnectionId, StatusDetail, Timestamp, UserId};
use std::time::Duration;

/// The sort key of guests.
const SORT: &str = "guest";

/// How long a guest is kept: API Gateway ends every connection after two hours.
const LIFETIME: Duration = Duration::from_secs(2 * 60 * 60 + 10 * 60);

/// What is kept of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptGuest {
    /// Who has logged in with it.
    pub user: Option<UserId>,
    /// How much the statuses for it are to say.
    pub detail: StatusDetail,
}

impl DynamoStore {
    /// Keeps what `connection` has brought, for two hours and ten minutes from `now`.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn keep_guest(
        &self,
        connection: &ConnectionId,
        guest: &KeptGuest,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut kept = key(connection);
        kept.extend(item([
            ("userId", guest.user.as_ref().map(|user| s(user.as_str()))),
            ("detail", (guest.detail == StatusDetail::Full).then(|| s("full"))),
            ("exp", Some(n(secs(now.plus(LIFETIME))))),
        ]));
        let put = self.reach.client.put_item().table_name(&self.reach.tables.status).set_item(Some(kept));
        put.send().await.map(drop).map_err(failed)
    }

    /// What is kept of `connection` at `now`; nothing, where it was never kept.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn guest(&self, connection: &ConnectionId, now: Timestamp) -> Result<KeptGuest, StoreError> {
        let kept = self.guest_item(connection, true).await?;
        Ok(kept.filter(|item| number(item, "exp").is_some_and(|exp| exp > secs(now))).map_or_else(
            KeptGuest::default,
            |item| KeptGuest {
                user: text(&item, "userId").and_then(|user| UserId::parse(user).ok()),
                detail: if text(&item, "detail") == Some("full") {
                    StatusDetail::Full
                } else {
                    StatusDetail::Basic
                },
            },
        ))
    }

    /// Forgets `connection`. Most connections are no guests, and to look costs a tenth of what deleting in vain does.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn forget_guest(&self, connection: &ConnectionId) -> Result<(), StoreError> {
        if self.guest_item(connection, false).await?.is_none() {
            return Ok(());
        }
        let delete = self.reach.client.delete_item().table_name(&self.reach.tables.status);
        delete.set_key(Some(key(connection))).send().await.map(drop).map_err(failed)
    }

    async fn guest_item(
        &self,
        connection: &ConnectionId,
        consistent: bool,
    ) -> Result<Option<Item>, StoreError> {
        let get =
            self.reach.client.get_item().table_name(&self.reach.tables.status).consistent_read(consistent);
        Ok(get.set_key(Some(key(connection))).send().await.map_err(failed)?.item)
    }
}

/// The key of a guest; no session has such a name.
fn key(connection: &ConnectionId) -> Item {
    item([("pk", Some(s(format!("guest#{}", connection.as_str())))), ("sk", Some(s(SORT)))])
}
