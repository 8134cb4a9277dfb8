//! Telling the speaker: look, claim, send. Whoever claims sends; nobody else does.

use super::StatusService;
use super::occasion::Occasion;
use super::view::View;
use crate::ports::{Claim, Counted, Delivery, StoreError};
use crate::{ConnectionId, Measurement, SendFailure, Session, SessionId, StatusUpdate, UpdateLedger};

/// How often a lost claim is tried again.
const TRIES: usize = 3;

/// An update that is ours to send.
pub(super) struct Claimed {
    pub(super) update: StatusUpdate,
    pub(super) speaker: ConnectionId,
    pub(super) view: View,
    /// The ledger as it stands now; `None` if the update could not be recorded.
    pub(super) ledger: Option<UpdateLedger>,
}

impl StatusService {
    /// After a change of the audience: tells the speaker if that is due, or arranges for it to be told when the
    /// minimum gap ends. Most changes need neither, and cost one look at the ledger.
    pub(super) async fn audience_changed(
        &self,
        session: &Session,
        counted: &Counted,
    ) -> Result<(), StoreError> {
        if session.speaker.connection().is_none() {
            return Ok(());
        }
        let Some(ledger) = self.ports.ledgers.ledger(&session.id).await? else { return Ok(()) };
        let policy = self.policy_for(counted);
        if ledger.review(&policy, &counted.distribution, self.now()).is_some() {
            return self.tell(&session.id, Occasion::Review).await;
        }
        let due = ledger.next_due(&policy, &counted.distribution);
        if due < ledger.next_periodic(&policy) {
            self.ports.timer.wake_at(&session.id, due).await;
        }
        Ok(())
    }

    /// Tells the speaker of `id` what there is to tell on this occasion.
    pub(super) async fn tell(&self, id: &SessionId, occasion: Occasion<'_>) -> Result<(), StoreError> {
        let turn = self.turns.take(id).await;
        let claimed = self.claim(id, occasion).await.inspect_err(|_| {
            self.record(&Measurement::UpdateFailed { kind: SendFailure::Store });
        })?;
        let Some(claimed) = claimed else { return Ok(()) };
        let gone = self.send(&claimed).await?;
        drop(turn);
        if gone {
            return self.speaker_gone(id, &claimed.speaker).await;
        }
        self.rearm(&claimed).await;
        Ok(())
    }

    /// Looks at `id` and claims what there is to tell. `None`: nothing to tell, nobody to tell it, or told by
    /// somebody else meanwhile.
    pub(super) async fn claim(
        &self,
        id: &SessionId,
        occasion: Occasion<'_>,
    ) -> Result<Option<Claimed>, StoreError> {
        let mut unrecorded = None;
        for _ in 0..TRIES {
            let Some(view) = self.view(id).await? else { return Ok(None) };
            let Some((reason, speaker, detail)) = occasion.reason(&view) else { return Ok(None) };
            let speaker = speaker.clone();
            let (update, next) = view.update(reason, detail);
            if self.ports.ledgers.advance(id, next.clone()).await? == Claim::Won {
                return Ok(Some(Claimed { update, speaker, view, ledger: Some(next) }));
            }
            self.record(&Measurement::ClaimLost);
            unrecorded = Some(Claimed { update, speaker, view, ledger: None });
        }
        // A question is always answered, if need be without becoming the baseline.
        Ok(unrecorded.filter(|_| matches!(occasion, Occasion::Question { .. })))
    }

    /// Sends a claimed update; true if the speaker is certainly gone. What certainly did not arrive has not been
    /// told: the baseline goes back to what it was.
    async fn send(&self, claimed: &Claimed) -> Result<bool, StoreError> {
        match self.ports.speakers.send(&claimed.speaker, &claimed.update).await {
            Ok(Delivery::Delivered) => {
                self.record(&Measurement::UpdateSent { reason: claimed.update.reason });
                Ok(false)
            }
            Ok(Delivery::Gone) => {
                self.record(&Measurement::UpdateFailed { kind: SendFailure::Gone });
                if let Some(ledger) = &claimed.ledger {
                    let restored = claimed.view.ledger.restored_after(ledger);
                    self.ports.ledgers.advance(&claimed.view.session.id, restored).await?;
                }
                Ok(true)
            }
            Err(_) => {
                self.record(&Measurement::UpdateFailed { kind: SendFailure::Uncertain });
                Ok(false)
            }
        }
    }

    /// Arranges for the next update after a claimed one.
    pub(super) async fn rearm(&self, claimed: &Claimed) {
        let ledger = claimed.ledger.as_ref().unwrap_or(&claimed.view.ledger);
        let due = ledger.next_due(&claimed.view.policy, &claimed.view.counted.distribution);
        self.ports.timer.wake_at(&claimed.view.session.id, due).await;
    }
}
