//! Joining, leaving and changing language in tables that we write.

use super::DynamoStore;
use super::ahead::Part;
use super::crowd::Crowd;
use super::crowd_item;
use super::failure::Written;
use super::item::{ms, s};
use super::joining::{Look, Own, Verdict};
use super::patience::Patience;
use super::pointer;
use super::reach::{Condition, Key, Write};
use super::row::Row;
use headcount_core::ports::{Admission, Counted, Departed, Departure, JoinKind, Joined, Joiner, StoreError};
use headcount_core::{Connection, ConnectionId, Language, Place, SessionId, Timestamp};

/// A row that counts, with the audience that it counts in, both of one moment.
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
                && self.crowd(&row.session).await?.is_some_and(|crowd| crowd.life == row.life)
            {
                return Ok(Some(Admission::AlreadyJoined));
            }
            let verdict = look.admit(joiner);
            let admission = admission(verdict, &mut look.crowd, joiner.now);
            if self.commit(&joiner.session, look.crowd, look.writes).await? == Written::Done {
                return Ok(Some(admission));
            }
            patience.again().await?;
        }
    }

    /// Everything that a join depends on, of one moment; `None` without the session.
    async fn look(&self, joiner: &Joiner) -> Result<Option<Look>, StoreError> {
        let (session, id) = (&joiner.session, &joiner.connection);
        let place = super::joining::wanted_place(joiner);
        let first = place.map_or(id, |place| &place.first);
        let mut keys = vec![
            Key::status(session, crowd_item::KEY),
            Key::Connection(id.clone()),
            pointer::key(session, id),
        ];
        if first != id {
            keys.extend([Key::Connection(first.clone()), pointer::key(session, first)]);
        }
        loop {
            let found = self.reach.snapshot(&keys).await?;
            let item = |key: &Key| {
                let at = keys.iter().position(|wanted| wanted == key)?;
                found.get(at)?.as_ref()
            };
            let Some(crowd) = item(&keys[0]).and_then(crowd_item::read) else { return Ok(None) };
            let pointed = |key: &Key| item(key).and_then(|item| pointer::read(item, crowd.life));
            let holder = pointed(&pointer::key(session, first));
            let holder = Key::Connection(holder.unwrap_or_else(|| first.clone()));
            if place.is_some() && !keys.contains(&holder) {
                // The place was resumed by yet another connection: look again, at that one too.
                keys.truncate(5);
                keys.push(holder);
                continue;
            }
            let mine = |row: &Row| row.session == *session && row.life == crowd.life;
            return Ok(Some(Look {
                own: Own::of(item(&keys[1]), mine),
                name_taken: pointed(&keys[2]).is_some(),
                holder: item(&holder).and_then(Row::read).filter(|row| mine(row)),
                crowd,
                writes: Vec::new(),
            }));
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
            let mut writes = vec![Write::Delete(Key::Connection(id.clone()), None)];
            writes.extend(pointer::forget(&row));
            let departed = Departed { connection: row.connection(), counted: crowd.counted(now) };
            if self.commit(&row.session, crowd, writes).await? == Written::Done {
                return Ok(Some(departed));
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
            crowd.let_go(now);
            let moved = crowd.switch(&mut row, language);
            let counted = crowd.counted(now);
            let writes = if moved { vec![put(&row, None)] } else { Vec::new() };
            if self.commit(&row.session, crowd, writes).await? == Written::Done {
                return Ok(Some(counted));
            }
            patience.again().await?;
        }
    }

    pub(super) async fn connection_ours(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        let Some((row, bundle)) = self.row_with_bundle(id).await? else { return Ok(None) };
        let crowd = bundle.audience.as_ref().and_then(crowd_item::read);
        Ok(crowd.filter(|crowd| crowd.life == row.life).map(|_| row.connection()))
    }

    pub(super) async fn audience_ours(
        &self,
        session: &SessionId,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError> {
        let mut patience = Patience::new();
        loop {
            let bundle = self.bundle(session, Part::Audience).await?;
            let found = bundle.audience.as_ref().and_then(crowd_item::read);
            let Some(mut crowd) = found else { return Ok(None) };
            crowd.let_go(now);
            let counted = crowd.counted(now);
            if self.commit(session, crowd, Vec::new()).await? == Written::Done {
                return Ok(Some(counted));
            }
            patience.again().await?;
        }
    }

    pub(super) async fn row(&self, id: &ConnectionId) -> Result<Option<Row>, StoreError> {
        Ok(self.reach.get(&Key::Connection(id.clone())).await?.as_ref().and_then(Row::read))
    }

    async fn crowd(&self, session: &SessionId) -> Result<Option<Crowd>, StoreError> {
        let found = self.reach.get(&Key::status(session, crowd_item::KEY)).await?;
        Ok(found.as_ref().and_then(crowd_item::read))
    }

    /// The row of `id` and its audience; `None` if it has no role in a live session. A row that an ended session left
    /// behind is deleted here.
    async fn held(&self, id: &ConnectionId) -> Result<Option<Held>, StoreError> {
        let mut session = match self.ahead.session_of(id) {
            Some(session) => session,
            None => match self.row(id).await? {
                Some(row) => row.session,
                None => return Ok(None),
            },
        };
        loop {
            let keys = [Key::Connection(id.clone()), Key::status(&session, crowd_item::KEY)];
            let found = self.reach.snapshot(&keys).await?;
            let Some(row) = found[0].as_ref().and_then(Row::read) else { return Ok(None) };
            self.ahead.remember(id, &row.session);
            if row.session != session {
                session = row.session;
                continue;
            }
            let crowd = found[1].as_ref().and_then(crowd_item::read);
            let crowd = crowd.filter(|crowd| crowd.life == row.life);
            if crowd.is_none() {
                self.reach.delete(&keys[0], same(&row)).await?;
            }
            return Ok(crowd.map(|crowd| Held { row, crowd }));
        }
    }

    /// Writes `crowd` with all that belongs to it, if nobody has written it since it was read. Nothing is written where
    /// nothing changed.
    async fn commit(
        &self,
        session: &SessionId,
        mut crowd: Crowd,
        mut writes: Vec<Write>,
    ) -> Result<Written, StoreError> {
        if writes.is_empty() && !crowd.changed {
            return Ok(Written::Done);
        }
        let condition = crowd.unchanged();
        crowd.version += 1;
        let key = Key::status(session, crowd_item::KEY);
        writes.push(Write::Put(key, crowd_item::write(session, &crowd), Some(condition)));
        self.transact(session, writes).await
    }
}

/// What the joiner is told, counting its audience.
fn admission(verdict: Verdict, crowd: &mut Crowd, now: Timestamp) -> Admission {
    let (row, kind): (Row, JoinKind) = match verdict {
        Verdict::Joined(row, kind) => (row, kind),
        Verdict::Full => return Admission::Full,
        Verdict::LanguageNeeded => return Admission::LanguageNeeded,
        Verdict::AlreadyJoined => return Admission::AlreadyJoined,
    };
    let place = match &row.seat {
        Some(seat) => seat.place.clone(),
        None => Place { first: row.id.clone(), turn: super::row::NOT_RESUMABLE },
    };
    Admission::Joined(Joined { connection: row.connection(), counted: crowd.counted(now), place, kind })
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
