//! Whether somebody may join, and as what. Pure.

use super::crowd::Crowd;
use super::item::Item;
use super::pointer;
use super::presence::{put, same};
use super::reach::{Condition, Key, Write};
use super::row::{NOT_RESUMABLE, Row, Seat};
use headcount_core::ports::{JoinKind, Joiner, WantedRole};
use headcount_core::{Language, Place};

/// What the joiner's connection is already.
pub(super) enum Own {
    Nothing,
    /// It has a role in this session.
    Here(Row),
    /// It had a role in a session of which nobody knows here whether it lives.
    Foreign(Row),
    /// Something that cannot be read.
    Unreadable,
}

impl Own {
    pub(super) fn of(item: Option<&Item>, here: impl Fn(&Row) -> bool) -> Self {
        match item.map(Row::read) {
            None => Self::Nothing,
            Some(Some(row)) if here(&row) => Self::Here(row),
            Some(Some(row)) => Self::Foreign(row),
            Some(None) => Self::Unreadable,
        }
    }

    /// What must hold of the row when it is written over. In this session the version of its shard says it all.
    fn condition(&self) -> Option<Condition> {
        match self {
            Self::Nothing => Some(Condition::plain("attribute_not_exists(connectionId)")),
            Self::Here(_) | Self::Unreadable => None,
            Self::Foreign(row) => Some(same(row)),
        }
    }
}

/// Everything that a join depends on, and what it leads to.
pub(super) struct Look {
    pub(super) crowd: Crowd,
    pub(super) own: Own,
    /// Somebody else holds a place that a connection of this name first took.
    pub(super) name_taken: bool,
    /// The connection that holds the place that the joiner wants to resume, or could hold it.
    pub(super) holder: Option<Row>,
    /// What is to be written beside the audience.
    pub(super) writes: Vec<Write>,
}

/// What becomes of the joiner.
pub(super) enum Verdict {
    Joined {
        row: Row,
        kind: JoinKind,
        /// Whether it hears another language now.
        switched: bool,
    },
    Full,
    LanguageNeeded,
    AlreadyJoined,
}

/// The place that the joiner wants to resume.
pub(super) fn wanted_place(joiner: &Joiner) -> Option<&Place> {
    match &joiner.role {
        WantedRole::Listener { resume, .. } => resume.as_ref(),
        WantedRole::Speaker => None,
    }
}

impl Look {
    /// Whether somebody holds `place`, or it waits for its listener.
    pub(super) fn has(&self, place: &Place) -> bool {
        let held = self.holder.as_ref().and_then(|row| row.seat.as_ref());
        held.is_some_and(|seat| seat.place == *place) || self.crowd.waits(place)
    }

    /// Decides, and notes in the audience and in `writes` what follows from it.
    pub(super) fn admit(&mut self, joiner: &Joiner) -> Verdict {
        self.crowd.let_go(joiner.now);
        if let Own::Here(row) = &self.own {
            let row = row.clone();
            return self.admit_again(joiner, row);
        }
        match &joiner.role {
            WantedRole::Speaker => {
                Verdict::Joined { row: self.seat(joiner, None), kind: JoinKind::New, switched: false }
            }
            WantedRole::Listener { language, resume, max_listeners } => {
                if let Some(place) = resume
                    && let Some(verdict) = self.resume(joiner, place, language.as_ref())
                {
                    return verdict;
                }
                let Some(language) = language else { return Verdict::LanguageNeeded };
                let at = self.crowd.shard_of(&joiner.connection);
                if !self.crowd.make_room(at, *max_listeners) {
                    return Verdict::Full;
                }
                let seat = self.crowd.join(&joiner.connection, language, self.name_taken);
                let row = self.seat(joiner, Some(seat));
                Verdict::Joined { row, kind: JoinKind::New, switched: false }
            }
        }
    }

    fn admit_again(&mut self, joiner: &Joiner, mut row: Row) -> Verdict {
        let switched = match (&joiner.role, &row.seat) {
            (WantedRole::Speaker, None) => false,
            (WantedRole::Listener { language, .. }, Some(_)) => {
                language.as_ref().is_some_and(|language| self.crowd.switch(&mut row, language))
            }
            (WantedRole::Speaker, Some(_)) | (WantedRole::Listener { .. }, None) => {
                return Verdict::AlreadyJoined;
            }
        };
        if switched {
            self.writes.push(put(&row, None));
        }
        Verdict::Joined { row, kind: JoinKind::Again, switched }
    }

    /// Takes the place over from whoever holds it; `None` if it cannot be resumed.
    fn resume(&mut self, joiner: &Joiner, place: &Place, language: Option<&Language>) -> Option<Verdict> {
        if place.turn == NOT_RESUMABLE {
            return None;
        }
        let (mut seat, superseded) = match self.crowd.return_from_grace(place) {
            Some(seat) => (seat, None),
            None => {
                let row = self.holder.take()?;
                let seat = row.seat.clone().filter(|seat| seat.place == *place)?;
                self.crowd.discount(&row);
                self.writes.push(Write::Delete(Key::Connection(row.id.clone()), None));
                if joiner.connection == place.first {
                    self.writes.extend(pointer::forget(&row));
                }
                (seat, Some(row.id))
            }
        };
        seat.place.turn += 1;
        let mut row = self.seat(joiner, Some(seat));
        let switched = language.is_some_and(|language| self.crowd.switch(&mut row, language));
        if switched {
            // Written once only: the first version of the row never was.
            self.writes
                .retain(|write| !matches!(write, Write::Put(Key::Connection(id), ..) if *id == row.id));
            self.writes.push(put(&row, self.own.condition()));
        }
        self.writes.extend(pointer::point(&row));
        Some(Verdict::Joined { row, kind: JoinKind::Resumed { superseded }, switched })
    }

    /// Gives the joiner its row.
    fn seat(&mut self, joiner: &Joiner, seat: Option<Seat>) -> Row {
        let row = Row::new(&joiner.connection, &joiner.session, self.crowd.life(), joiner.now, seat);
        self.crowd.count(&row);
        self.writes.push(put(&row, self.own.condition()));
        row
    }
}
