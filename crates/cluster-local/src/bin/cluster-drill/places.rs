//! Where each listener of a worker stands.

use crate::clock::{self, SECOND};
use crate::pipe::Sample;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much longer than the grace a server may count somebody: it has to notice first.
const NOTICED_WITHIN: u64 = SECOND;

/// States, each in one word; whatever is larger is the moment at which the listener was cut off.
const AWAY: u64 = 0;
const HERE: u64 = 1;
const TRYING: u64 = 2;

/// One place a listener.
#[derive(Debug)]
pub(crate) struct Places {
    places: Vec<AtomicU64>,
    lost: AtomicU64,
    returned: AtomicU64,
    failed: AtomicU64,
}

/// What a listener was before it tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before(u64);

impl Places {
    /// Nobody is there yet.
    pub(crate) fn new(listeners: usize) -> Self {
        let zero = AtomicU64::default;
        let places = std::iter::repeat_with(zero).take(listeners).collect();
        Self { places, lost: zero(), returned: zero(), failed: zero() }
    }

    fn set(&self, listener: usize, state: u64) -> u64 {
        self.places.get(listener).map_or(AWAY, |place| place.swap(state, Ordering::Relaxed))
    }

    /// It knocks: from now on a server may count it.
    pub(crate) fn tries(&self, listener: usize) -> Before {
        Before(self.set(listener, TRYING))
    }

    /// There was nobody to knock at, so it is as it was before.
    pub(crate) fn found_nobody(&self, listener: usize, before: Before) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        self.set(listener, before.0);
    }

    /// It came to nothing, but a server may have let it in.
    pub(crate) fn failed(&self, listener: usize) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        self.set(listener, clock::now());
    }

    /// Its join is acknowledged.
    pub(crate) fn joined(&self, listener: usize, before: Before) {
        if before.0 != AWAY {
            self.returned.fetch_add(1, Ordering::Relaxed);
        }
        self.set(listener, HERE);
    }

    /// Its connection is gone.
    pub(crate) fn lost(&self, listener: usize) {
        self.lost.fetch_add(1, Ordering::Relaxed);
        self.set(listener, clock::now());
    }

    /// How they stand; each in the language that is its number's turn of `languages`.
    pub(crate) fn sample(&self, languages: usize, grace_ms: u64) -> Sample {
        let at = clock::now();
        let counted_since = at.saturating_sub(grace_ms * 1_000 + NOTICED_WITHIN);
        let (mut here, mut most) = (vec![0; languages], 0);
        for (place, language) in self.places.iter().zip((0..languages).cycle()) {
            match place.load(Ordering::Relaxed) {
                AWAY => {}
                HERE => {
                    here[language] += 1;
                    most += 1;
                }
                TRYING => most += 1,
                cut_at => most += u64::from(cut_at >= counted_since),
            }
        }
        let [lost, returned, failed] =
            [&self.lost, &self.returned, &self.failed].map(|total| total.load(Ordering::Relaxed));
        Sample { at, here, most, lost, returned, failed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_be_counted_is_told_from_who_is_there() {
        let places = Places::new(5);
        let first: Vec<_> = (0..4).map(|listener| places.tries(listener)).collect();
        places.joined(0, first[0]);
        places.joined(1, first[1]);
        places.found_nobody(2, first[2]);
        let sample = places.sample(2, 5_000);
        assert_eq!((sample.here, sample.most), (vec![1, 1], 3), "two there, one under way, two away");

        places.lost(0);
        let sample = places.sample(2, 5_000);
        assert_eq!((sample.here, sample.most, sample.lost), (vec![0, 1], 3, 1));
        let before = places.tries(0);
        places.found_nobody(0, before);
        places.joined(0, places.tries(0));
        let sample = places.sample(2, 5_000);
        assert_eq!((sample.here, sample.most, sample.returned), (vec![1, 1], 3, 1));
    }
}
