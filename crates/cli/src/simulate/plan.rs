//! When which listener arrives, from where, and in which language: decided beforehand, whatever the server does.

use super::clock::Moment;
use crate::args::values::LanguageMix;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// One worker's part of a simulation, as it is told to its process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The server, as it was written.
    pub(crate) url: String,
    /// Whose certificates to believe, if not those that browsers trust.
    pub(crate) ca_file: Option<PathBuf>,
    /// Its address, resolved once.
    pub(crate) target: SocketAddr,
    /// The session.
    pub(crate) session: String,
    /// The mix of languages, as it was written.
    pub(crate) languages: String,
    /// When the ramp begins.
    pub(crate) start: Moment,
    /// How long the ramp takes.
    pub(crate) ramp: Duration,
    /// How long the audience is then held.
    pub(crate) hold: Duration,
    /// How many listeners there shall be in all, over all workers.
    pub(crate) listeners: u64,
    /// How many listeners a second leave while the audience is held, each replaced by another; over all workers.
    pub(crate) churn_per_second: f64,
    /// How many connections share a source address; 0 leaves the source address to the system.
    pub(crate) per_source: u64,
    /// How long an arrival may take.
    pub(crate) patience: Duration,
    /// Which worker this is, from 0.
    pub(crate) worker: u64,
    /// How many workers there are.
    pub(crate) workers: u64,
}

/// One listener to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// Its number over all workers.
    pub(crate) number: u64,
    /// When it comes, after the start.
    pub(crate) at: Duration,
    /// Whether another one leaves for it.
    pub(crate) replaces: bool,
}

impl Plan {
    /// The arrivals of this worker, in order: those of the ramp evenly over its time, then those of the churn
    /// evenly over the time of holding. Every worker takes every `workers`-th one.
    pub(crate) fn arrivals(&self) -> impl Iterator<Item = Arrival> + '_ {
        let churned = (self.churn_per_second * self.hold.as_secs_f64()).floor();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
        let churned = churned as u64;
        let all = self.listeners.saturating_add(churned);
        let every = usize::try_from(self.workers.max(1)).unwrap_or(usize::MAX);
        (self.worker..all).step_by(every).map(|number| self.arrival(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "a schedule of 2^52 arrivals is out of reach")]
    fn arrival(&self, number: u64) -> Arrival {
        match number.checked_sub(self.listeners) {
            None => {
                let part = number as f64 / self.listeners as f64;
                Arrival { number, at: self.ramp.mul_f64(part), replaces: false }
            }
            Some(churned) => {
                let into = Duration::from_secs_f64(churned as f64 / self.churn_per_second);
                Arrival { number, at: self.ramp + into, replaces: true }
            }
        }
    }

    /// The source address of an arrival: counted up through 127.0.0.0/8 from 127.0.0.2 on. More than sixteen
    /// million of them begin anew.
    pub(crate) fn source(&self, number: u64) -> Option<IpAddr> {
        const FIRST: u32 = 0x7F00_0002;
        const ADDRESSES: u64 = 0x00FF_FFF0;
        let index = number.checked_div(self.per_source)? % ADDRESSES;
        let offset = u32::try_from(index).unwrap_or_default();
        Some(IpAddr::V4(Ipv4Addr::from_bits(FIRST + offset)))
    }

    /// When an arrival is due.
    pub(crate) fn due(&self, arrival: &Arrival) -> Moment {
        self.start.plus(arrival.at)
    }

    /// The mix of languages.
    ///
    /// # Errors
    /// Only if the process that wrote this plan was not ours.
    pub(crate) fn mix(&self) -> Result<LanguageMix, String> {
        LanguageMix::parse(&self.languages)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A plan for one of several workers.
    pub(crate) fn plan(worker: u64, workers: u64) -> Plan {
        Plan {
            url: "http://127.0.0.1:1".to_owned(),
            ca_file: None,
            target: SocketAddr::from(([127, 0, 0, 1], 1)),
            session: "golden-eagle-427".to_owned(),
            languages: "es:3,fr:1".to_owned(),
            start: Moment::now(),
            ramp: Duration::from_secs(10),
            hold: Duration::from_secs(20),
            listeners: 100,
            churn_per_second: 5.0,
            per_source: 30,
            patience: Duration::from_secs(5),
            worker,
            workers,
        }
    }

    #[test]
    fn the_ramp_and_the_churn_are_even() {
        let arrivals: Vec<_> = plan(0, 1).arrivals().collect();
        assert_eq!(arrivals.len(), 100 + 5 * 20);
        assert_eq!((arrivals[0].at, arrivals[50].at), (Duration::ZERO, Duration::from_secs(5)));
        assert_eq!((arrivals[100].at, arrivals[100].replaces), (Duration::from_secs(10), true));
        assert_eq!(arrivals[105].at, Duration::from_secs(11));
        assert!(arrivals.is_sorted_by_key(|arrival| arrival.at));
    }

    #[test]
    fn workers_share_the_arrivals_and_none_is_lost_or_doubled() {
        let mut shared: Vec<_> =
            (0..3).flat_map(|worker| plan(worker, 3).arrivals().collect::<Vec<_>>()).collect();
        shared.sort_by_key(|arrival| arrival.number);
        assert_eq!(shared, plan(0, 1).arrivals().collect::<Vec<_>>());
    }

    #[test]
    fn without_churn_nobody_comes_after_the_ramp() {
        let plan = Plan { churn_per_second: 0.0, ..plan(0, 1) };
        assert_eq!(plan.arrivals().count(), 100);
    }

    #[test]
    fn source_addresses_are_shared_by_so_many_and_stay_in_the_loopback_network() {
        let plan = plan(0, 1);
        let of = |number| plan.source(number).unwrap().to_string();
        assert_eq!(
            (of(0), of(29), of(30), of(30 * 254)),
            ("127.0.0.2".into(), "127.0.0.2".into(), "127.0.0.3".into(), "127.0.1.0".into())
        );
        assert!(plan.source(u64::MAX).unwrap().is_loopback());
        assert_eq!(Plan { per_source: 0, ..plan }.source(7), None);
    }
}
