//! The speaker's side of a simulation: questions at a fixed rate, a pause, and what the speaker is told meanwhile.

use super::clock::Moment;
use super::latencies::Latencies;
use super::tally::Errors;
use crate::client::{Incoming, Socket};
use headcount_protocol::ClientMessage;
use headcount_protocol::received::{Received, ReceivedStatus};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// What the speaker is to do.
#[derive(Debug)]
pub(crate) enum Cue {
    /// Ask for the status from now on, so many times a second.
    Ask(f64),
    /// From now on, note the answers apart: the audience has vanished.
    Vanished,
    /// Pause the broadcast, and say when.
    Pause(oneshot::Sender<Moment>),
    /// Resume it.
    Resume,
}

/// A status that the speaker was sent.
#[derive(Debug)]
pub(crate) struct Told {
    /// When it came.
    pub(crate) at: Moment,
    /// What it says.
    pub(crate) status: ReceivedStatus,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct SpeakerLog {
    /// From the scheduled time of a question to its answer.
    pub(crate) queries: Latencies,
    /// The same for questions after the audience vanished.
    pub(crate) queries_after_vanishing: Latencies,
    /// Questions without an answer at the end.
    pub(crate) unanswered: u64,
    /// Updates that nobody asked for, by reason.
    pub(crate) pushed: BTreeMap<String, u64>,
    /// The most of them within any one second.
    pub(crate) most_pushed_in_a_second: u64,
    /// What went wrong.
    pub(crate) errors: Errors,
}

/// The speaker's connection and what is under way on it.
pub(crate) struct Speaker {
    socket: Socket,
    told: mpsc::Sender<Told>,
    log: SpeakerLog,
    /// When the next question is due, and the time between two.
    schedule: Option<(Moment, Duration)>,
    /// The scheduled times of the questions that wait for an answer; answers come in order.
    waiting: VecDeque<Moment>,
    vanished: Option<Moment>,
    last_second: VecDeque<Moment>,
}

impl Speaker {
    /// How many questions may wait for an answer; more are not sent and count as unanswered.
    const WAITING: usize = 1_000;

    /// A speaker on an open connection. Statuses are also passed on by `told`, and dropped when that is full.
    pub(crate) fn new(socket: Socket, told: mpsc::Sender<Told>) -> Self {
        Self {
            socket,
            told,
            log: SpeakerLog::default(),
            schedule: None,
            waiting: VecDeque::new(),
            vanished: None,
            last_second: VecDeque::new(),
        }
    }

    /// Speaks until there are no more cues or the connection ends.
    pub(crate) async fn perform(mut self, mut cues: mpsc::Receiver<Cue>) -> SpeakerLog {
        loop {
            let goes_on = tokio::select! {
                cue = cues.recv() => match cue {
                    Some(cue) => self.follow(cue).await,
                    None => break,
                },
                () = due(self.schedule) => self.ask().await,
                incoming = self.socket.next() => self.hear(incoming),
            };
            if !goes_on {
                // The connection is gone; what is still asked for cannot be done.
                break;
            }
        }
        self.log.unanswered += self.waiting.len() as u64;
        self.socket.close().await;
        self.log
    }

    async fn follow(&mut self, cue: Cue) -> bool {
        match cue {
            Cue::Ask(rate) => {
                self.schedule = Some((Moment::now(), Duration::from_secs_f64(1.0 / rate)));
                true
            }
            Cue::Vanished => {
                self.vanished = Some(Moment::now());
                true
            }
            Cue::Pause(when) => {
                // If the asker has gone, the pause is still one.
                let _ = when.send(Moment::now());
                self.send(&ClientMessage::PauseBroadcast).await
            }
            Cue::Resume => self.send(&ClientMessage::ResumeBroadcast).await,
        }
    }

    /// Sends the question that is due. The next one is due a period after this one was, however late we are.
    async fn ask(&mut self) -> bool {
        let Some((due, period)) = self.schedule else { return true };
        self.schedule = Some((due.plus(period), period));
        if self.waiting.len() >= Self::WAITING {
            self.log.unanswered += 1;
            return true;
        }
        self.waiting.push_back(due);
        self.send(&ClientMessage::GetSessionStatus { detail: None, at: None }).await
    }

    async fn send(&mut self, message: &ClientMessage) -> bool {
        let sent = self.socket.send(message).await;
        if sent.is_err() {
            self.log.errors.add("speaker: connection lost", 1);
        }
        sent.is_ok()
    }

    fn hear(&mut self, incoming: Incoming) -> bool {
        let at = Moment::now();
        match incoming {
            Incoming::Text(text) => {
                self.read(&text, at);
                true
            }
            Incoming::Closed(code, reason) => {
                self.log.errors.add(&format!("speaker: closed {code} {reason}"), 1);
                false
            }
            Incoming::Lost => {
                self.log.errors.add("speaker: connection lost", 1);
                false
            }
        }
    }

    fn read(&mut self, text: &str, at: Moment) {
        match Received::parse(text) {
            Ok(Received::Status(status)) => {
                if status.update_reason == "requested" {
                    self.answered(at);
                } else {
                    self.note_push(&status.update_reason, at);
                }
                // Only the probe of new languages listens, and it looks for one status at a time.
                let _ = self.told.try_send(Told { at, status });
            }
            Ok(Received::Error { code, .. }) => {
                self.log.errors.add(&format!("speaker: {code}"), 1);
                if self.waiting.pop_front().is_some() {
                    self.log.unanswered += 1;
                }
            }
            _ => {}
        }
    }

    fn answered(&mut self, at: Moment) {
        let Some(due) = self.waiting.pop_front() else { return };
        let log = if self.vanished.is_some_and(|vanished| due >= vanished) {
            &mut self.log.queries_after_vanishing
        } else {
            &mut self.log.queries
        };
        log.record(at.since(due));
    }

    fn note_push(&mut self, reason: &str, at: Moment) {
        const SECOND: Duration = Duration::from_secs(1);
        // The reasons are the contract's; a server that makes up more is not worth the memory.
        if self.log.pushed.len() < 16 || self.log.pushed.contains_key(reason) {
            *self.log.pushed.entry(reason.to_owned()).or_default() += 1;
        }
        self.last_second.push_back(at);
        while self.last_second.front().is_some_and(|first| at.since(*first) >= SECOND) {
            self.last_second.pop_front();
        }
        self.log.most_pushed_in_a_second =
            self.log.most_pushed_in_a_second.max(self.last_second.len() as u64);
    }
}

async fn due(schedule: Option<(Moment, Duration)>) {
    match schedule {
        Some((moment, _)) => moment.reached().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
