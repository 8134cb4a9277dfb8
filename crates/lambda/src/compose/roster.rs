//! Who is connected, as the tables know it.

use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use headcount_adapters::speaker::api_gateway::{Member, Pages, Roster};
use headcount_adapters::store::{DynamoStore, MembersFrom};
use headcount_core::SessionId;
use std::sync::Arc;

/// The table of connections, and for the speaker that of sessions.
pub(super) struct TableRoster(pub(super) Arc<DynamoStore>);

/// Where the reading is.
enum At {
    Page(Option<MembersFrom>),
    End,
}

impl Roster for TableRoster {
    /// The speaker first: should the time not suffice for all, it is the one who has asked.
    fn pages<'a>(&'a self, session: &'a SessionId) -> Pages<'a> {
        let speaker = async move {
            let speaker = self.0.last_speaker(session).await?;
            let member = |connection| Member { connection, is_speaker: true };
            Ok(speaker.map(member).into_iter().collect())
        };
        let listeners = stream::try_unfold(At::Page(None), move |at| async move {
            let At::Page(from) = at else { return Ok(None) };
            let page = self.0.members(session, from).await?;
            let member = |connection| Member { connection, is_speaker: false };
            let next = page.next.map_or(At::End, |from| At::Page(Some(from)));
            Ok(Some((page.listeners.into_iter().map(member).collect(), next)))
        });
        speaker.into_stream().chain(listeners.into_stream()).boxed()
    }
}
