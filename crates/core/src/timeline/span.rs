//! A stretch of time, and in which steps it is looked at.

use super::Timeline;
use crate::Timestamp;
use std::time::Duration;

/// A stretch of time, and in which steps it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    from: Timestamp,
    to: Timestamp,
    step: Duration,
}

/// The stretch of time makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongSpan {
    /// It ends before it begins.
    #[error("`to` is before `from`")]
    Backwards,
    /// It has too many points, or endless ones.
    #[error("that is more than {} points; ask for a longer `step`", Span::MAX_POINTS)]
    TooFine,
}

impl Span {
    /// How many points a stretch has at the most.
    pub const MAX_POINTS: usize = 1_000;

    /// The shortest step: nothing is kept closer than that.
    pub const MIN_STEP: Duration = Timeline::SLOT;

    /// From `from` to `to`, both included, in steps of `step`, or of [`Self::MIN_STEP`] if that is longer.
    ///
    /// # Errors
    /// [`WrongSpan`] for more than [`Self::MAX_POINTS`], and where it ends before it begins.
    pub fn new(from: Timestamp, to: Timestamp, step: Duration) -> Result<Self, WrongSpan> {
        if to < from {
            return Err(WrongSpan::Backwards);
        }
        let span = Self { from, to, step: step.max(Self::MIN_STEP) };
        if span.points() > Self::MAX_POINTS as u128 { Err(WrongSpan::TooFine) } else { Ok(span) }
    }

    /// From `from` to `to` in at most `points` points: from 2 to [`Self::MAX_POINTS`], whatever is asked for. If `to` is
    /// before `from`, it is one point, `from`.
    #[must_use]
    pub fn whole(from: Timestamp, to: Timestamp, points: usize) -> Self {
        let steps = u64::try_from(points.clamp(2, Self::MAX_POINTS) - 1).unwrap_or(1);
        let millis = to.as_millis().saturating_sub(from.as_millis()).div_ceil(steps);
        // In whole steps of five seconds, so that a point is a slot of the timeline.
        let slot = Timeline::SLOT.as_millis() as u64;
        let step = Duration::from_millis(millis.div_ceil(slot).max(1) * slot);
        Self { from, to: to.max(from), step }
    }

    /// The first moment.
    #[must_use]
    pub const fn from(&self) -> Timestamp {
        self.from
    }

    /// The last moment.
    #[must_use]
    pub const fn to(&self) -> Timestamp {
        self.to
    }

    /// From one moment to the next; the last one may come sooner.
    #[must_use]
    pub const fn step(&self) -> Duration {
        self.step
    }

    /// Each moment that is looked at, the first and the last one included.
    pub fn moments(&self) -> impl Iterator<Item = Timestamp> {
        let Self { from, to, step } = *self;
        std::iter::successors(Some(from), move |at| (*at < to).then(|| at.plus(step).min(to)))
    }

    fn points(&self) -> u128 {
        self.to.since(self.from).as_millis().div_ceil(self.step.as_millis()) + 1
    }
}
