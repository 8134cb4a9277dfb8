//! `headcount simulate`: an honest load generator.

mod clock;
mod conductor;
mod fleet;
mod latencies;
mod limits;
mod listener;
mod new_language;
mod pause;
mod pipe;
mod plan;
mod progress;
mod report;
mod speaker;
mod stage;
mod tally;
mod worker;

use crate::args::values::{self, LanguageMix};
use crate::args::{ServerArgs, SpeakerProof};
use crate::descriptors;
use crate::failure::Failure;
use crate::term;
use clap::value_parser;
use headcount_core::SessionId;
use std::time::Duration;
use tokio::io::BufReader;

const EXAMPLES: &str = "\
Examples:
  headcount simulate http://127.0.0.1:8080 --session golden-eagle-427 --listeners 500 --duration 1m
  headcount simulate http://127.0.0.1:8080 --session golden-eagle-427 --listeners 10000 \\
      --languages es:40,fr:30,de:20,pt:10 --ramp 20s --churn 5%/s --duration 2m \\
      --speaker-token-file speaker.token --query-rate 10/s --probe-new-language --probe-pause
  headcount simulate … --listeners 15000 --speaker-token T --query-rate 10/s --vanish --json

How it measures:
  Arrivals, departures and questions follow a schedule that is fixed beforehand. Every time is \
measured from the scheduled moment, so a server that stalls is charged for all the waiting it causes \
(no coordinated omission).

  `generator lag` shows how late this program itself was; if it is not small, trust the other figures \
less. On loopback, listeners come from many addresses of 127.0.0.0/8, as an audience does.

With a speakerToken it connects as the speaker, which disconnects whoever was the speaker.
Ctrl-C stops early and still prints the report; a second Ctrl-C stops at once.";

#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimulateArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The session to fill
    #[arg(long, value_name = "ID", value_parser = values::session)]
    session: SessionId,
    /// How many listeners
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = value_parser!(u64).range(1..=1_000_000))]
    listeners: u64,
    /// Their languages, each with a weight
    #[arg(long, value_name = "MIX", default_value = "es:40,fr:30,de:20,pt:10", value_parser = LanguageMix::parse)]
    languages: LanguageMix,
    /// How long they take to arrive, evenly
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = values::duration)]
    ramp: Duration,
    /// How long the audience is then held
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = values::duration)]
    duration: Duration,
    /// How many leave meanwhile, each replaced by a new one
    #[arg(long, value_name = "PERCENT/s", default_value = "0", value_parser = values::churn)]
    churn: f64,
    #[command(flatten)]
    speaker: SpeakerProof,
    /// How often the speaker asks for the status while the audience is held
    #[arg(long, value_name = "N/s", requires = "speaker", value_parser = values::rate)]
    query_rate: Option<f64>,
    /// Measure how soon the speaker hears of a new language
    #[arg(long, requires = "speaker")]
    probe_new_language: bool,
    /// Measure how soon all listeners hear of a pause
    #[arg(long, requires = "speaker")]
    probe_pause: bool,
    /// At the end drop all connections at once, without a close frame
    #[arg(long)]
    vanish: bool,
    /// How long to go on asking after that
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = values::duration, requires = "vanish")]
    vanish_watch: Duration,
    /// How long an arrival may take
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = values::duration)]
    patience: Duration,
    /// How many connections a source address has, on loopback; 0 leaves the address to the system
    #[arg(long, value_name = "N", default_value_t = 250, value_parser = value_parser!(u64).range(0..=20_000))]
    per_source: u64,
    /// The most listeners in one process; with more, several processes share them
    #[arg(long, value_name = "N", default_value_t = 15_000, value_parser = value_parser!(u64).range(1..=60_000))]
    per_process: u64,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// Runs a simulation and prints its report.
///
/// # Errors
/// The server cannot be reached, nobody could join, or something local fails.
pub(crate) fn run(args: SimulateArgs) -> Result<(), Failure> {
    let per_process =
        args.per_process.min(descriptors::raise().unwrap_or(u64::MAX).saturating_sub(100)).max(1);
    let json = args.json;
    let report = crate::client::runtime()?.block_on(conductor::conduct(args, per_process))?;
    term::print(&if json { report.json() + "\n" } else { report.table() })?;
    report.verdict()
}

/// Runs as a worker of another process of this program.
///
/// # Errors
/// The orders make no sense, or something local fails.
pub(crate) fn worker() -> Result<(), Failure> {
    descriptors::raise();
    let (input, output) = (BufReader::new(tokio::io::stdin()), tokio::io::stdout());
    let runtime = crate::client::runtime()?;
    let done = runtime.block_on(worker::run(input, output));
    // Reading standard input cannot be interrupted; waiting for it would keep a finished worker alive.
    runtime.shutdown_background();
    done
}
