//! The state of a broadcast (active, paused, muted, volume) and what may change it.

use crate::Timestamp;

/// A loudness between 0.0 (silent) and 1.0 (as sent), both included, never NaN.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Volume(f64);

/// The number is not a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a volume is a number from 0.0 to 1.0")]
pub struct InvalidVolume;

impl Volume {
    /// As loud as it was sent.
    pub const FULL: Self = Self(1.0);

    /// Checks `level` and makes it a volume.
    ///
    /// # Errors
    /// [`InvalidVolume`] outside 0.0 to 1.0 and for NaN.
    pub fn new(level: f64) -> Result<Self, InvalidVolume> {
        // Adding zero turns -0.0, which would be written with its sign, into 0.0.
        if (0.0..=1.0).contains(&level) { Ok(Self(level + 0.0)) } else { Err(InvalidVolume) }
    }

    /// The number, 0.0 to 1.0.
    #[must_use]
    pub const fn level(self) -> f64 {
        self.0
    }
}

/// What a broadcast is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BroadcastState {
    /// False once the session has ended.
    pub is_active: bool,
    /// The speaker has paused it.
    pub is_paused: bool,
    /// The speaker has muted the microphone.
    pub is_muted: bool,
    /// How loud listeners should play it.
    pub volume: Volume,
    /// When any of the above last changed; creation counts.
    pub last_state_change: Timestamp,
}

impl BroadcastState {
    /// The state of a session created at `at`: active, neither paused nor muted, full volume.
    #[must_use]
    pub const fn initial(at: Timestamp) -> Self {
        Self {
            is_active: true,
            is_paused: false,
            is_muted: false,
            volume: Volume::FULL,
            last_state_change: at,
        }
    }

    /// This state after `change` at `now`. Nothing that differs: the very same state, `last_state_change`
    /// included, so that a repeated request is harmless. That time never goes back.
    #[must_use]
    pub fn changed(self, change: BroadcastChange, now: Timestamp) -> Self {
        let next = Self {
            is_paused: change.is_paused.unwrap_or(self.is_paused),
            is_muted: change.is_muted.unwrap_or(self.is_muted),
            volume: change.volume.unwrap_or(self.volume),
            ..self
        };
        if next == self { self } else { Self { last_state_change: now.max(self.last_state_change), ..next } }
    }

    /// This state once its session has ended at `now`.
    #[must_use]
    pub fn ended(self, now: Timestamp) -> Self {
        Self { is_active: false, last_state_change: now.max(self.last_state_change), ..self }
    }
}

/// What to change of a [`BroadcastState`]; `None` leaves a member as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BroadcastChange {
    /// Pause (true) or resume (false).
    pub is_paused: Option<bool>,
    /// Mute (true) or unmute (false).
    pub is_muted: Option<bool>,
    /// Set the volume.
    pub volume: Option<Volume>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_between_silence_and_full() {
        assert_eq!(Volume::new(0.5).unwrap().level(), 0.5);
        assert!(Volume::new(-0.0).unwrap().level().is_sign_positive());
        for bad in [-0.001, 1.000_001, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Volume::new(bad), Err(InvalidVolume));
        }
    }

    #[test]
    fn a_change_that_changes_nothing_leaves_the_time_alone() {
        let (t1, t2) = (Timestamp::from_millis(1), Timestamp::from_millis(2));
        let start = BroadcastState::initial(t1);
        let pause = BroadcastChange { is_paused: Some(true), ..Default::default() };
        let paused = start.changed(pause, t2);
        assert!(paused.is_paused && paused.last_state_change == t2);
        assert_eq!(paused.changed(pause, Timestamp::from_millis(3)), paused);
        assert_eq!(start.changed(BroadcastChange::default(), t2), start);
        assert_eq!(
            paused
                .changed(BroadcastChange { is_muted: Some(true), ..Default::default() }, t1)
                .last_state_change,
            t2
        );
    }
}
