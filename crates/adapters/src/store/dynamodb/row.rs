//! A connection as an item of the Connections table.

use super::item::{Item, item, language, ms, n, number, s, secs, text, time};
use headcount_core::{Connection, ConnectionId, Language, Place, Role, SessionId, Timestamp};
use std::time::Duration;

/// The turn of a place that cannot be resumed.
pub(super) const NOT_RESUMABLE: u32 = u32::MAX;

/// How long a row counts: API Gateway ends every connection after two hours, and then nothing may be left of it
/// even where `$disconnect` was lost.
const LIFETIME: Duration = Duration::from_secs(2 * 60 * 60 + 5 * 60);

/// A connection with a role.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) id: ConnectionId,
    pub(super) session: SessionId,
    /// The life of the session that the row belongs to: an earlier session of the same name had another.
    pub(super) life: u64,
    pub(super) since: Timestamp,
    /// In seconds: from then on the row does not count.
    pub(super) ttl: u64,
    /// `None` for a speaker.
    pub(super) seat: Option<Seat>,
}

/// What a listener is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seat {
    pub(super) place: Place,
    pub(super) language: Language,
    /// The language under which it is counted, and found by the index.
    pub(super) counted_as: Language,
}

impl Row {
    pub(super) fn new(
        id: &ConnectionId,
        session: &SessionId,
        life: u64,
        now: Timestamp,
        seat: Option<Seat>,
    ) -> Self {
        let (id, session, ttl) = (id.clone(), session.clone(), secs(now.plus(LIFETIME)));
        Self { id, session, life, since: now, ttl, seat }
    }

    pub(super) fn connection(&self) -> Connection {
        let role = match &self.seat {
            Some(seat) => Role::Listener { language: seat.language.clone() },
            None => Role::Speaker,
        };
        Connection { id: self.id.clone(), session: self.session.clone(), role, since: self.since }
    }

    /// The row in `item`, whoever wrote it; `None` where it has no session or no role.
    pub(super) fn read(item: &Item) -> Option<Self> {
        let id = ConnectionId::parse(text(item, "connectionId")?).ok()?;
        let session = SessionId::parse(text(item, "sessionId")?).ok()?;
        let seat = match text(item, "role")? {
            "speaker" => None,
            "listener" => Some(Self::seat(item, &id)),
            _ => return None,
        };
        Some(Self {
            id,
            session,
            life: number(item, "life").unwrap_or(0),
            since: time(item, "connectedAt").unwrap_or_default(),
            ttl: number(item, "ttl").unwrap_or(u64::MAX),
            seat,
        })
    }

    fn seat(item: &Item, id: &ConnectionId) -> Seat {
        let first = text(item, "placeFirst").and_then(|first| ConnectionId::parse(first).ok());
        let turn = number(item, "placeTurn").and_then(|turn| u32::try_from(turn).ok());
        let counted_as = language(text(item, "targetLanguage").unwrap_or_default());
        Seat {
            place: Place {
                first: first.unwrap_or_else(|| id.clone()),
                turn: turn.unwrap_or(NOT_RESUMABLE),
                home: None,
            },
            language: text(item, "language").map_or_else(|| counted_as.clone(), language),
            counted_as,
        }
    }

    pub(super) fn write(&self) -> Item {
        let mut written = item([
            ("connectionId", Some(s(self.id.as_str()))),
            ("sessionId", Some(s(self.session.as_str()))),
            ("role", Some(s(if self.seat.is_some() { "listener" } else { "speaker" }))),
            ("connectedAt", Some(ms(self.since))),
            ("life", Some(n(self.life))),
            ("ttl", Some(n(self.ttl))),
        ]);
        if let Some(seat) = &self.seat {
            let Place { first, turn, .. } = &seat.place;
            written.extend(item([
                ("targetLanguage", Some(s(seat.counted_as.as_str()))),
                ("language", (seat.language != seat.counted_as).then(|| s(seat.language.as_str()))),
                ("placeFirst", (*first != self.id).then(|| s(first.as_str()))),
                ("placeTurn", Some(n(*turn))),
            ]));
        }
        written
    }
}
