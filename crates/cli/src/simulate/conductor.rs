//! The course of a simulation: who is told what, when.

use super::SimulateArgs;
use super::clock::Moment;
use super::fleet::{Fleet, FromWorker};
use super::limits;
use super::pause::{PauseLog, PauseProbe};
use super::pipe::{Order, Report};
use super::plan::Plan;
use super::progress::Progress;
use super::report::Outcome;
use super::speaker::Cue;
use super::stage::Stage;
use super::tally::Tally;
use crate::client::Dialer;
use crate::failure::Failure;
use crate::term;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::signal::ctrl_c;
use tokio::sync::oneshot;
use tokio::time::{interval, timeout};

/// How long the workers have to start before the first arrival is due.
const HEAD_START: Duration = Duration::from_millis(500);
/// How long the workers have to report at the end.
const LAST_WORDS: Duration = Duration::from_secs(20);

/// What is to be done at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// All have arrived: questions and probes begin.
    Hold,
    Pause,
    Vanish,
    End,
}

/// A simulation under way.
struct Conductor {
    args: SimulateArgs,
    fleet: Fleet,
    stage: Option<Stage>,
    pause: Option<PauseProbe>,
    pause_log: Option<PauseLog>,
    tally: Tally,
    /// Workers that have reported for the last time, or are gone.
    finished: usize,
}

/// Runs the simulation to its end, or until Ctrl-C.
///
/// # Errors
/// The server cannot be reached, the speaker is refused, or a worker cannot be started.
pub(crate) async fn conduct(args: SimulateArgs, per_process: u64) -> Result<Outcome, Failure> {
    let dialer = Dialer {
        endpoint: args.server.url.clone(),
        bearer: None,
        trust: args.server.trust()?,
        time_limit: args.patience,
    };
    let target = dialer
        .resolve()
        .await
        .map_err(|error| crate::client::DialError::Io(error).failure(&args.server.url))?;
    let stage = Stage::set(&args, &dialer).await?;
    let workers = args.listeners.div_ceil(per_process);
    let plan = plan(&args, target, workers);
    let needed = limits::needed(&plan, args.query_rate);
    if !needed.is_empty() {
        term::complain(&format!(
            "this load needs a server with more than the defaults: {}",
            needed.join(" ")
        ));
    }
    let plans = (0..workers).map(|worker| Plan { worker, ..plan.clone() }).collect();
    let fleet = Fleet::start(plans).await?;
    let conductor =
        Conductor { args, fleet, stage, pause: None, pause_log: None, tally: Tally::default(), finished: 0 };
    Ok(conductor.run(&plan).await)
}

fn plan(args: &SimulateArgs, target: std::net::SocketAddr, workers: u64) -> Plan {
    // Only Linux answers for every address of 127.0.0.0/8 without being told to.
    let is_spread = cfg!(target_os = "linux") && args.server.url.is_ipv4_loopback();
    #[expect(clippy::cast_precision_loss, reason = "at most a million listeners")]
    let churn_per_second = args.churn * args.listeners as f64;
    Plan {
        url: args.server.url.to_string(),
        ca_file: args.server.ca_file.clone(),
        target,
        session: args.session.to_string(),
        languages: args.languages.to_string(),
        start: Moment::now().plus(HEAD_START),
        ramp: args.ramp,
        hold: args.duration,
        listeners: args.listeners,
        churn_per_second,
        per_source: if is_spread { args.per_source } else { 0 },
        patience: args.patience,
        worker: 0,
        workers,
    }
}

/// The steps in order, each with its moment.
fn steps(args: &SimulateArgs, start: Moment) -> VecDeque<(Moment, Step)> {
    let hold = start.plus(args.ramp);
    let end = hold.plus(args.duration);
    let mut steps = VecDeque::from([(hold, Step::Hold)]);
    if args.probe_pause {
        steps.push_back((hold.plus(args.duration / 2), Step::Pause));
    }
    if args.vanish {
        steps.push_back((end, Step::Vanish));
        steps.push_back((end.plus(args.vanish_watch), Step::End));
    } else {
        steps.push_back((end, Step::End));
    }
    steps
}

impl Conductor {
    async fn run(mut self, plan: &Plan) -> Outcome {
        let mut steps = steps(&self.args, plan.start);
        let mut progress = Progress::new(self.args.listeners, plan.start);
        let mut seconds = interval(Duration::from_secs(1));
        let mut interrupted = false;
        while let Some((moment, step)) = steps.front().copied() {
            tokio::select! {
                () = moment.reached() => {
                    steps.pop_front();
                    self.take(step).await;
                }
                news = self.fleet.next() => {
                    self.hear(news).await;
                    if self.finished == self.fleet.len() { break; }
                }
                _ = seconds.tick() => progress.show(&self.fleet.counts()),
                _ = ctrl_c() => {
                    interrupted = true;
                    break;
                }
            }
        }
        progress.end();
        self.finish(interrupted).await
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Hold => {
                if let Some(stage) = &mut self.stage {
                    stage.begin(&self.args).await;
                }
            }
            Step::Pause => {
                self.pause = Some(PauseProbe::new(self.fleet.len()));
                self.fleet.tell_all(&Order::ListenForPause).await;
            }
            Step::Vanish => {
                self.cue(Cue::Vanished).await;
                self.fleet.tell_all(&Order::Vanish).await;
            }
            Step::End => {}
        }
    }

    /// Tells the speaker. A speaker that is gone says so in its log.
    async fn cue(&self, cue: Cue) {
        if let Some(stage) = &self.stage {
            stage.cue(cue).await;
        }
    }

    async fn hear(&mut self, news: FromWorker) {
        match news {
            FromWorker::Report(Report::Listening) => {
                if self.pause.as_mut().is_some_and(PauseProbe::listens) {
                    self.pause_now().await;
                }
            }
            FromWorker::Report(Report::Pause { expected, heard }) => {
                let log = self.pause.as_mut().and_then(|probe| probe.report(expected, heard));
                if log.is_some() {
                    self.pause_log = log;
                    self.cue(Cue::Resume).await;
                }
            }
            FromWorker::Report(Report::Done(tally)) => self.tally.merge(&tally),
            FromWorker::Report(Report::Vanished | Report::Progress(_)) | FromWorker::Progress => {}
            FromWorker::Gone => self.finished += 1,
        }
    }

    async fn pause_now(&mut self) {
        let (when, sent) = oneshot::channel();
        self.cue(Cue::Pause(when)).await;
        if let (Ok(at), Some(probe)) = (sent.await, &mut self.pause) {
            probe.sent(at);
        }
    }

    /// Lets everybody leave and gathers what they have noted.
    async fn finish(mut self, interrupted: bool) -> Outcome {
        if self.pause.is_some() && self.pause_log.is_none() {
            // Nobody shall be left with a paused broadcast.
            self.cue(Cue::Resume).await;
        }
        let speaker = match self.stage.take() {
            Some(stage) => Some(stage.clear().await),
            None => None,
        };
        self.fleet.tell_all(&Order::Stop).await;
        let all = async {
            while self.finished < self.fleet.len() {
                let news = self.fleet.next().await;
                self.hear(news).await;
            }
        };
        let heard_all = tokio::select! {
            end = timeout(LAST_WORDS, all) => end.is_ok(),
            _ = ctrl_c() => false,
        };
        if !heard_all {
            self.tally.errors.add("worker: no report at the end", 1);
        }
        Outcome::new(&self.args, self.tally, speaker, self.pause_log, interrupted)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: SimulateArgs,
    }

    pub(crate) fn args(extra: &[&str]) -> SimulateArgs {
        let line = ["simulate", "http://127.0.0.1:1", "--session", "golden-eagle-427"];
        Line::try_parse_from(line.iter().chain(extra)).unwrap().args
    }

    #[test]
    fn the_steps_are_in_order_and_as_asked_for() {
        let start = Moment::now();
        let at = |seconds| start.plus(Duration::from_secs(seconds));
        let plain = args(&["--ramp", "10s", "--duration", "20s"]);
        assert_eq!(steps(&plain, start), [(at(10), Step::Hold), (at(30), Step::End)]);
        let all = ["--ramp", "10s", "--duration", "20s", "--vanish", "--probe-pause", "--speaker-token", "t"];
        let expected =
            [(at(10), Step::Hold), (at(20), Step::Pause), (at(30), Step::Vanish), (at(40), Step::End)];
        assert_eq!(steps(&args(&all), start), expected);
    }

    #[test]
    fn the_source_addresses_are_ours_to_choose_on_loopback_only() {
        let target = std::net::SocketAddr::from(([127, 0, 0, 1], 1));
        assert_eq!(plan(&args(&["--churn", "5%/s"]), target, 1).churn_per_second, 5.0);
        assert_eq!(plan(&args(&[]), target, 1).per_source, if cfg!(target_os = "linux") { 250 } else { 0 });
        let mut elsewhere = args(&[]);
        elsewhere.server.url = crate::client::Endpoint::parse("example.org").unwrap();
        assert_eq!(plan(&elsewhere, target, 1).per_source, 0);
    }
}
