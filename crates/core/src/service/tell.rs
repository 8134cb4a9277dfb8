//! Telling the speaker: look, claim, send. Whoever claims sends; nobody else does.
//!
//! Every look ends with a wake-up being asked for: at the end of [`StatusService::tell`] the next moment at which
//! there is something to do is known to the timer, whatever the look has found.

use super::StatusService;
use super::occasion::Occasion;
use super::view::View;
use crate::ports::{Claim, Counted, Delivery, StoreError};
use crate::{
    ConnectionId, Measurement, SendFailure, Session, SessionId, StatusUpdate, Timestamp, UpdateLedger,
};

/// How often a lost claim is tried again.
const TRIES: usize = 3;

/// What a look at a session has led to.
pub(super) enum Look {
    /// An update that is ours to send.
    Claimed(Telling),
    /// What would have been ours to send, had not others claimed first, every time.
    Lost(Telling),
    /// There is nothing to tell, or nobody to tell it.
    Quiet(View),
    /// There is no such session (any more).
    Ended,
}

/// An update, and what it was made of.
pub(super) struct Telling {
    pub(super) update: StatusUpdate,
    pub(super) speaker: ConnectionId,
    pub(super) view: View,
    /// The ledger with the update in it.
    next: UpdateLedger,
}

impl StatusService {
    /// After a change of the audience that is committed: tells the speaker if that is due, or arranges for it to be
    /// told when the minimum gap ends. Most changes need neither, and cost one look at the ledger.
    ///
    /// `before` is the session as it was read before the change, if it was. A store that fails here takes nothing back
    /// from the listener; what the speaker missed is told later.
    pub(super) async fn audience_changed(&self, id: &SessionId, before: Option<&Session>, counted: &Counted) {
        match self.is_worth_telling(id, before, counted).await {
            // The failure is counted where it happens, and the change is looked at again.
            Ok(true) => drop(self.tell_or_retry(id, Occasion::Review).await),
            Ok(false) => {}
            Err(_) => {
                self.record(&Measurement::UpdateFailed { kind: SendFailure::Store });
                self.retry(id).await;
            }
        }
        self.look_for_signals(id).await;
    }

    /// Whether a change has to be told now; if it has to be told later, the timer knows.
    async fn is_worth_telling(
        &self,
        id: &SessionId,
        before: Option<&Session>,
        counted: &Counted,
    ) -> Result<bool, StoreError> {
        let had_speaker = before.is_some_and(|session| self.reached(session).is_some());
        if !had_speaker && !self.has_speaker(id).await? {
            return Ok(false);
        }
        let Some(ledger) = self.ports.ledgers.ledger(id).await? else { return Ok(false) };
        let (policy, now) = (self.policy_for(counted), ledger.steady(self.now()));
        if ledger.review(&policy, &counted.distribution, now).is_some() {
            return Ok(true);
        }
        let due = ledger.next_due(&policy, &counted.distribution);
        let due = counted.quality.look_again(now).map_or(due, |exact| exact.min(due));
        if due < ledger.next_periodic(&policy) {
            self.ports.timer.wake_at(id, due).await;
        }
        Ok(false)
    }

    /// Whether a speaker that is to be told here is attached by now. One that attached just before a change was committed has perhaps been
    /// briefed without it, and nobody else would tell it.
    async fn has_speaker(&self, id: &SessionId) -> Result<bool, StoreError> {
        Ok(self.session(id).await?.is_some_and(|session| self.reached(&session).is_some()))
    }

    /// As [`Self::tell`]; after a failure, it is looked at once more. For those whom nobody calls again.
    pub(super) async fn tell_or_retry(
        &self,
        id: &SessionId,
        occasion: Occasion<'_>,
    ) -> Result<(), StoreError> {
        let told = self.tell(id, occasion).await;
        if told.is_err() {
            self.retry(id).await;
        }
        told
    }

    /// Tells the speaker of `id` what there is to tell on this occasion, and asks for the next wake-up.
    pub(super) async fn tell(&self, id: &SessionId, occasion: Occasion<'_>) -> Result<(), StoreError> {
        let turn = self.turns.take(id).await;
        let look = self.look(id, occasion).await.inspect_err(|_| {
            self.record(&Measurement::UpdateFailed { kind: SendFailure::Store });
        })?;
        let mut told = match look {
            Look::Claimed(told) => told,
            Look::Quiet(view) => {
                self.arm(&view, view.due(&view.ledger)).await;
                return Ok(());
            }
            Look::Lost(_) | Look::Ended => return Ok(()),
        };
        let delivery = self.send(&told).await;
        self.arm_after(&mut told).await;
        if delivery == Some(Delivery::Gone) {
            let restored = self.take_back(&told).await;
            drop(turn);
            self.speaker_gone(id, &told.speaker).await.and(restored)?;
        }
        Ok(())
    }

    /// Looks at `id` and claims what there is to tell.
    pub(super) async fn look(&self, id: &SessionId, occasion: Occasion<'_>) -> Result<Look, StoreError> {
        let mut lost = None;
        for _ in 0..TRIES {
            let Some(view) = self.view(id).await? else { return Ok(Look::Ended) };
            let Some((reason, speaker, detail)) = occasion.reason(&view) else {
                return Ok(Look::Quiet(view));
            };
            let speaker = speaker.clone();
            let (update, next) = view.update(reason, detail);
            let claim = self.ports.ledgers.advance(id, next.clone()).await?;
            let telling = Telling { update, speaker, view, next };
            if claim == Claim::Won {
                return Ok(Look::Claimed(telling));
            }
            self.record(&Measurement::ClaimLost);
            lost = Some(telling);
        }
        // The others have arranged for what follows, but perhaps where it does not outlive them.
        self.retry(id).await;
        Ok(lost.map_or(Look::Ended, Look::Lost))
    }

    /// Sends a claimed update; `None` if nobody knows whether it arrived.
    async fn send(&self, told: &Telling) -> Option<Delivery> {
        let delivery = self.ports.speakers.send(&told.speaker, &told.update).await.ok();
        if delivery != Some(Delivery::Gone) {
            self.told(&told.update);
        }
        self.record(&match delivery {
            Some(Delivery::Delivered) => Measurement::UpdateSent { reason: told.update.reason },
            Some(Delivery::Gone) => Measurement::UpdateFailed { kind: SendFailure::Gone },
            None => Measurement::UpdateFailed { kind: SendFailure::Uncertain },
        });
        delivery
    }

    /// What certainly did not arrive has not been told: the baseline goes back to what it was. Whoever has claimed
    /// since knows better, and is left alone.
    async fn take_back(&self, told: &Telling) -> Result<(), StoreError> {
        let restored = told.view.ledger.restored_after(&told.next);
        self.ports.ledgers.advance(&told.view.session.id, restored).await.map(drop)
    }

    /// Arranges for what follows a claimed update.
    ///
    /// The audience is counted anew for that. Whoever changed it between the count that was told and the claim has
    /// compared the change with what was told before, and may have found nothing in it.
    pub(super) async fn arm_after(&self, told: &mut Telling) {
        let view = &mut told.view;
        if let Ok(Some(counted)) = self.ports.presence.audience(&view.session.id, self.now()).await {
            view.counted = self.noted(counted);
            view.policy = self.policy_for(&view.counted);
        }
        self.arm(view, view.due(&told.next)).await;
    }

    /// Asks for the next wake-up, where the speaker may have to be told at `due`.
    async fn arm(&self, view: &View, due: Timestamp) {
        self.ports.timer.wake_at(&view.session.id, view.next_wake(due)).await;
    }

    /// Asks for another look before long: after the time that two updates are apart at least, so that a store that
    /// has trouble has not more of it.
    async fn retry(&self, id: &SessionId) {
        let later = self.now().plus(self.settings.policy.min_gap.max(View::STEP));
        self.ports.timer.wake_at(id, later).await;
    }
}
