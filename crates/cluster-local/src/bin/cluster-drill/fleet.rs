//! The worker processes: started, told what to do, listened to, and gone with the main process.

use crate::pipe::{self, Order, Plan, Sample};
use crate::truth::Truth;
use parking_lot::Mutex;
use std::io;
use std::process::Stdio;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// The most listeners in one process: descriptors are limited, often to 20,000.
const MOST: usize = 7_000;

/// All workers. Dropping it ends them.
pub(crate) struct Fleet {
    workers: Vec<(Child, ChildStdin)>,
    pub(crate) truth: Arc<Mutex<Truth>>,
}

impl Fleet {
    /// Starts as many processes as `plan` needs, each with its part of it.
    pub(crate) async fn start(plan: &Plan) -> io::Result<Self> {
        let count = plan.listeners.div_ceil(MOST).max(1);
        let truth = Arc::new(Mutex::new(Truth::of(count)));
        let mut workers = Vec::new();
        for index in 0..count {
            let listeners = plan.listeners * (index + 1) / count - plan.listeners * index / count;
            #[expect(clippy::cast_precision_loss, reason = "a few processes")]
            let plan = Plan { listeners, rate: plan.rate / count as f64, ..plan.clone() };
            let (process, mut orders, output) = spawn()?;
            orders.write_all(pipe::line(&Order::Begin(plan)).as_bytes()).await?;
            workers.push((process, orders));
            tokio::spawn(listen(index, output, Arc::clone(&truth)));
        }
        Ok(Self { workers, truth })
    }

    /// Drops all connections at once.
    pub(crate) async fn cut(&mut self) -> io::Result<()> {
        for (_, orders) in &mut self.workers {
            orders.write_all(pipe::line(&Order::Cut).as_bytes()).await?;
        }
        Ok(())
    }
}

fn spawn() -> io::Result<(Child, ChildStdin, ChildStdout)> {
    let mut process = Command::new(std::env::current_exe()?)
        .arg(crate::args::WORKER)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    match (process.stdin.take(), process.stdout.take()) {
        (Some(orders), Some(output)) => Ok((process, orders, output)),
        _ => Err(io::Error::other("the worker has no pipes")),
    }
}

async fn listen(worker: usize, output: ChildStdout, truth: Arc<Mutex<Truth>>) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        // What is no sample is a stray print; a worker's errors go to standard error.
        if let Ok(sample) = serde_json::from_str::<Sample>(&line) {
            truth.lock().add(worker, sample);
        }
    }
}
