//! The worker processes: started, told what to do, listened to, and gone with the main process.

use super::pipe::{self, Order, Report};
use super::plan::Plan;
use super::tally::Counts;
use crate::failure::Failure;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;

/// All workers of a simulation.
pub(crate) struct Fleet {
    workers: Vec<Worker>,
    reports: mpsc::Receiver<(usize, Option<Report>)>,
}

struct Worker {
    /// Kept because the process is killed when this is dropped.
    _process: Child,
    orders: ChildStdin,
    counts: Counts,
}

/// What comes from a worker.
#[derive(Debug)]
pub(crate) enum FromWorker {
    /// A report, other than progress, which is kept in [`Fleet::counts`].
    Report(Report),
    /// How things stand has changed.
    Progress,
    /// The worker is gone.
    Gone,
}

impl Fleet {
    /// Starts a process for each plan. Each is in a process group of its own, so that a Ctrl-C in the terminal
    /// reaches only the main process, which stops them in order.
    ///
    /// # Errors
    /// A process cannot be started.
    pub(crate) async fn start(plans: Vec<Plan>) -> Result<Self, Failure> {
        // Reports that wait to be read; with more the workers wait.
        let (sender, reports) = mpsc::channel(64);
        let mut fleet = Self { workers: Vec::new(), reports };
        for plan in plans {
            let index = fleet.workers.len();
            let (worker, output) = spawn().map_err(|error| Failure::local("start a worker", &error))?;
            fleet.workers.push(worker);
            tokio::spawn(listen(index, output, sender.clone()));
            fleet.tell(index, &Order::Begin(Box::new(plan))).await;
        }
        Ok(fleet)
    }

    /// How many workers there are.
    pub(crate) const fn len(&self) -> usize {
        self.workers.len()
    }

    /// Tells all of them.
    pub(crate) async fn tell_all(&mut self, order: &Order) {
        for index in 0..self.workers.len() {
            self.tell(index, order).await;
        }
    }

    async fn tell(&mut self, index: usize, order: &Order) {
        if let Some(worker) = self.workers.get_mut(index) {
            // A worker that cannot be told is gone, and that is reported by whoever listens to it.
            let _ = worker.orders.write_all(pipe::line(order).as_bytes()).await;
        }
    }

    /// What comes next from any worker. Cancel safe.
    pub(crate) async fn next(&mut self) -> FromWorker {
        match self.reports.recv().await {
            Some((index, Some(Report::Progress(counts)))) => {
                if let Some(worker) = self.workers.get_mut(index) {
                    worker.counts = counts;
                }
                FromWorker::Progress
            }
            Some((_, Some(report))) => FromWorker::Report(report),
            Some((_, None)) | None => FromWorker::Gone,
        }
    }

    /// How things stand, as far as the workers have told.
    pub(crate) fn counts(&self) -> Counts {
        let mut sum = Counts::default();
        self.workers.iter().for_each(|worker| sum.add(&worker.counts));
        sum
    }
}

fn spawn() -> std::io::Result<(Worker, ChildStdout)> {
    let mut process = Command::new(std::env::current_exe()?)
        .arg("simulate-worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    match (process.stdin.take(), process.stdout.take()) {
        (Some(orders), Some(output)) => {
            Ok((Worker { _process: process, orders, counts: Counts::default() }, output))
        }
        _ => Err(std::io::Error::other("the worker has no pipes")),
    }
}

/// Passes on a worker's reports, and that it is gone.
async fn listen(index: usize, output: ChildStdout, reports: mpsc::Sender<(usize, Option<Report>)>) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        // What is no report is a stray print; a worker's errors go to standard error.
        let Ok(report) = serde_json::from_str(&line) else { continue };
        if reports.send((index, Some(report))).await.is_err() {
            return;
        }
    }
    // Nobody listens any more if this fails, so nobody needs to know.
    let _ = reports.send((index, None)).await;
}
