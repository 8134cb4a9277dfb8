//! How soon every listener hears of a pause: put together from what all workers have noted.

use super::clock::Moment;
use super::latencies::Latencies;

/// The probe while it runs.
#[derive(Debug)]
pub(crate) struct PauseProbe {
    workers: usize,
    listening: usize,
    reported: usize,
    sent: Option<Moment>,
    expected: u64,
    heard: Vec<Moment>,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct PauseLog {
    /// How many listeners were to hear of it.
    pub(crate) expected: u64,
    /// From sending the pause to each listener's hearing of it. The longest is the time until all had.
    pub(crate) heard: Latencies,
}

impl PauseProbe {
    /// A probe that waits for so many workers.
    pub(crate) const fn new(workers: usize) -> Self {
        Self { workers, listening: 0, reported: 0, sent: None, expected: 0, heard: Vec::new() }
    }

    /// A worker listens. True once all do: now is the time to pause.
    pub(crate) const fn listens(&mut self) -> bool {
        self.listening += 1;
        self.listening == self.workers
    }

    /// The pause was sent.
    pub(crate) const fn sent(&mut self, at: Moment) {
        self.sent = Some(at);
    }

    /// A worker has reported. The result once all have.
    pub(crate) fn report(&mut self, expected: u64, heard: Vec<Moment>) -> Option<PauseLog> {
        self.reported += 1;
        self.expected += expected;
        self.heard.extend(heard);
        (self.reported == self.workers).then(|| self.log())
    }

    fn log(&mut self) -> PauseLog {
        let mut heard = Latencies::default();
        if let Some(sent) = self.sent {
            self.heard.drain(..).for_each(|at| heard.record(at.since(sent)));
        }
        PauseLog { expected: self.expected, heard }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_pause_is_sent_once_all_listen_and_told_once_all_have_reported() {
        let mut probe = PauseProbe::new(2);
        assert!(!probe.listens());
        assert!(probe.listens());
        let sent = Moment::now();
        probe.sent(sent);
        assert!(probe.report(2, vec![sent.plus(Duration::from_millis(10))]).is_none());
        let log = probe.report(1, vec![sent.plus(Duration::from_millis(40))]).unwrap();
        assert_eq!((log.expected, log.heard.count()), (3, 2));
        assert!(log.heard.max().abs_diff(Duration::from_millis(40)) < Duration::from_millis(1));
    }
}
