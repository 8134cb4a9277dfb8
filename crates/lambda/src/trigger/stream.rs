//! One change of the table of connections, as its stream tells it.

use super::reading::{text, whole};
use headcount_core::{ConnectionId, Language, SessionId, Timestamp};
use serde_json::Value;

/// A change of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamRecord {
    /// Its place in the stream: the name under which its failure is reported.
    pub sequence: Option<String>,
    /// The stream, by the time at which it was begun; empty where that is not told. Of a table's streams the later one
    /// has the greater text.
    pub stream: String,
    /// The listener that the row was before.
    pub old: Option<Image>,
    /// The listener that it is now.
    pub new: Option<Image>,
}

/// A row that is a listener. Rows of speakers, and rows that nobody can read, are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The connection.
    pub connection: ConnectionId,
    /// The session that it hears.
    pub session: SessionId,
    /// In this language; `unknown` where the row has none that could be one.
    pub language: Language,
    /// Until when it counts at the most, in whole seconds; `None` is for ever.
    pub expires: Option<Timestamp>,
}

impl StreamRecord {
    pub(super) fn read(record: &Value) -> Self {
        let image = |name: &str| record.pointer(name).and_then(Image::read);
        Self {
            sequence: text(record, "/dynamodb/SequenceNumber").map(str::to_owned),
            stream: label(text(record, "/eventSourceARN").unwrap_or_default()).to_owned(),
            old: image("/dynamodb/OldImage"),
            new: image("/dynamodb/NewImage"),
        }
    }
}

/// What the name of a stream ends with: `arn:…:table/Connections/stream/2026-01-01T00:00:00.000`.
fn label(arn: &str) -> &str {
    arn.rsplit_once("/stream/").map_or("", |(_, label)| label)
}

impl Image {
    fn read(image: &Value) -> Option<Self> {
        let role = text(image, "/role/S");
        let language = text(image, "/targetLanguage/S").filter(|tag| !tag.trim().is_empty());
        if role.map_or(language.is_none(), |role| role != "listener") {
            return None;
        }
        let seconds = text(image, "/ttl/N").and_then(|number| whole(number.parse().ok()?));
        Some(Self {
            connection: ConnectionId::parse(text(image, "/connectionId/S")?).ok()?,
            session: SessionId::parse(text(image, "/sessionId/S")?).ok()?,
            language: language.and_then(|tag| Language::parse(tag).ok()).unwrap_or_else(Language::unknown),
            expires: seconds.map(|seconds| Timestamp::from_millis(seconds.saturating_mul(1_000))),
        })
    }

    /// Whether it counts at `now`, as far as the row says.
    #[must_use]
    pub fn counts_at(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|expires| expires > now)
    }
}
