//! What can be counted about the service: a closed list, so that every metrics adapter has all of it.

use crate::{EndReason, SignalKind, UpdateReason};
use std::time::Duration;

/// One thing that happened. Nothing in it names a session, a connection or a person.
#[derive(Clone, Debug, PartialEq)]
pub enum Measurement {
    /// A session was created.
    SessionOpened,
    /// A session ended after `lasted`.
    SessionClosed {
        /// How long it lasted.
        lasted: Duration,
        /// Why it ended.
        reason: EndReason,
    },
    /// A listener joined.
    Joined,
    /// A listener took its place again.
    Resumed,
    /// `listeners` left, by themselves, at the end of their grace, or with their session.
    Left {
        /// How many.
        listeners: u64,
    },
    /// A listener changed its language.
    Switched,
    /// The speaker asked and was answered after `took`.
    QueryAnswered {
        /// From the question's arrival to its answer's being ready.
        took: Duration,
    },
    /// An update is on its way to the speaker.
    UpdateSent {
        /// Why.
        reason: UpdateReason,
    },
    /// An update could not be sent.
    UpdateFailed {
        /// In what way.
        kind: SendFailure,
    },
    /// Something was found that the speaker should hear of, whether or not it asked to.
    Signalled {
        /// What.
        kind: SignalKind,
    },
    /// A claim was lost to another.
    ClaimLost,
    /// A client was answered with an error of this code.
    ErrorAnswered {
        /// The code of the wire contract.
        code: &'static str,
    },
    /// A limit was hit.
    RateLimited {
        /// The name of the limit.
        limit: &'static str,
    },
    /// A limit could not be counted, and what falls under it was let through.
    LimitNotCounted {
        /// The name of the limit.
        limit: &'static str,
    },
    /// A connection was dropped because it reads too slowly.
    SlowConsumerDropped,
    /// An audio message was dropped.
    AudioDropped,
    /// The self-audit found that something was not as it must be, and mended it.
    Drifted {
        /// What.
        drift: Drift,
    },
}

/// What a self-audit compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Drift {
    /// A session's counts were others than its places come to.
    Count,
    /// The shared store had another share of a session than this node had published.
    Published,
    /// The shared store had a later share of another node than this node had heard of.
    Heard,
}

impl Drift {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Count, Self::Published, Self::Heard];

    /// The value of a metric's label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Published => "published",
            Self::Heard => "heard",
        }
    }
}

/// In what way an update could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SendFailure {
    /// The speaker's connection is gone.
    Gone,
    /// Nobody knows whether it arrived.
    Uncertain,
    /// The store did not let the update be claimed.
    Store,
}

impl SendFailure {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Gone, Self::Uncertain, Self::Store];

    /// The value of a metric's label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Uncertain => "uncertain",
            Self::Store => "store",
        }
    }
}
