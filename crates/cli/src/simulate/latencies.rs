//! Measured times, as a histogram that can be sent to another process and merged there.

use hdrhistogram::Histogram;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::time::Duration;

/// Times from a microsecond to an hour with three significant digits; longer ones count as an hour.
#[derive(Clone, Debug)]
pub(crate) struct Latencies(Histogram<u64>);

impl Latencies {
    const LONGEST_MICROS: u64 = 3_600_000_000;

    /// Notes one time.
    pub(crate) fn record(&mut self, time: Duration) {
        self.record_micros(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), 1);
    }

    fn record_micros(&mut self, micros: u64, times: u64) {
        self.0.saturating_record_n(micros.max(1), times);
    }

    /// Adds all times of another histogram.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (micros, times) in other.buckets() {
            self.record_micros(micros, times);
        }
    }

    /// How many times were noted.
    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// The time that `percent` of all do not exceed.
    pub(crate) fn percentile(&self, percent: f64) -> Duration {
        Duration::from_micros(self.0.value_at_percentile(percent))
    }

    /// The longest time.
    pub(crate) fn max(&self) -> Duration {
        Duration::from_micros(self.0.max())
    }

    fn buckets(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter_recorded().map(|bucket| (bucket.value_iterated_to(), bucket.count_at_value()))
    }
}

impl Default for Latencies {
    fn default() -> Self {
        let histogram = Histogram::new_with_bounds(1, Self::LONGEST_MICROS, 3);
        Self(histogram.expect("the bounds are constants that the library takes"))
    }
}

/// As a list of pairs: a time in microseconds, and how often it was measured.
impl Serialize for Latencies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.buckets())
    }
}

impl<'de> Deserialize<'de> for Latencies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut latencies = Self::default();
        for (micros, times) in Vec::<(u64, u64)>::deserialize(deserializer)? {
            latencies.record_micros(micros, times);
        }
        Ok(latencies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(millis: impl IntoIterator<Item = u64>) -> Latencies {
        let mut latencies = Latencies::default();
        millis.into_iter().for_each(|millis| latencies.record(Duration::from_millis(millis)));
        latencies
    }

    /// The histogram keeps three digits.
    fn about(measured: Duration, expected_millis: u64) -> bool {
        let expected = Duration::from_millis(expected_millis);
        measured.abs_diff(expected) <= expected / 500
    }

    #[test]
    fn percentiles_are_those_of_what_was_measured() {
        let latencies = measured(1..=1_000);
        assert_eq!(latencies.count(), 1_000);
        assert!(about(latencies.percentile(50.0), 500), "{:?}", latencies.percentile(50.0));
        assert!(about(latencies.percentile(99.0), 990), "{:?}", latencies.percentile(99.0));
        assert!(about(latencies.max(), 1_000));
    }

    #[test]
    fn merging_through_a_pipe_is_as_good_as_measuring_in_one_place() {
        let mut merged = measured((1..=1_000).step_by(2));
        let sent = serde_json::to_string(&measured((2..=1_000).step_by(2))).unwrap();
        merged.merge(&serde_json::from_str(&sent).unwrap());
        let whole = measured(1..=1_000);
        assert_eq!(merged.count(), whole.count());
        for percent in [1.0, 50.0, 90.0, 99.0, 99.9, 100.0] {
            assert_eq!(merged.percentile(percent), whole.percentile(percent), "{percent}");
        }
    }

    #[test]
    fn nothing_measured_and_far_too_long_are_no_trouble() {
        let mut latencies = Latencies::default();
        assert_eq!((latencies.percentile(99.0), latencies.max()), (Duration::ZERO, Duration::ZERO));
        latencies.record(Duration::MAX);
        latencies.record(Duration::ZERO);
        assert_eq!(latencies.count(), 2);
    }
}
