//! `headcount status`: one look at a session, without disturbing anybody.

use crate::args::SessionArgs;
use crate::client::Api;
use crate::failure::Failure;
use crate::term::{self, format};
use headcount_protocol::received::{Received, ReceivedBroadcast, ReceivedStatus};
use std::fmt::Write;

const EXAMPLES: &str = "\
Examples:
  headcount status http://127.0.0.1:8080 --session golden-eagle-427 --token-file speaker.token
  headcount status http://127.0.0.1:8080 --session golden-eagle-427 --token T --json

It only reads: the speaker's connection and the times of the speaker's updates stay as they are.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    session: SessionArgs,
    /// Print the server's message as it is
    #[arg(long)]
    json: bool,
}

/// Asks once and prints.
///
/// # Errors
/// The server cannot be reached, refuses, or answers with something that is no status.
pub(crate) fn run(args: &StatusArgs) -> Result<(), Failure> {
    let SessionArgs { server, session, proof } = &args.session;
    let url = &server.url;
    let api = Api::new(url.clone(), &server.trust()?, Some(proof.required()?));
    let text = api.status(session.as_str()).map_err(|error| error.failure(url))?;
    if args.json {
        return term::print(&format!("{text}\n"));
    }
    let Ok(Received::Status(status)) = Received::parse(&text) else {
        return Err(crate::client::ApiError::Unreadable.failure(url));
    };
    term::print(&table(&status))
}

/// The status for a person.
fn table(status: &ReceivedStatus) -> String {
    let mut text = String::new();
    let inexact = if status.exact { "" } else { "   not exact: the counts are being rebuilt" };
    // Writing to a String cannot fail.
    let _ = writeln!(text, "session     {}", status.session_id);
    let _ = writeln!(text, "listeners   {}{inexact}", format::count(status.listener_count));
    let _ = writeln!(text, "duration    {}", format::stopwatch(status.session_duration));
    let _ = writeln!(text, "broadcast   {}", broadcast(&status.broadcast));
    let _ = writeln!(text, "as of       {}", format::time_of_day(status.timestamp));
    let widest =
        status.language_distribution.iter().map(|(tag, _)| tag.len()).max().unwrap_or_default().max(8);
    if !status.language_distribution.is_empty() {
        let _ = writeln!(text, "\n{:<widest$}  {:>9}  share", "language", "listeners");
    }
    for (tag, listeners) in &status.language_distribution {
        let share = format::percent(*listeners, status.listener_count);
        let _ = writeln!(text, "{tag:<widest$}  {:>9}  {share:>3} %", format::count(*listeners));
    }
    text
}

/// What the broadcast is doing, in a few words.
pub(crate) fn broadcast(state: &ReceivedBroadcast) -> String {
    if !state.is_active {
        return "ended".to_owned();
    }
    let mut words = vec![if state.is_paused { "paused" } else { "on air" }.to_owned()];
    if state.is_muted {
        words.push("muted".to_owned());
    }
    words.push(format!("volume {:.0} %", state.volume * 100.0));
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = r#"{"type":"sessionStatus","sessionId":"golden-eagle-427","listenerCount":1542,
        "languageDistribution":{"es":1500,"zh-Hant":42},"sessionDuration":1847,"broadcastState":{"isActive":true,
        "isPaused":true,"isMuted":true,"volume":0.5,"lastStateChange":1699500000000},"timestamp":1699501847000,
        "updateReason":"requested","exact":false}"#;

    #[test]
    fn the_table_says_it_all_and_lines_up() {
        let Ok(Received::Status(status)) = Received::parse(STATUS) else { panic!("no status") };
        let table = table(&status);
        for line in [
            "listeners   1,542   not exact: the counts are being rebuilt",
            "duration    30:47",
            "broadcast   paused, muted, volume 50 %",
            "language  listeners  share",
            "es            1,500   97 %",
            "zh-Hant          42    3 %",
        ] {
            assert!(table.lines().any(|shown| shown == line), "{line:?} in\n{table}");
        }
    }

    #[test]
    fn an_empty_session_has_no_table_of_languages() {
        let Ok(Received::Status(mut status)) = Received::parse(STATUS) else { panic!("no status") };
        status.language_distribution.clear();
        status.exact = true;
        let table = table(&status);
        assert!(!table.contains("language") && !table.contains("exact"), "{table}");
    }
}
