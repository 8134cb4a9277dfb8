//! What the demo prints: a line for everything that the speaker is told, and one for everything that happens.

use super::script::Scene;
use crate::client::Endpoint;
use crate::term::{self, format};
use anstyle::{AnsiColor, Style};
use headcount_protocol::received::{ReceivedStatus, SessionCreated};
use std::io;

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Prints; remembers the last count for the differences. An error says that nobody reads any more.
#[derive(Debug, Default)]
pub(super) struct Printer {
    last: u64,
}

impl Printer {
    /// What this is, and how to look further.
    pub(super) fn welcome(&self, endpoint: &Endpoint, created: &SessionCreated) -> io::Result<()> {
        line(&welcome(&term::program(), endpoint, created))
    }

    /// What the speaker is told.
    pub(super) fn status(&mut self, status: &ReceivedStatus) -> io::Result<()> {
        let before = std::mem::replace(&mut self.last, status.listener_count);
        line(&status_line(before, status))
    }

    /// What happens.
    pub(super) fn scene(&self, scene: &Scene) -> io::Result<()> {
        self.note(&describe(scene))
    }

    /// A remark.
    pub(super) fn note(&self, text: &str) -> io::Result<()> {
        line(&format!("{DIM}{:10}{text}{DIM:#}", ""))
    }

    /// The end.
    pub(super) fn farewell(&self) -> io::Result<()> {
        line(
            "\nThe demo is over. `headcount serve` runs a server of your own; `headcount --help` shows the rest.",
        )
    }
}

fn line(text: &str) -> io::Result<()> {
    term::write(&format!("{text}\n"))
}

fn welcome(program: &str, endpoint: &Endpoint, created: &SessionCreated) -> String {
    let session = &created.session_id;
    let token = created.speaker_token.as_str();
    let listener = endpoint.socket(&[("sessionId", session), ("targetLanguage", "ko")]);
    format!(
        "Session {BOLD}{session}{BOLD:#} is on the air at {endpoint}, and an audience is coming in over real sockets.\n\
         \n\
         Look further, from another terminal:\n\
         \n  {program} watch {endpoint} --session {session} --token {token}\n\
         \n  {program} status {endpoint} --session {session} --token {token}\n\
         \n  curl -H 'Authorization: Bearer {token}' {status}\n\
         \n\
         Join the audience: open {endpoint} in a browser, and in its console:\n\
         \n  new WebSocket('{listener}').onmessage = e => console.log(e.data)\n\
         \n\
         Below is what the speaker is told, and why; {DIM}what happens is dimmed{DIM:#}. Ctrl-C stops.\n",
        status = endpoint.page(&format!("sessions/{session}/status")),
    )
}

fn status_line(before: u64, status: &ReceivedStatus) -> String {
    let reason = reason_style(&status.update_reason);
    let count = format::count(status.listener_count);
    let difference = format::difference(before, status.listener_count);
    let trend = if status.listener_count >= before { AnsiColor::Green } else { AnsiColor::Red }.on_default();
    let mut line = format!(
        "{}  {reason}{:<19}{reason:#}  {BOLD}{count:>6}{BOLD:#} {trend}{difference:<6}{trend:#}  {}",
        format::time_of_day(status.timestamp),
        status.update_reason,
        format::languages(&status.language_distribution, 10),
    );
    if status.broadcast.is_paused {
        line.push_str("  [paused]");
    }
    if !status.exact {
        line.push_str("  [not exact]");
    }
    line
}

/// One colour for each reason of an update.
fn reason_style(reason: &str) -> Style {
    match reason {
        "newLanguage" => AnsiColor::Magenta.on_default().bold(),
        "listenerCountChange" => AnsiColor::Yellow.on_default(),
        "requested" => AnsiColor::Cyan.on_default(),
        _ => Style::new(),
    }
}

fn describe(scene: &Scene) -> String {
    let people = |count: usize| match count {
        1 => "one listener".to_owned(),
        count => format!("{count} listeners"),
    };
    match scene {
        Scene::Arrive { count: 1, languages } => format!("one listener arrives: {}", languages.join(", ")),
        Scene::Arrive { count, languages } => format!("{} arrive: {}", people(*count), languages.join(", ")),
        Scene::Leave { count: 1 } => "one listener leaves".to_owned(),
        Scene::Leave { count } => format!("{} leave", people(*count)),
        Scene::Blip { count } => {
            format!(
                "the network of {} fails for a moment; they resume, and the count does not move",
                people(*count)
            )
        }
        Scene::Switch { count, to } => format!(
            "{} to {to}",
            match count {
                1 => "one listener changes".to_owned(),
                count => format!("{} change", people(*count)),
            }
        ),
        Scene::Ask => "the speaker asks for the status".to_owned(),
        Scene::Pause => "the speaker pauses".to_owned(),
        Scene::Resume => "the speaker goes on".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::changes::tests::status;
    use headcount_protocol::Token;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn lines_of_different_updates_line_up() {
        let mut told = status(&[("es", 15), ("fr", 12)], 1_699_501_847_000);
        told.update_reason = "newLanguage".to_owned();
        let first = plain(&status_line(12, &told));
        told.update_reason = "listenerCountChange".to_owned();
        told.exact = false;
        let second = plain(&status_line(1_027, &told));
        assert!(first.ends_with("  newLanguage              27 ▲15     es 15  fr 12"), "{first:?}");
        assert!(
            second.ends_with("  listenerCountChange      27 ▼1,000  es 15  fr 12  [not exact]"),
            "{second:?}"
        );
        let column = |line: &str| line.chars().position(|c| c == 's').is_some().then(|| line.find("es 15"));
        assert_eq!(column(&first), column(&second));
    }

    #[test]
    fn the_commands_of_the_welcome_can_be_copied() {
        let endpoint = Endpoint::parse("http://127.0.0.1:8080").unwrap();
        let created = SessionCreated {
            session_id: "golden-eagle-427".to_owned(),
            source_language: "en".to_owned(),
            quality_tier: "standard".to_owned(),
            connection_id: None,
            created_at: 1,
            expires_at: 2,
            speaker_token: Token::new("abc.def"),
        };
        let text = plain(&welcome("headcount", &endpoint, &created));
        for part in [
            "headcount watch http://127.0.0.1:8080 --session golden-eagle-427 --token abc.def\n",
            "curl -H 'Authorization: Bearer abc.def' http://127.0.0.1:8080/sessions/golden-eagle-427/status\n",
            "new WebSocket('ws://127.0.0.1:8080/?sessionId=golden-eagle-427&targetLanguage=ko')",
            "open http://127.0.0.1:8080 in a browser",
        ] {
            assert!(text.contains(part), "{part:?} in\n{text}");
        }
    }

    #[test]
    fn scenes_are_told_in_whole_words() {
        assert_eq!(describe(&Scene::Arrive { count: 1, languages: vec!["ja"] }), "one listener arrives: ja");
        assert_eq!(
            describe(&Scene::Arrive { count: 8, languages: vec!["es", "fr"] }),
            "8 listeners arrive: es, fr"
        );
        assert_eq!(describe(&Scene::Switch { count: 3, to: "fr" }), "3 listeners change to fr");
        assert_eq!(describe(&Scene::Leave { count: 1 }), "one listener leaves");
    }
}
