//! A listener's place and the connection that holds it.

use headcount_core::{ConnectionId, Language, Place, TallyIndex, Timestamp};

/// The turn of a place that nobody can resume.
pub(super) const NOT_RESUMABLE: u32 = u32::MAX;

/// What stays of a listener when its connection goes: its language and its turn.
#[derive(Clone)]
pub(super) struct Seat {
    /// The language that it hears.
    pub(super) language: Language,
    /// Whether it counts under [`Language::other`] because there were too many languages when it came.
    pub(super) counts_as_other: bool,
    /// Where the record counts it, so that it need not look the language up again.
    pub(super) tally: TallyIndex,
    /// How often it has been resumed; [`NOT_RESUMABLE`] where it cannot be.
    pub(super) turn: u32,
}

impl Seat {
    /// The name under which it counts.
    pub(super) fn counted_as(&self) -> Language {
        if self.counts_as_other { Language::other() } else { self.language.clone() }
    }

    /// Whether a token for `turn` is good for it.
    pub(super) const fn accepts(&self, turn: u32) -> bool {
        self.turn == turn && turn != NOT_RESUMABLE
    }
}

/// A seat that a connection holds.
pub(super) struct Listener {
    pub(super) seat: Seat,
    /// When this connection took it.
    pub(super) since: Timestamp,
    /// The name of the place, where another connection took it first; boxed because that is rare, and there may be
    /// a million of these.
    pub(super) name: Option<Box<ConnectionId>>,
}

impl Listener {
    /// The place that it holds, as `connection`.
    pub(super) fn place(&self, connection: &ConnectionId) -> Place {
        Place { first: self.name.as_deref().unwrap_or(connection).clone(), turn: self.seat.turn, home: None }
    }
}
