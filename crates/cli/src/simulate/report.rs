//! What a simulation has shown: as a table for people and as JSON for scripts.

use super::SimulateArgs;
use super::latencies::Latencies;
use super::new_language::ProbeLog;
use super::pause::PauseLog;
use super::speaker::SpeakerLog;
use super::tally::Tally;
use crate::failure::Failure;
use crate::term::format;
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::time::Duration;

/// The result of a simulation.
#[derive(Debug)]
pub(crate) struct Outcome {
    load: Load,
    tally: Tally,
    speaker: Option<SpeakerOutcome>,
    pause: Option<PauseLog>,
    interrupted: bool,
}

/// What the speaker's side has shown.
#[derive(Debug, Default)]
pub(crate) struct SpeakerOutcome {
    /// Of its connection.
    pub(crate) log: SpeakerLog,
    /// Of the probe of new languages, if there was one.
    pub(crate) probe: Option<ProbeLog>,
}

/// What the load was.
#[derive(Debug)]
struct Load {
    url: String,
    session: String,
    listeners: u64,
    languages: String,
    ramp: Duration,
    hold: Duration,
    churn: f64,
    query_rate: Option<f64>,
    vanish: bool,
}

/// One measured figure: its name for people, its name for scripts, its times.
type Row<'a> = (&'static str, &'static str, &'a Latencies);

impl Outcome {
    /// Puts the result together.
    pub(crate) fn new(
        args: &SimulateArgs,
        mut tally: Tally,
        speaker: Option<SpeakerOutcome>,
        pause: Option<PauseLog>,
        interrupted: bool,
    ) -> Self {
        if let Some(SpeakerOutcome { log, probe }) = &speaker {
            let probe = probe.iter().flat_map(|probe| probe.errors.iter());
            log.errors.iter().chain(probe).for_each(|(kind, times)| tally.errors.add(kind, times));
        }
        let load = Load {
            url: args.server.url.to_string(),
            session: args.session.to_string(),
            listeners: args.listeners,
            languages: args.languages.to_string(),
            ramp: args.ramp,
            hold: args.duration,
            churn: args.churn,
            query_rate: args.query_rate,
            vanish: args.vanish,
        };
        Self { load, tally, speaker, pause, interrupted }
    }

    /// The figures that were measured, in the order of the report. What was not asked for is not there.
    fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = vec![
            ("connect", "connect", &self.tally.connect),
            ("join acknowledged", "join", &self.tally.join),
            ("generator lag", "generatorLag", &self.tally.generator_lag),
        ];
        if let Some(SpeakerOutcome { log, probe }) = &self.speaker {
            if self.load.query_rate.is_some() {
                rows.push(("status query", "statusQuery", &log.queries));
            }
            if self.load.query_rate.is_some() && self.load.vanish {
                let name = "status query, all gone";
                rows.push((name, "statusQueryAfterVanishing", &log.queries_after_vanishing));
            }
            if let Some(probe) = probe {
                rows.push(("new language", "newLanguage", &probe.told));
            }
        }
        if let Some(pause) = &self.pause {
            rows.push(("pause heard", "pauseHeard", &pause.heard));
        }
        rows
    }

    /// The report for people.
    pub(crate) fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write_table(&mut text);
        text
    }

    fn write_table(&self, text: &mut String) -> std::fmt::Result {
        let counts = &self.tally.counts;
        if self.interrupted {
            writeln!(text, "Stopped early; these are the figures so far.\n")?;
        }
        let numbers = [
            (counts.arrivals, "arrivals"),
            (counts.joined, "joined"),
            (counts.left, "left"),
            (counts.lost, "lost"),
            (counts.failed, "failed"),
        ];
        let numbers = numbers.map(|(number, word)| format!("{} {word}", format::count(number)));
        writeln!(text, "{}\n", numbers.join(", "))?;
        writeln!(
            text,
            "{:<24}{:>9}{:>11}{:>11}{:>11}{:>11}{:>11}",
            "", "count", "p50", "p90", "p99", "p99.9", "max"
        )?;
        for (name, _, times) in self.rows() {
            write!(text, "{name:<24}{:>9}", format::count(times.count()))?;
            for time in percentiles(times) {
                write!(text, "{:>11}", time.map_or_else(|| "–".to_owned(), format::latency))?;
            }
            writeln!(text)?;
        }
        self.write_notes(text)?;
        if self.tally.errors.iter().next().is_none() {
            return writeln!(text, "\nno errors");
        }
        writeln!(text, "\nerrors")?;
        for (kind, times) in self.tally.errors.iter() {
            writeln!(text, "{:>9}  {kind}", format::count(times))?;
        }
        Ok(())
    }

    fn write_notes(&self, text: &mut String) -> std::fmt::Result {
        if let Some(pause) = &self.pause {
            let (heard, all) = (format::count(pause.heard.count()), format::count(pause.expected));
            writeln!(text, "\npause: {heard} of {all} listeners heard of it")?;
        }
        let Some(SpeakerOutcome { log, probe }) = &self.speaker else { return Ok(()) };
        let pushed: u64 = log.pushed.values().sum();
        let reasons: Vec<_> = log.pushed.iter().map(|(reason, times)| format!("{times} {reason}")).collect();
        writeln!(
            text,
            "\nspeaker was told {pushed} times unasked ({}), at most {} times in any second",
            if reasons.is_empty() { "never".to_owned() } else { reasons.join(", ") },
            log.most_pushed_in_a_second,
        )?;
        if log.unanswered > 0 {
            writeln!(text, "{} status queries were not answered", format::count(log.unanswered))?;
        }
        if let Some(ProbeLog { told_otherwise, missed, .. }) = probe {
            writeln!(
                text,
                "new languages: {told_otherwise} first seen in another update, {missed} not seen in time"
            )?;
        }
        Ok(())
    }

    /// The report for scripts. Times are in milliseconds.
    pub(crate) fn json(&self) -> String {
        let Load { url, session, listeners, languages, ramp, hold, churn, query_rate, vanish } = &self.load;
        let latencies: Map<String, Value> =
            self.rows().iter().map(|(_, key, times)| ((*key).to_owned(), figures(times))).collect();
        let errors: Map<String, Value> =
            self.tally.errors.iter().map(|(kind, times)| (kind.to_owned(), times.into())).collect();
        let mut report = json!({
            "load": {
                "url": url, "sessionId": session, "listeners": listeners, "languages": languages,
                "rampSeconds": ramp.as_secs_f64(), "holdSeconds": hold.as_secs_f64(),
                "churnPerSecond": churn, "queriesPerSecond": query_rate, "vanish": vanish,
            },
            "interrupted": self.interrupted,
            "counts": self.tally.counts,
            "latencyMilliseconds": latencies,
            "errors": errors,
        });
        if let Some(pause) = &self.pause {
            report["pause"] = json!({"expected": pause.expected, "heard": pause.heard.count()});
        }
        if let Some(SpeakerOutcome { log, probe }) = &self.speaker {
            report["speaker"] = json!({
                "pushed": log.pushed,
                "mostPushedInASecond": log.most_pushed_in_a_second,
                "unanswered": log.unanswered,
            });
            if let Some(probe) = probe {
                report["newLanguage"] =
                    json!({"toldOtherwise": probe.told_otherwise, "missed": probe.missed});
            }
        }
        report.to_string()
    }

    /// Whether the simulation has shown anything at all.
    ///
    /// # Errors
    /// Nobody could join.
    pub(crate) fn verdict(&self) -> Result<(), Failure> {
        if self.tally.counts.joined > 0 || self.interrupted {
            return Ok(());
        }
        let why = self.tally.errors.most_common().unwrap_or("no arrival was due");
        Err(Failure::Unavailable(format!("no listener could join ({why}); check the address and --session")))
    }
}

/// p50, p90, p99, p99.9 and the longest; nothing where nothing was measured.
fn percentiles(times: &Latencies) -> [Option<Duration>; 5] {
    let measured = [50.0, 90.0, 99.0, 99.9].map(|percent| times.percentile(percent));
    let [p50, p90, p99, p999] = measured;
    [p50, p90, p99, p999, times.max()].map(|time| (times.count() > 0).then_some(time))
}

fn figures(times: &Latencies) -> Value {
    let millis = percentiles(times).map(|time| time.map(|time| time.as_secs_f64() * 1_000.0));
    let [p50, p90, p99, p999, max] = millis;
    json!({"count": times.count(), "p50": p50, "p90": p90, "p99": p99, "p999": p999, "max": max})
}

#[cfg(test)]
mod tests;
