//! One worker process: its part of the listeners, and what it notes about them.

use super::clock::Moment;
use super::listener::{self, Happened, Visit};
use super::pipe::{self, Order, Report};
use super::plan::{Arrival, Plan};
use super::tally::Tally;
use crate::args::values::LanguageMix;
use crate::client::{Dialer, Endpoint, Trust};
use crate::failure::Failure;
use rand::RngExt;
use rand::rngs::SmallRng;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt, Lines};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// How long the listeners have to hear of a pause.
const PAUSE_PATIENCE: Duration = Duration::from_secs(10);
/// How long the listeners have to leave at the end.
const FAREWELL: Duration = Duration::from_secs(5);

/// Takes orders and reports until it is told to stop, or whoever gives the orders is gone.
///
/// # Errors
/// The orders make no sense, or the reports cannot be written.
pub(crate) async fn run(
    orders: impl AsyncBufRead + Unpin,
    mut reports: impl AsyncWrite + Unpin,
) -> Result<(), Failure> {
    let mut orders = orders.lines();
    let Some(Order::Begin(plan)) = next_order(&mut orders).await? else {
        return Err(Failure::Usage("simulate-worker is for `headcount simulate` only".to_owned()));
    };
    Worker::new(*plan)?.work(&mut orders, &mut reports).await
}

async fn next_order(orders: &mut Lines<impl AsyncBufRead + Unpin>) -> Result<Option<Order>, Failure> {
    let line = orders.next_line().await.map_err(|error| Failure::local("read an order", &error))?;
    let order = line.map(|line| serde_json::from_str(&line)).transpose();
    order.map_err(|_| Failure::Internal("an order could not be read".to_owned()))
}

struct Worker {
    plan: Plan,
    mix: LanguageMix,
    dialer: Arc<Dialer>,
    tally: Tally,
    listeners: JoinSet<()>,
    /// How to tell each listener to leave. Those who have gone by themselves stay in it until they are picked;
    /// there are never more than arrivals.
    leaves: Vec<oneshot::Sender<()>>,
    telling: mpsc::Sender<Happened>,
    happened: mpsc::Receiver<Happened>,
    pause: Option<PauseWatch>,
    /// After that nobody arrives any more.
    vanished: bool,
    random: SmallRng,
}

/// Who has heard of a pause.
struct PauseWatch {
    since: Moment,
    expected: u64,
    heard: Vec<Moment>,
}

impl Worker {
    /// What may wait to be counted; with more the listeners wait, having measured their times before.
    const UNCOUNTED: usize = 4_096;

    fn new(plan: Plan) -> Result<Self, Failure> {
        let endpoint = Endpoint::parse(&plan.url).map_err(Failure::Internal)?;
        let mix = plan.mix().map_err(Failure::Internal)?;
        let trust = Trust::read(plan.ca_file.as_deref())?;
        let dialer = Arc::new(Dialer { endpoint, bearer: None, trust, time_limit: plan.patience });
        let (telling, happened) = mpsc::channel(Self::UNCOUNTED);
        Ok(Self {
            plan,
            mix,
            dialer,
            tally: Tally::default(),
            listeners: JoinSet::new(),
            leaves: Vec::new(),
            telling,
            happened,
            pause: None,
            vanished: false,
            random: rand::make_rng(),
        })
    }

    async fn work(
        mut self,
        orders: &mut Lines<impl AsyncBufRead + Unpin>,
        reports: &mut (impl AsyncWrite + Unpin),
    ) -> Result<(), Failure> {
        let plan = self.plan.clone();
        let mut arrivals = plan.arrivals().peekable();
        let mut seconds = interval(Duration::from_secs(1));
        seconds.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            let next = arrivals.peek().copied().filter(|_| !self.vanished);
            tokio::select! {
                order = next_order(orders) => match order? {
                    Some(Order::ListenForPause) => self.listen_for_pause(reports).await?,
                    Some(Order::Vanish) => {
                        self.vanish();
                        send(reports, &Report::Vanished).await?;
                    }
                    Some(Order::Stop | Order::Begin(_)) | None => break,
                },
                Some(happened) = self.happened.recv() => self.count(happened),
                () = until_due(&plan, next) => {
                    arrivals.next_if(|_| true).iter().for_each(|arrival| self.admit(arrival));
                }
                _ = seconds.tick() => send(reports, &Report::Progress(self.tally.counts)).await?,
                // Reaps those who are done, so that the set does not grow with the churn.
                Some(_) = self.listeners.join_next() => {}
            }
            self.report_pause(reports).await?;
        }
        self.farewell().await;
        send(reports, &Report::Done(Box::new(self.tally))).await
    }

    /// Begins one arrival, and lets another listener leave for it if it replaces one.
    fn admit(&mut self, arrival: &Arrival) {
        if arrival.replaces {
            self.dismiss_one();
        }
        let due = self.plan.due(arrival);
        self.tally.counts.arrivals += 1;
        self.tally.generator_lag.record(Moment::now().since(due));
        let (told, leave) = oneshot::channel();
        self.leaves.push(told);
        let visit = Visit {
            due,
            source: self.plan.source(arrival.number),
            target: self.plan.target,
            session: self.plan.session.clone(),
            language: self.mix.pick(arrival.number).to_string(),
            leave,
        };
        let (dialer, telling) = (Arc::clone(&self.dialer), self.telling.clone());
        self.listeners.spawn(async move { listener::live(&dialer, visit, &telling).await });
    }

    /// Lets a random listener leave; those who have gone already do not count.
    fn dismiss_one(&mut self) {
        while !self.leaves.is_empty() {
            let index = self.random.random_range(0..self.leaves.len());
            if self.leaves.swap_remove(index).send(()).is_ok() {
                return;
            }
        }
    }

    fn count(&mut self, happened: Happened) {
        let counts = &mut self.tally.counts;
        match happened {
            Happened::Connected(after) => self.tally.connect.record(after),
            Happened::Joined(after) => {
                counts.joined += 1;
                self.tally.join.record(after);
            }
            Happened::Failed(kind) => {
                counts.failed += 1;
                self.tally.errors.add(&kind, 1);
            }
            Happened::PauseHeard { joined, at } => {
                if let Some(watch) = &mut self.pause
                    && joined < watch.since
                {
                    watch.heard.push(at);
                }
            }
            Happened::Left { unaware_since } => {
                counts.left += 1;
                self.excuse(unaware_since);
            }
            Happened::Lost { kind, unaware_since } => {
                counts.lost += 1;
                self.tally.errors.add(&kind, 1);
                self.excuse(unaware_since);
            }
        }
    }

    /// Whoever leaves before hearing of the pause is not waited for.
    fn excuse(&mut self, unaware_since: Option<Moment>) {
        if let (Some(watch), Some(joined)) = (&mut self.pause, unaware_since)
            && joined < watch.since
        {
            watch.expected = watch.expected.saturating_sub(1);
        }
    }

    async fn listen_for_pause(&mut self, reports: &mut (impl AsyncWrite + Unpin)) -> Result<(), Failure> {
        while let Ok(happened) = self.happened.try_recv() {
            self.count(happened);
        }
        let expected = self.tally.counts.listening();
        self.pause = Some(PauseWatch { since: Moment::now(), expected, heard: Vec::new() });
        send(reports, &Report::Listening).await
    }

    /// Reports the pause once all have heard of it, or have had the time to.
    async fn report_pause(&mut self, reports: &mut (impl AsyncWrite + Unpin)) -> Result<(), Failure> {
        let is_over = |watch: &mut PauseWatch| {
            watch.heard.len() as u64 >= watch.expected || Moment::now().since(watch.since) >= PAUSE_PATIENCE
        };
        match self.pause.take_if(is_over) {
            Some(PauseWatch { expected, heard, .. }) => {
                send(reports, &Report::Pause { expected, heard }).await
            }
            None => Ok(()),
        }
    }

    /// Drops every connection. The listeners have no time to say a word.
    fn vanish(&mut self) {
        self.vanished = true;
        self.tally.counts.left += self.tally.counts.listening();
        self.listeners = JoinSet::new();
        self.leaves.clear();
    }

    /// Lets everybody leave, counting what still happens, for as long as that may take.
    async fn farewell(&mut self) {
        self.leaves.clear();
        let leaving = async {
            loop {
                tokio::select! {
                    biased;
                    Some(happened) = self.happened.recv() => self.count(happened),
                    done = self.listeners.join_next() => if done.is_none() { break },
                }
            }
        };
        // Those who take longer are cut off when the process ends.
        let _ = tokio::time::timeout(FAREWELL, leaving).await;
    }
}

/// Waits until the next arrival is due, for ever if there is none.
async fn until_due(plan: &Plan, next: Option<Arrival>) {
    match next {
        Some(arrival) => plan.due(&arrival).reached().await,
        None => std::future::pending().await,
    }
}

async fn send(reports: &mut (impl AsyncWrite + Unpin), report: &Report) -> Result<(), Failure> {
    let line = pipe::line(report);
    let sent = async {
        reports.write_all(line.as_bytes()).await?;
        reports.flush().await
    };
    sent.await.map_err(|error| Failure::local("report", &error))
}

#[cfg(test)]
mod tests;
