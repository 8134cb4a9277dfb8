//! A speaker that writes down what it is told.

use async_trait::async_trait;
use headcount_core::ports::{Delivery, SendError, SpeakerChannel};
use headcount_core::{ConnectionId, SessionId, Signal, StatusUpdate, Timestamp};
use parking_lot::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// How a [`RecordingSpeaker`] answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpeakerAnswer {
    /// The update is on its way.
    #[default]
    Delivers,
    /// The speaker is gone; the update did not arrive.
    Gone,
    /// Nobody knows whether the update arrived. It did.
    Fails,
}

/// Every speaker at once: keeps what arrived, in order.
#[derive(Debug, Default)]
pub struct RecordingSpeaker {
    answer: Mutex<SpeakerAnswer>,
    elsewhere: AtomicBool,
    updates: Mutex<Vec<(ConnectionId, StatusUpdate)>>,
    signals: Mutex<Vec<(ConnectionId, Signal)>>,
}

impl RecordingSpeaker {
    /// From now on, answers like this.
    pub fn answer(&self, answer: SpeakerAnswer) {
        *self.answer.lock() = answer;
    }

    /// From now on, all speakers are another process's to tell, or none is again.
    pub fn is_elsewhere(&self, elsewhere: bool) {
        self.elsewhere.store(elsewhere, Ordering::Relaxed);
    }

    /// What has arrived so far.
    #[must_use]
    pub fn updates(&self) -> Vec<(ConnectionId, StatusUpdate)> {
        self.updates.lock().clone()
    }

    /// What has arrived since this was last asked.
    #[must_use]
    pub fn take(&self) -> Vec<StatusUpdate> {
        self.updates.lock().drain(..).map(|(_, update)| update).collect()
    }

    /// The signals that have arrived since this was last asked.
    #[must_use]
    pub fn take_signals(&self) -> Vec<(ConnectionId, Signal)> {
        std::mem::take(&mut *self.signals.lock())
    }
}

#[async_trait]
impl SpeakerChannel for RecordingSpeaker {
    fn reaches(&self, _: &ConnectionId) -> bool {
        !self.elsewhere.load(Ordering::Relaxed)
    }

    async fn send(&self, speaker: &ConnectionId, update: &StatusUpdate) -> Result<Delivery, SendError> {
        let answer = *self.answer.lock();
        if answer != SpeakerAnswer::Gone {
            self.updates.lock().push((speaker.clone(), update.clone()));
        }
        match answer {
            SpeakerAnswer::Delivers => Ok(Delivery::Delivered),
            SpeakerAnswer::Gone => Ok(Delivery::Gone),
            SpeakerAnswer::Fails => Err(SendError("told to fail".to_owned())),
        }
    }

    async fn signal(&self, speaker: &ConnectionId, _: &SessionId, signal: &Signal, _: Timestamp) {
        self.signals.lock().push((speaker.clone(), signal.clone()));
    }
}
