//! What the speaker hears of besides the counts.

use super::StatusService;
use crate::{Event, Findings, Language, Measurement, SessionId, Signal, Timestamp};

impl StatusService {
    /// Somebody asked for `language` in the session `id` and was refused, since it is not served.
    pub async fn asked_in_vain(&self, id: &SessionId, language: &Language) {
        if self.settings.signals.unserved
            && let Some(signal) = self.ports.history.asked_in_vain(id, language)
        {
            self.signal(id, &signal, self.now()).await;
        }
    }

    /// Looks for signals after a change or a wake-up, and asks for a wake-up when there may be the next one.
    pub(super) async fn look_for_signals(&self, id: &SessionId) {
        let now = self.now();
        let Findings { signals, next } = self.ports.history.signals(id, &self.settings.signals, now);
        if let Some(next) = next {
            self.ports.timer.wake_at(id, next).await;
        }
        for signal in &signals {
            self.signal(id, signal, now).await;
        }
    }

    /// Tells the speaker, if there is one. A store that fails here costs it one signal, which the report has.
    async fn signal(&self, id: &SessionId, signal: &Signal, now: Timestamp) {
        self.record(&Measurement::Signalled { kind: signal.kind() });
        self.observe(&Event::Signalled { session: id.clone(), signal: signal.clone(), at: now });
        if let Ok(Some(session)) = self.ports.sessions.session(id).await
            && let Some(speaker) = self.reached(&session)
        {
            self.ports.speakers.signal(speaker, id, signal, now).await;
        }
    }
}
