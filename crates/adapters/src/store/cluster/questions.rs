//! What this node has asked others and not heard yet: may a listener have its place here?

use headcount_core::cluster::NodeId;
use headcount_core::ports::{Admission, Joiner};
use headcount_core::{Language, Place, SessionId, Timestamp};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::oneshot;

/// How many questions may be open. Beyond that none is asked: whoever comes back then is counted anew, and perhaps twice
/// for as long as its place waits in its grace; the session is not called exact for so long.
pub(super) const MAX_OPEN: usize = 65_536;

/// How many are asked again at once. The others have their turn with the next beat.
const AGAIN: usize = 1_024;

/// The open questions by number.
#[derive(Default)]
pub(super) struct Questions {
    open: HashMap<u64, Question>,
    last: u64,
}

/// A question that was asked.
pub(super) struct Question {
    pub(super) session: SessionId,
    /// Whom.
    pub(super) home: NodeId,
    /// About which place.
    pub(super) place: Place,
    asked_at: Timestamp,
    pub(super) for_whom: ForWhom,
}

/// For whom it was asked.
pub(super) enum ForWhom {
    /// Somebody who waits to be admitted.
    Waiting {
        /// Who.
        joiner: Box<Joiner>,
        /// Hears what became of it.
        admitted: oneshot::Sender<Outcome>,
    },
    /// Somebody who has been admitted without an answer, or refused, or who is gone.
    Late {
        /// The language that they count in here, if they do, and therefore perhaps twice.
        counted_as: Option<Language>,
    },
}

/// What became of a question for somebody who waits.
pub(super) enum Outcome {
    /// The place is theirs, and they are in.
    Admitted(Box<Admission>),
    /// There is no such place: they may join as anybody does.
    NoPlace,
}

impl Questions {
    /// Notes a question that is about to be asked, and gives it a number; `None` if there are too many.
    pub(super) fn ask(
        &mut self,
        session: &SessionId,
        home: NodeId,
        place: &Place,
        now: Timestamp,
        for_whom: ForWhom,
    ) -> Option<u64> {
        if self.open.len() >= MAX_OPEN {
            return None;
        }
        self.last += 1;
        let (session, place) = (session.clone(), place.clone());
        self.open.insert(self.last, Question { session, home, place, asked_at: now, for_whom });
        Some(self.last)
    }

    /// Takes the question of that number out, if it is open and was asked of `home`.
    pub(super) fn answered(&mut self, number: u64, home: NodeId) -> Option<Question> {
        self.open.get(&number).filter(|question| question.home == home)?;
        self.open.remove(&number)
    }

    /// The question of that number.
    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut Question> {
        self.open.get_mut(&number)
    }

    pub(super) fn get(&self, number: u64) -> Option<&Question> {
        self.open.get(&number)
    }

    /// Questions that were asked `after` ago or longer, which count as asked at `now` again. A clock that has gone back
    /// since makes none wait.
    pub(super) fn again(&mut self, after: Duration, now: Timestamp) -> Vec<(u64, NodeId, SessionId, Place)> {
        let due = |question: &Question| now < question.asked_at || now.since(question.asked_at) >= after;
        let due = self.open.iter_mut().filter(|(_, question)| due(question)).take(AGAIN);
        let mut again: Vec<_> = due
            .map(|(number, question)| {
                question.asked_at = now;
                (*number, question.home, question.session.clone(), question.place.clone())
            })
            .collect();
        again.sort_unstable_by_key(|(number, ..)| *number);
        again
    }

    /// Takes out what was asked of a node that is gone.
    pub(super) fn asked_of(&mut self, home: NodeId) -> Vec<Question> {
        self.open.extract_if(|_, question| question.home == home).map(|(_, question)| question).collect()
    }

    /// Forgets what was asked in a session that is over.
    pub(super) fn forget(&mut self, session: &SessionId) {
        self.open.retain(|_, question| question.session != *session);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }
}
