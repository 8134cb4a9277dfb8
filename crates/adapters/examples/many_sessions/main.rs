//! Ten thousand live sessions on one process, in real time: how punctual the periodic updates are, and what they cost.
//!
//! ```sh
//! cargo run --release -p headcount-adapters --features standalone --example many_sessions
//! ```
//!
//! Everything is what the server runs with its default settings (the store on disk, the hub, the timer, the service)
//! except for the sockets: the connections are outboxes of the hub that are read in this process. The figures come
//! as JSON. `--fill DIR` leaves the sessions in a database instead, for measuring how long a server takes to start.

mod audience;
mod house;
mod punctuality;

use audience::Plan;
use clap::Parser;
use house::House;
use punctuality::Punctuality;
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// After the last listener has joined, its speaker hears of it at the end of the minimum gap of one second.
const SETTLE: Duration = Duration::from_secs(2);

/// Runs many sessions in one process and reports how punctual their periodic updates are.
#[derive(Parser)]
struct Args {
    /// How many sessions
    #[arg(long, default_value_t = 10_000)]
    sessions: usize,
    /// How many listeners each has
    #[arg(long, default_value_t = 10)]
    listeners: usize,
    /// Over how many seconds the sessions begin; 0 is all at once, so that all their updates are due at once, too
    #[arg(long, default_value_t = 30)]
    spread: u64,
    /// How many seconds to measure
    #[arg(long, default_value_t = 75)]
    seconds: u64,
    /// Only fill a database in this directory
    #[arg(long, value_name = "DIR")]
    fill: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let spread = if args.fill.is_some() { Duration::ZERO } else { Duration::from_secs(args.spread) };
    let plan = Plan { sessions: args.sessions, listeners: args.listeners, spread };
    if let Some(directory) = &args.fill {
        let house = House::open(directory)?;
        audience::arrive(&house, &plan, &Arc::new(Punctuality::default())).await?;
        sleep(SETTLE).await;
        return Ok(house.close().await?);
    }
    let directory = tempfile::tempdir()?;
    let house = House::open(directory.path())?;
    let report = measure(&house, &plan, Duration::from_secs(args.seconds)).await?;
    println!("{report:#}");
    Ok(house.close().await?)
}

async fn measure(house: &House, plan: &Plan, time: Duration) -> Result<serde_json::Value, Box<dyn Error>> {
    let empty = resident()?;
    let punctuality = Arc::new(Punctuality::default());
    audience::arrive(house, plan, &punctuality).await?;
    sleep(SETTLE).await;

    let (begin, cpu, commits) = (Instant::now(), cpu_time(), house.store.commits());
    punctuality.begin();
    sleep(time).await;
    let seconds = begin.elapsed().as_secs_f64();
    let resident = resident()?;
    Ok(json!({
        "sessions": plan.sessions,
        "listenersEach": plan.listeners,
        "spreadSeconds": plan.spread.as_secs(),
        "seconds": seconds,
        "periodicUpdates": punctuality.report(),
        "cores": (cpu_time() - cpu).as_secs_f64() / seconds,
        "commitsPerSecond": (house.store.commits() - commits) as f64 / seconds,
        "residentKiB": resident,
        "residentBytesEachSession": resident.saturating_sub(empty) * 1_024 / plan.sessions.max(1) as u64,
    }))
}

/// The processor time that all threads of this process have used.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or_default();
    Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), nanos)
}

/// The resident set of this process in KiB (proc(5), `VmRSS`).
fn resident() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
