//! A wake-up: whatever is due for one session is done, and the next wake-up is arranged.

use super::StatusService;
use super::occasion::Occasion;
use crate::SessionId;
use crate::ports::StoreError;

impl StatusService {
    /// Does what is due for `id` at this moment: ends the session, lets go of listeners whose grace has ended,
    /// tells the speaker. Early, late, repeated and needless wake-ups do no harm.
    ///
    /// # Errors
    /// What the store could not do. The wake-up is not arranged anew then; call again later.
    pub async fn wake(&self, id: &SessionId) -> Result<(), StoreError> {
        self.tell(id, Occasion::Review).await?;
        self.look_for_signals(id).await;
        Ok(())
    }
}
