//! Chance that a seed decides: the same seed throws the same.

use headcount_core::ports::Ids;
use headcount_testkit::SeededIds;
use std::time::Duration;

/// Dice of one seed.
#[derive(Debug)]
pub(crate) struct Dice(SeededIds);

impl Dice {
    /// The dice of `seed`; different for different `purpose`s, so that one more throw here changes nothing there.
    pub(crate) const fn new(seed: u64, purpose: u64) -> Self {
        Self(SeededIds::new(seed.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(purpose)))
    }

    /// A number below `limit`, which is not zero.
    pub(crate) fn below(&self, limit: u64) -> u64 {
        self.0.entropy() % limit
    }

    /// True `percent` times of a hundred.
    pub(crate) fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// So many milliseconds, or a few less.
    pub(crate) fn millis(&self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from + 1))
    }

    /// One of these; `None` of none.
    pub(crate) fn pick<T: Clone>(&self, of: &[T]) -> Option<T> {
        (!of.is_empty()).then(|| of[usize::try_from(self.below(of.len() as u64)).unwrap()].clone())
    }
}
