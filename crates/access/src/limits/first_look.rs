//! A first look at a limit that several processes keep together: is it worth a call?

use super::keyed_rate::KeyedRate;
use super::port_clock::PortClock;
use super::{Rate, RetryAfter};
use headcount_core::ports::Clock;
use std::hash::Hash;
use std::sync::Arc;

/// What comes at less than this part of the rate is let pass uncounted.
const SHARE: u32 = 10;

/// What one process knows of a limit that many keep: it refuses what is too much for the limit by itself, and tells
/// who is to be counted by all from who is heard so seldom that this is not worth it.
///
/// So the limit holds but for a tenth of it in each process: with `n` of them, `1 + n / 10` times the rate gets
/// through at the most, and that only to who reaches all of them. Each process tells 100,000 keys apart; beyond that
/// newcomers share one, and are more often worth a call.
pub struct FirstLook<K: Hash + Eq + Clone> {
    all: KeyedRate<K, PortClock>,
    seldom: KeyedRate<K, PortClock>,
}

/// How often one process has heard of somebody, so long as that is not too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// So seldom that it may pass.
    Seldom,
    /// Often enough that all processes together are to count it.
    Often,
}

impl<K: Hash + Eq + Clone> FirstLook<K> {
    /// A first look at the limit of `rate`, by `clock`. One that goes back refuses for as long as it went back.
    #[must_use]
    pub fn new(rate: Rate, clock: &Arc<dyn Clock>) -> Self {
        let keyed = |rate: Rate| KeyedRate::new(rate.quota(), PortClock(Arc::clone(clock)));
        Self { all: keyed(rate), seldom: keyed(rate.part(SHARE)) }
    }

    /// Hears of `key` once more.
    ///
    /// # Errors
    /// [`RetryAfter`] if that is too often already.
    pub fn check(&self, key: &K) -> Result<Heard, RetryAfter> {
        self.all.check(key)?;
        Ok(if self.seldom.check(key).is_ok() { Heard::Seldom } else { Heard::Often })
    }
}
