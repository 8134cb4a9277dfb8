//! Tables that others write: what is read there, and the one thing that is written.

use super::ahead::{Bundle, Part};
use super::counting::{Counting, Tally, distribution};
use super::failure::failed;
use super::item::{Item, item, n, s};
use super::reach::{Condition, Key};
use super::{DynamoStore, counters, crowd, session_item};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use futures_util::future::join;
use headcount_core::ports::{Counted, StoreError, Updated};
use headcount_core::{
    AudienceHistory, Connection, ConnectionId, Quality, Session, SessionChange, SessionId, SpeakerSeat,
    Timestamp,
};
use std::sync::Arc;

/// The sort key of the languages that a session's many listeners had the last time, spelled as in the index.
pub(super) const HEARD: &str = "heard";

/// Whoever asks for a change that only the tables' own writers may make is told so.
pub(super) fn not_ours<T>() -> Result<T, StoreError> {
    Err(StoreError::Unavailable("these tables are written by others".to_owned()))
}

impl DynamoStore {
    pub(super) async fn connection_others(
        &self,
        id: &ConnectionId,
    ) -> Result<Option<Connection>, StoreError> {
        Ok(self.row_with_bundle(id).await?.map(|(row, _)| row.connection()))
    }

    pub(super) async fn audience_others(
        &self,
        id: &SessionId,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError> {
        let Bundle { session, audience: heard, shards, .. } = self.bundle(id, Part::Audience).await?;
        let Some(stored) = session.as_ref().and_then(session_item::read) else { return Ok(None) };
        if let Some(tally) = self.counters.and_then(|counters| counters::tally(counters, &shards, now)) {
            self.note_known(&stored.session).await;
            return Ok(Some(counted(&stored.session, &tally, now)));
        }
        let heard = heard.as_ref().map(tags).unwrap_or_default();
        let counting = Counting::new(&self.reach, id, now);
        let (found, ()) = join(counting.count(&heard), self.note_known(&stored.session)).await;
        let found = found?;
        let worth_knowing = found.worth_knowing();
        if worth_knowing != heard {
            self.note_heard(&stored.session, worth_knowing).await;
        }
        Ok(Some(counted(&stored.session, &found.tally, now)))
    }

    /// Notes the languages for the next count. That one is right without it too, only slower.
    async fn note_heard(&self, session: &Session, tags: Vec<String>) {
        let heard = item([
            ("pk", Some(s(session.id.as_str()))),
            ("sk", Some(s(HEARD))),
            ("tags", (!tags.is_empty()).then_some(aws_sdk_dynamodb::types::AttributeValue::Ss(tags))),
            ("exp", Some(n(crowd::expiry(session)))),
        ]);
        let always = Condition::plain("attribute_not_exists(pk) OR attribute_exists(pk)");
        if let Err(error) = self.reach.put(&Key::status(&session.id, HEARD), heard, always).await {
            tracing::warn!(%error, "the languages of a session could not be noted");
        }
    }

    /// Only a speaker that is gone is cleared, and only if it is the speaker still: the row may have changed hands.
    pub(super) async fn update_others(
        &self,
        id: &SessionId,
        change: &SessionChange,
        now: Timestamp,
    ) -> Result<Option<Updated>, StoreError> {
        let SessionChange::LoseSpeaker { connection: Some(gone), .. } = change else { return not_ours() };
        let Some(stored) = self.stored(id).await? else { return Ok(None) };
        let before = Arc::new(stored.session);
        let mut after = Session::clone(&before);
        if after.apply(change, now) && self.clear_speaker(id, gone).await? {
            // The table has no word for a speaker that may come back.
            after.speaker = SpeakerSeat::Never;
            return Ok(Some(Updated { before, after: Arc::new(after) }));
        }
        Ok(Some(Updated { after: Arc::clone(&before), before }))
    }

    /// False if another has become the speaker meanwhile.
    async fn clear_speaker(&self, id: &SessionId, gone: &ConnectionId) -> Result<bool, StoreError> {
        let request = self.reach.client.update_item().table_name(&self.reach.tables.sessions);
        let request = request
            .set_key(Some(Key::Session(id.clone()).attributes()))
            .update_expression("REMOVE speakerConnectionId")
            .condition_expression("speakerConnectionId = :gone")
            .expression_attribute_values(":gone", s(gone.as_str()));
        self.ahead.forget(id);
        let cleared = request.send().await;
        self.ahead.forget(id);
        match cleared {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(false),
                _ => Err(failed(error)),
            },
        }
    }
}

fn tags(item: &Item) -> Vec<String> {
    let mut tags = item.get("tags").and_then(|tags| tags.as_ss().ok()).cloned().unwrap_or_default();
    tags.sort_unstable();
    tags
}

/// What can be said of an audience that somebody else keeps: who is there now.
fn counted(session: &Session, tally: &Tally, now: Timestamp) -> Counted {
    let distribution = distribution(tally);
    let mut history = AudienceHistory::new(session.created_at.min(now));
    history.peak = distribution.listener_count();
    history.peak_at = now;
    history.languages_seen =
        distribution.iter().map(|(language, _)| language.clone()).filter(|tag| tag.is_language()).collect();
    history.trend.observe(history.peak, now);
    Counted {
        distribution: Arc::new(distribution),
        history: Arc::new(history),
        quality: Quality::exact(now),
        reconnecting: 0,
        next_grace_end: None,
        graces_ended: 0,
    }
}
