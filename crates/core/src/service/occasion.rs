//! On what occasion the speaker is told something.

use super::view::View;
use crate::{ConnectionId, SpeakerSeat, StatusDetail, UpdateReason};

/// Why anyone looks whether there is something to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion<'a> {
    /// The audience changed, or a wake-up came: told only what is due.
    Review,
    /// A speaker has attached to a session that there was: told at once, whatever is due.
    Greeting,
    /// The speaker asked.
    Question {
        /// The connection that asked, which must still be the speaker.
        by: &'a ConnectionId,
        /// The detail asked for, where the question says so.
        detail: Option<StatusDetail>,
    },
}

impl Occasion<'_> {
    /// The reason to tell `view` now, and to whom and how; `None` if there is nothing to tell or nobody to tell it.
    pub(super) fn reason<'v>(
        &self,
        view: &'v View,
    ) -> Option<(UpdateReason, &'v ConnectionId, StatusDetail)> {
        let SpeakerSeat::Attached { connection, detail } = &view.session.speaker else { return None };
        match *self {
            // Whoever has the speaker's connection tells it. A question comes by that connection.
            Self::Review | Self::Greeting if !view.reached => None,
            Self::Review => Some((view.review()?, connection, *detail)),
            Self::Greeting => Some((view.review().unwrap_or(UpdateReason::Periodic), connection, *detail)),
            Self::Question { by, .. } if by != connection => None,
            Self::Question { detail: asked, .. } => {
                Some((UpdateReason::Requested, connection, asked.unwrap_or(*detail)))
            }
        }
    }
}
