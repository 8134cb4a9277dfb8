//! What the speaker is told: a snapshot of the session and its audience, and why it was sent.

use crate::{BroadcastState, Session, SessionId, ShownDistribution, Timestamp};

/// Why a status was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UpdateReason {
    /// The speaker asked.
    Requested,
    /// The period was over.
    Periodic,
    /// The count changed by more than the threshold.
    ListenerCountChange,
    /// A language has listeners that the speaker was never shown.
    NewLanguage,
}

impl UpdateReason {
    /// All four.
    pub const ALL: [Self; 4] =
        [Self::Requested, Self::Periodic, Self::ListenerCountChange, Self::NewLanguage];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Periodic => "periodic",
            Self::ListenerCountChange => "listenerCountChange",
            Self::NewLanguage => "newLanguage",
        }
    }

    /// The reason of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// Whether a change of the audience caused it; such updates keep the minimum gap.
    #[must_use]
    pub const fn is_triggered(self) -> bool {
        matches!(self, Self::ListenerCountChange | Self::NewLanguage)
    }
}

/// How much a status says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StatusDetail {
    /// The members of the contract and no others.
    #[default]
    Basic,
    /// Also the [`Audience`].
    Full,
}

/// How far a count can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality {
    /// When the counts were taken.
    pub as_of: Timestamp,
    /// `None` if the count is exact. Otherwise it may be short, until this moment at the least; triggers hold.
    pub inexact_until: Option<Timestamp>,
    /// How many nodes the count comes from.
    pub nodes_reporting: u32,
    /// How many it should come from.
    pub nodes_expected: u32,
}

impl Quality {
    /// An exact count of a single node, taken at `now`.
    #[must_use]
    pub const fn exact(now: Timestamp) -> Self {
        Self { as_of: now, inexact_until: None, nodes_reporting: 1, nodes_expected: 1 }
    }

    /// Whether the count is exact.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.inexact_until.is_none()
    }

    /// When to look again whether the count is exact; `None` if it is, or if that moment is past.
    #[must_use]
    pub fn look_again(&self, now: Timestamp) -> Option<Timestamp> {
        self.inexact_until.filter(|until| *until > now)
    }
}

/// A snapshot of a session and its audience.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionStatus {
    /// The session.
    pub session: SessionId,
    /// Its listeners by language, as the message shows them.
    pub distribution: ShownDistribution,
    /// Whole seconds since its creation.
    pub duration_secs: u64,
    /// What the broadcast is doing.
    pub broadcast: BroadcastState,
    /// When the status was made; when the counts were taken, where they are not exact.
    pub timestamp: Timestamp,
    /// Whether the count is exact.
    pub exact: bool,
}

impl SessionStatus {
    /// The status of `session` at `now`.
    #[must_use]
    pub fn at(session: &Session, distribution: ShownDistribution, quality: &Quality, now: Timestamp) -> Self {
        let exact = quality.is_exact();
        Self {
            session: session.id.clone(),
            distribution,
            duration_secs: session.duration(now).as_secs(),
            broadcast: session.broadcast,
            timestamp: if exact { now } else { quality.as_of.min(now) },
            exact,
        }
    }

    /// How many listeners there are.
    #[must_use]
    pub fn listener_count(&self) -> u64 {
        self.distribution.listener_count()
    }
}

/// What only [`StatusDetail::Full`] shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Audience {
    /// The most listeners that there ever were at once.
    pub peak_listener_count: u64,
    /// When that was first reached; creation, where there never was one.
    pub peak_at: Timestamp,
    /// How often somebody joined.
    pub total_joins: u64,
    /// How often somebody left.
    pub total_leaves: u64,
    /// How many of those counted have lost their connection and are in their grace.
    pub reconnecting: u64,
    /// How many languages have ever had a listener, 1,024 at the most.
    pub languages_seen: u64,
    /// The revision of what the speaker has been told, this message included.
    pub revision: u64,
    /// How far the count can be trusted.
    pub quality: Quality,
    /// The count over time: up to 60 points, oldest first.
    pub trend: Vec<(Timestamp, u64)>,
}

/// A status on its way to the speaker.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusUpdate {
    /// What it says.
    pub status: SessionStatus,
    /// Why it is sent.
    pub reason: UpdateReason,
    /// Its place in the order of updates of this session; a speaker never sees it go back.
    pub revision: u64,
    /// More, for who asked for it.
    pub audience: Option<Audience>,
}
