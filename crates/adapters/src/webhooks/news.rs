//! An event as receivers read it.

use super::target::Topic;
use headcount_core::ports::{HistoryStore, Rendering};
use headcount_core::{Account, EndKind, EndReason, Event, Session, SessionId, Timestamp};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::sync::Arc;

/// Something that has happened, before it has a place in the sequence of any target.
#[derive(Clone, Debug)]
pub(super) struct News {
    pub(super) topic: Topic,
    kind: &'static str,
    pub(super) session: Option<SessionId>,
    at: Timestamp,
    data: Arc<RawValue>,
}

/// What is sent, in this order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'a str>,
    timestamp: u64,
    source: &'a str,
    sequence: u64,
    delivery_id: &'a str,
    data: &'a RawValue,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Started<'a> {
    source_language: &'a str,
    quality_tier: &'a str,
    created_at: u64,
    expires_at: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ended {
    reason: &'static str,
    created_at: u64,
    ended_at: u64,
    session_duration: u64,
    listener_count: u64,
    #[serde(flatten)]
    totals: Option<Totals>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Totals {
    peak_listener_count: u64,
    peak_at: u64,
    total_joins: u64,
    languages_seen: usize,
}

impl Topic {
    /// What `event` belongs to; `None` if no webhook is sent of it.
    pub(super) const fn of(event: &Event) -> Option<Self> {
        match event {
            Event::Started(_) => Some(Self::SessionStarted),
            Event::Ended { .. } => Some(Self::SessionEnded),
            Event::Told(_) => Some(Self::SessionStatus),
            Event::Signalled { .. } => Some(Self::Signals),
            Event::Steered(_) => None,
        }
    }
}

impl News {
    /// What receivers are told of `event`, if anything.
    pub(super) async fn of(
        event: &Event,
        rendering: &dyn Rendering,
        history: &dyn HistoryStore,
    ) -> Option<Self> {
        let topic = Topic::of(event)?;
        let (kind, at, data) = match event {
            Event::Started(session) => ("sessionStarted", session.created_at, started(session)?),
            Event::Told(update) => {
                let at = update.status.timestamp;
                ("sessionStatus", at, RawValue::from_string(rendering.status(update)).ok()?)
            }
            Event::Signalled { session, signal, at } => {
                let data = rendering.signal(session, signal, *at);
                (signal.kind().as_str(), *at, RawValue::from_string(data).ok()?)
            }
            Event::Ended { session, reason, at, listeners } => {
                // An account that cannot be had is left out: that the session has ended is worth telling alone.
                let account = history.account(&session.id, *at).await.ok().flatten();
                let account = account.filter(|account| account.created_at == session.created_at);
                ("sessionEnded", *at, ended(session, reason, *at, *listeners, account.as_ref())?)
            }
            Event::Steered(_) => return None,
        };
        let session = Some(event.session().clone());
        Some(Self { topic, kind, session, at, data: data.into() })
    }

    /// What is sent to try a target out.
    pub(super) fn test(at: Timestamp) -> Option<Self> {
        let data = RawValue::from_string(r#"{"message":"A webhook of Headcount arrives here."}"#.to_owned());
        let topic = Topic::SessionStatus;
        Some(Self { topic, kind: "test", session: None, at, data: data.ok()?.into() })
    }

    /// The body for one target.
    pub(super) fn body(&self, source: &str, sequence: u64, delivery_id: &str) -> Option<String> {
        let body = Body {
            r#type: self.kind,
            session_id: self.session.as_ref().map(SessionId::as_str),
            timestamp: self.at.as_millis(),
            source,
            sequence,
            delivery_id,
            data: &self.data,
        };
        // Writing to memory does not fail; if it ever did, the event would go missing as a gap.
        serde_json::to_string(&body).ok()
    }
}

fn started(session: &Session) -> Option<Box<RawValue>> {
    let started = Started {
        source_language: session.source_language.as_str(),
        quality_tier: session.quality_tier.as_str(),
        created_at: session.created_at.as_millis(),
        expires_at: session.expires_at.as_millis(),
    };
    to_raw_value(&started).ok()
}

/// As in a report, the words with which a speaker ended it are not passed on.
fn ended(
    session: &Session,
    reason: &EndReason,
    at: Timestamp,
    listeners: u64,
    account: Option<&Account>,
) -> Option<Box<RawValue>> {
    let totals = account.map(|account| Totals {
        peak_listener_count: account.history.peak,
        peak_at: account.history.peak_at.as_millis(),
        total_joins: account.history.joins,
        languages_seen: account.history.languages_seen.len(),
    });
    let ended = Ended {
        reason: EndKind::from(reason).as_str(),
        created_at: session.created_at.as_millis(),
        ended_at: at.as_millis(),
        session_duration: session.duration(at).as_secs(),
        listener_count: listeners,
        totals,
    };
    to_raw_value(&ended).ok()
}
