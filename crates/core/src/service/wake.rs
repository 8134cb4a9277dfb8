//! A wake-up: whatever is due for one session is done, and the next wake-up is arranged.

use super::StatusService;
use super::occasion::Occasion;
use super::view::View;
use crate::ports::StoreError;
use crate::{SessionId, Timestamp};
use std::time::Duration;

/// Graces that end within this time end in one wake-up. Thousands of connections that are cut at once would
/// otherwise cause a wake-up a millisecond.
const GRACE_STEP: Duration = Duration::from_millis(50);

impl StatusService {
    /// Does what is due for `id` at this moment: ends the session, lets go of listeners whose grace has ended,
    /// tells the speaker. Early, late, repeated and needless wake-ups do no harm.
    ///
    /// # Errors
    /// What the store could not do. The wake-up is not arranged anew then; call again later.
    pub async fn wake(&self, id: &SessionId) -> Result<(), StoreError> {
        let Some(view) = self.view(id).await? else { return Ok(()) };
        if Occasion::Review.reason(&view).is_some() {
            self.tell(id, Occasion::Review).await?;
        }
        self.ports.timer.wake_at(id, view.next_wake()).await;
        Ok(())
    }
}

impl View {
    /// When there is next something to do, if nothing happens meanwhile. What was due when this was read is due
    /// no more, and has arranged for what follows it.
    fn next_wake(&self) -> Timestamp {
        let told = || self.ledger.next_due(&self.policy, &self.counted.distribution);
        let due = self.session.speaker.connection().map(|_| told()).filter(|due| *due > self.now);
        let grace = self.counted.next_grace_end.map(|end| end.max(self.now.plus(GRACE_STEP)));
        let exact = self.counted.quality.inexact_until.filter(|until| *until > self.now);
        [due, grace, exact].into_iter().flatten().fold(self.session.ends_by(), Timestamp::min)
    }
}
