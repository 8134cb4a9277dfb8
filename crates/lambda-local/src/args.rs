//! The command line.

use clap::{Parser, ValueEnum};
use headcount_lambda_local::{FunctionLog, Settings};
use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  just lambda-local                                build what is missing, and play
  just lambda-local --sweep-every 10s --log info   see the schedule at work
  just lambda-local --set UpdateIntervalSeconds=5 --set Languages=es,fr
  just lambda-local --speaker-auth hs256 --speaker-secret-file secret
      (make a login token with: headcount token --secret-file secret --user ada --lifetime 8h)

What can be --set are the parameters of infra/aws/template.yaml; docs/aws.md explains them.

Exit codes:
  0 stopped, 64 wrong usage, 69 something did not start

Colours follow the terminal and NO_COLOR.";

/// How a line of metrics begins, in CloudWatch's embedded metric format.
const METRICS: &str = "{\"_aws\"";

const TIMES: &str = "write a time as 500ms, 10s or 1m30s";

/// Plays Headcount's AWS stack on this machine: API Gateway, the schedule, the queue, the stream and the tables, around
/// the real function. No account is needed, nothing leaves this machine, and nothing is kept.
#[derive(Debug, Parser)]
#[command(name = "lambda-local", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Where the WebSocket API listens; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// How speakers prove who they are; none lets anybody create sessions
    #[arg(long, value_name = "HOW", value_enum, default_value_t = SpeakerAuth::None)]
    pub(crate) speaker_auth: SpeakerAuth,
    /// For hs256: the file with the secret that login tokens are signed with, 32 bytes or more
    #[arg(long, value_name = "FILE", required_if_eq("speaker_auth", "hs256"))]
    speaker_secret_file: Option<PathBuf>,
    /// How often the schedule fires; on AWS it is once a minute, and cannot be more often
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = some_time)]
    sweep_every: Duration,
    /// How long a function reuses counts; 0s is never
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = duration)]
    status_cache: Duration,
    /// How answers come: as what the function returns, or posted to the connection
    #[arg(long, value_name = "HOW", value_enum, default_value_t = ReplyMode::Return)]
    reply_mode: ReplyMode,
    /// Sets a parameter of the template, such as MaxListeners=50; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = assignment)]
    parameters: Vec<(String, String)>,
    /// Shows what the functions log, on standard error: error, warn, info, debug, or a filter such as
    /// headcount_lambda=debug
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// Shows the metrics of the functions, which they write as lines of their log
    #[arg(long)]
    metrics: bool,
    /// The function; without it, the bootstrap beside this program
    #[arg(long, value_name = "PATH")]
    bootstrap: Option<PathBuf>,
    /// The emulator of DynamoDB that scripts/emulator builds
    #[arg(long, value_name = "PATH", default_value = "target/tmp/emulator/debug/headcount-emulator")]
    emulator: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SpeakerAuth {
    None,
    Hs256,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReplyMode {
    Return,
    Post,
}

impl Args {
    /// Reads the command line of this process.
    ///
    /// # Errors
    /// The code to exit with, once help, version or a complaint has been printed.
    pub(crate) fn read() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(|error| {
            // Nothing can be done if even this cannot be printed.
            let _ = error.print();
            if error.use_stderr() { ExitCode::from(super::USAGE) } else { ExitCode::SUCCESS }
        })
    }

    /// The settings that it stands for.
    ///
    /// # Errors
    /// What is wrong, for the person at the terminal.
    pub(crate) fn settings(&self) -> Result<Settings, String> {
        let mut settings = Settings::new(self.bootstrap()?, &self.emulator)
            // Any page may connect, so that the console of a browser can be used from wherever it is open.
            .with("AllowOrigin", "*")
            .with("StatusCacheMs", self.status_cache.as_millis().to_string())
            .with("ReplyMode", if self.reply_mode == ReplyMode::Post { "post" } else { "return" });
        if self.speaker_auth == SpeakerAuth::Hs256 {
            settings = settings.with("SpeakerAuth", "hs256").with("SpeakerSecret", self.secret()?);
        }
        settings.parameters.extend(self.parameters.iter().cloned());
        if let Some(filter) = &self.log {
            settings.environment.push(("HEADCOUNT_LOG".to_owned(), filter.clone()));
        }
        if self.log.is_some() || self.metrics {
            settings.log = FunctionLog::Each(Arc::new(self.shown()));
        }
        settings.listen = self.listen;
        settings.sweep_every = Some(self.sweep_every);
        Ok(settings)
    }

    /// Shows a line of the functions on standard error, if it is one that was asked for.
    fn shown(&self) -> impl Fn(&str) + Send + Sync + use<> {
        let (log, metrics) = (self.log.is_some(), self.metrics);
        move |line| {
            let wanted = if line.starts_with(METRICS) { metrics } else { log };
            if wanted {
                // If nobody reads it, nothing is left to be done.
                let _ = writeln!(io::stderr(), "{line}");
            }
        }
    }

    fn bootstrap(&self) -> Result<PathBuf, String> {
        if let Some(path) = &self.bootstrap {
            return Ok(path.clone());
        }
        let beside = std::env::current_exe().map(|program| program.with_file_name("bootstrap"));
        beside.map_err(|error| format!("name the function with --bootstrap: {error}"))
    }

    fn secret(&self) -> Result<String, String> {
        let Some(file) = &self.speaker_secret_file else { return Ok(String::new()) };
        let secret = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(secret.trim().to_owned())
    }
}

/// As [`duration`], but more than none.
fn some_time(text: &str) -> Result<Duration, String> {
    duration(text).and_then(|time| if time.is_zero() { Err(TIMES.to_owned()) } else { Ok(time) })
}

/// A time such as `500ms`, `10s` or `1m30s`.
fn duration(text: &str) -> Result<Duration, String> {
    let time: Option<jiff::SignedDuration> = text.parse().ok();
    time.and_then(|time| Duration::try_from(time).ok()).ok_or_else(|| TIMES.to_owned())
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn args(line: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from([&["lambda-local"], line].concat())
    }

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_is_given_later_wins() {
        let args = args(&["--status-cache", "0s", "--set", "StatusCacheMs=7", "--log", "debug"]).unwrap();
        let settings = args.settings().unwrap();
        let last =
            |name: &str| settings.parameters.iter().rfind(|(given, _)| given == name).unwrap().1.clone();
        assert_eq!(last("StatusCacheMs"), "7");
        assert_eq!(last("SpeakerAuth"), "none");
        assert_eq!(settings.environment, [("HEADCOUNT_LOG".to_owned(), "debug".to_owned())]);
        assert!(matches!(settings.log, FunctionLog::Each(_)));
    }

    #[test]
    fn wrong_values_are_refused() {
        for line in [
            &["--listen", "8090"][..],
            &["--sweep-every", "soon"],
            &["--sweep-every", "-5s"],
            &["--set", "MaxListeners"],
            &["--speaker-auth", "hs256"],
        ] {
            assert!(args(line).is_err(), "{line:?}");
        }
    }
}
