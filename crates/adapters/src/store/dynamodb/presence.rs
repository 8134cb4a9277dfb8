//! Joining, leaving and changing language in tables that we write.

use super::ahead::Part;
use super::crowd::Crowd;
use super::item::{ms, n, s};
use super::joining::{Look, Own, Verdict, wanted_place};
use super::patience::Patience;
use super::pointer;
use super::reach::{Condition, Key, Write};
use super::row::Row;
use super::{DynamoStore, session_item};
use futures_util::future::try_join;
use headcount_core::ports::{Admission, Counted, Departed, Departure, JoinKind, Joined, Joiner, StoreError};
use headcount_core::{Connection, ConnectionId, Language, Place, SessionId, Timestamp};

/// A row with a role in a live session, and the audience of that session.
struct Held {
    row: Row,
    crowd: Crowd,
}

impl DynamoStore {
    pub(super) async fn join_ours(&self, joiner: &Joiner) -> Result<Option<Admission>, StoreError> {
        let mut patience = Patience::new();
        loop {
            let Some(mut look) = self.look(joiner).await? else { return Ok(None) };
            if let Own::Foreign(row) = &look.own
                && self.stored(&row.session).await?.is_some_and(|stored| stored.life == row.life)
            {
                return Ok(Some(Admission::AlreadyJoined));
            }
            let admitted = match look.admit(joiner) {
                Verdict::Joined { row, kind, switched } => Ok((row, kind, switched)),
                Verdict::Full => Err(Admission::Full),
                Verdict::LanguageNeeded => Err(Admission::LanguageNeeded),
                Verdict::AlreadyJoined => Err(Admission::AlreadyJoined),
            };
            let (row, kind, switched) = match admitted {
                Ok(admitted) => admitted,
                Err(refusal) => {
                    self.note(&joiner.session, look.crowd, joiner.now).await;
                    return Ok(Some(refusal));
                }
            };
            let committed = self.commit(&joiner.session, look.crowd, look.writes, joiner.now);
            if let Some(counted) = committed.await? {
                return Ok(Some(joined(&row, counted, kind, switched)));
            }
            patience.again().await?;
        }
    }

    /// Everything that a join depends on; `None` without the session.
    ///
    /// The rows are read after the shards. So if the row of a place has changed between the two, its shard has changed
    /// since it was read, and what is decided here is not written. Only that nobody has the place is said without
    /// writing its shard, so that has to be true after the rows were read as it was before.
    async fn look(&self, joiner: &Joiner) -> Result<Option<Look>, StoreError> {
        let mut patience = Patience::new();
        loop {
            let Some(crowd) = self.crowd(&joiner.session).await? else { return Ok(None) };
            let look = self.look_at_rows(joiner, crowd).await?;
            match wanted_place(joiner) {
                Some(place) if !look.has(place) => {
                    let at = look.crowd.shard_of(&place.first);
                    if self.is_current(&joiner.session, &look.crowd, at).await? {
                        return Ok(Some(look));
                    }
                    patience.again().await?;
                }
                _ => return Ok(Some(look)),
            }
        }
    }

    async fn look_at_rows(&self, joiner: &Joiner, crowd: Crowd) -> Result<Look, StoreError> {
        let (session, id) = (&joiner.session, &joiner.connection);
        let place = wanted_place(joiner);
        let first = place.map_or(id, |place| &place.first);
        let mut keys = vec![Key::Connection(id.clone()), pointer::key(session, id)];
        if first != id {
            keys.extend([Key::Connection(first.clone()), pointer::key(session, first)]);
        }
        loop {
            let found = self.reach.snapshot(&keys).await?;
            let item = |key: &Key| {
                let at = keys.iter().position(|wanted| wanted == key)?;
                found.get(at)?.as_ref()
            };
            let pointed = |key: &Key| item(key).and_then(|item| pointer::read(item, crowd.life()));
            let holder = pointed(&pointer::key(session, first));
            let holder = Key::Connection(holder.unwrap_or_else(|| first.clone()));
            if place.is_some() && !keys.contains(&holder) {
                // The place was resumed by yet another connection: look again, at that one too.
                keys.truncate(4);
                keys.push(holder);
                continue;
            }
            let mine = |row: &Row| row.session == *session && row.life == crowd.life();
            return Ok(Look {
                own: Own::of(item(&keys[0]), mine),
                name_taken: pointed(&keys[1]).is_some(),
                holder: item(&holder).and_then(Row::read).filter(|row| mine(row)),
                crowd,
                writes: Vec::new(),
            });
        }
    }

    pub(super) async fn leave_ours(
        &self,
        id: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Result<Option<Departed>, StoreError> {
        let mut patience = Patience::new();
        loop {
            let Some(Held { row, mut crowd }) = self.held(id).await? else { return Ok(None) };
            crowd.let_go(now);
            crowd.depart(&row, departure, now);
            let mut writes = vec![Write::Delete(Key::Connection(id.clone()), Some(as_read(&row)))];
            writes.extend(pointer::forget(&row));
            if let Some(counted) = self.commit(&row.session, crowd, writes, now).await? {
                return Ok(Some(Departed { connection: row.connection(), counted }));
            }
            patience.again().await?;
        }
    }

    pub(super) async fn switch_ours(
        &self,
        id: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError> {
        let mut patience = Patience::new();
        loop {
            let held = self.held(id).await?.filter(|held| held.row.seat.is_some());
            let Some(Held { mut row, mut crowd }) = held else { return Ok(None) };
            let before = as_read(&row);
            crowd.let_go(now);
            let moved = crowd.switch(&mut row, language);
            let writes = if moved { vec![put(&row, Some(before))] } else { Vec::new() };
            if let Some(counted) = self.commit(&row.session, crowd, writes, now).await? {
                return Ok(Some(counted));
            }
            patience.again().await?;
        }
    }

    pub(super) async fn connection_ours(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        let Some((row, bundle)) = self.row_with_bundle(id).await? else { return Ok(None) };
        let session = bundle.session.as_ref().and_then(session_item::read);
        Ok(session.filter(|stored| stored.life == row.life).map(|_| row.connection()))
    }

    pub(super) async fn audience_ours(
        &self,
        session: &SessionId,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError> {
        let bundle = self.bundle(session, Part::Audience).await?;
        let Some(mut crowd) = Crowd::read(&bundle.shards) else { return Ok(None) };
        crowd.let_go(now);
        // Nobody comes or goes here, so there is no race to lose.
        self.commit(session, crowd, Vec::new(), now).await
    }

    pub(super) async fn row(&self, id: &ConnectionId) -> Result<Option<Row>, StoreError> {
        Ok(self.reach.get(&Key::Connection(id.clone())).await?.as_ref().and_then(Row::read))
    }

    /// The row of `id` and its audience; `None` if it has no role in a live session. A row that an ended session left
    /// behind is deleted here.
    async fn held(&self, id: &ConnectionId) -> Result<Option<Held>, StoreError> {
        let key = Key::Connection(id.clone());
        let (row, seen) = match self.ahead.session_of(id) {
            Some(session) => {
                let (row, crowd) = try_join(self.row(id), self.crowd(&session)).await?;
                (row, Some((session, crowd)))
            }
            None => (self.row(id).await?, None),
        };
        let Some(row) = row else { return Ok(None) };
        self.ahead.remember(id, &row.session);
        let crowd = match seen {
            Some((session, crowd)) if session == row.session => crowd,
            _ => self.crowd(&row.session).await?,
        };
        let crowd = crowd.filter(|crowd| crowd.life() == row.life);
        if crowd.is_none() {
            self.reach.delete(&key, same(&row)).await?;
        }
        Ok(crowd.map(|crowd| Held { row, crowd }))
    }
}

/// What the joiner is told, with its audience.
fn joined(row: &Row, counted: Counted, kind: JoinKind, switched: bool) -> Admission {
    let place = match &row.seat {
        Some(seat) => seat.place.clone(),
        None => Place { first: row.id.clone(), turn: super::row::NOT_RESUMABLE, home: None },
    };
    Admission::Joined(Joined { connection: row.connection(), counted, place, kind, switched })
}

pub(super) fn put(row: &Row, condition: Option<Condition>) -> Write {
    Write::Put(Key::Connection(row.id.clone()), row.write(), condition)
}

/// That the row is the one that was read.
pub(super) fn same(row: &Row) -> Condition {
    Condition {
        expression: "sessionId = :session AND connectedAt = :since",
        values: vec![(":session", s(row.session.as_str())), (":since", ms(row.since))],
    }
}

/// That the row is the one that was read, and holds its place in the same language still.
fn as_read(row: &Row) -> Condition {
    let Condition { mut expression, mut values } = same(row);
    if let Some(seat) = &row.seat {
        expression = "sessionId = :session AND connectedAt = :since AND placeTurn = :turn AND targetLanguage = :language";
        values.extend([(":turn", n(seat.place.turn)), (":language", s(seat.counted_as.as_str()))]);
    }
    Condition { expression, values }
}
