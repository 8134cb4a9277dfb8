//! What the dashboard knows: the last status, how it came to be, and how the connection is.

use super::Watched;
use super::changes;
use super::feed::News;
use super::trend::Trend;
use crate::failure::Failure;
use crate::status;
use headcount_protocol::received::{Received, ReceivedStatus};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The dashboard's state.
#[derive(Debug)]
pub(crate) struct Board {
    /// The session's id.
    pub(crate) session: String,
    /// The server's address.
    pub(crate) server: String,
    /// Whether we sit in the speaker's seat; then every status has a reason of its own.
    pub(crate) as_speaker: bool,
    /// The last status, and when it came.
    pub(crate) last: Option<(ReceivedStatus, Instant)>,
    /// The count over time.
    pub(crate) trend: Trend,
    /// The most listeners at once: as far as the server tells, else since we watch.
    pub(crate) peak: u64,
    /// What happened, newest first. Keeps [`Board::EVENTS`]; the oldest make room.
    pub(crate) events: VecDeque<Event>,
    /// How the connection is.
    pub(crate) line: Line,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// When, in milliseconds since the Unix epoch, by the server's clock.
    pub(crate) at: u64,
    /// Why we know: the reason of the update, or that we looked.
    pub(crate) reason: String,
    /// What.
    pub(crate) text: String,
}

/// How the connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The first answer is awaited.
    Connecting,
    /// All is well.
    Live,
    /// Lost; another try comes at that moment.
    Lost { why: String, retry_at: Instant },
    /// The session has ended.
    Ended,
    /// There is no way on.
    Failed(Failure),
}

impl Board {
    const EVENTS: usize = 100;

    /// An empty board.
    pub(crate) fn new(watched: &Watched) -> Self {
        Self {
            session: watched.session.to_string(),
            server: watched.endpoint.to_string(),
            as_speaker: watched.as_speaker,
            last: None,
            trend: Trend::default(),
            peak: 0,
            events: VecDeque::new(),
            line: Line::Connecting,
        }
    }

    /// Takes in one piece of news.
    pub(crate) fn take(&mut self, news: News, now: Instant) {
        match news {
            News::Open => self.line = Line::Live,
            News::Status { status, .. } => self.take_status(*status, now),
            News::Other { message, .. } => self.take_message(&message),
            News::Lost { why, retry_in } => self.line = Line::Lost { why, retry_at: now + retry_in },
            News::Over(Ok(())) => self.line = Line::Ended,
            News::Over(Err(failure)) => self.line = Line::Failed(failure),
        }
    }

    fn take_status(&mut self, status: ReceivedStatus, now: Instant) {
        self.line = Line::Live;
        if let Some(audience) = &status.audience {
            self.peak = self.peak.max(audience.peak_listener_count);
            if self.trend.is_empty() {
                audience.trend.iter().for_each(|(at, count)| self.trend.note(*at, *count));
            }
        }
        self.peak = self.peak.max(status.listener_count);
        self.trend.note(status.timestamp, status.listener_count);
        let before = self.last.as_ref().map(|(status, _)| status);
        let mut text = changes::between(before, &status).join(" · ");
        if text.is_empty() && self.as_speaker {
            text = "nothing has changed".to_owned();
        }
        let reason = if self.as_speaker { status.update_reason.clone() } else { "seen".to_owned() };
        self.note(Event { at: status.timestamp, reason, text });
        self.last = Some((status, now));
    }

    /// Messages that are not for a speaker, or only acknowledge, change nothing here.
    fn take_message(&mut self, message: &Received) {
        let at = self.server_time(Instant::now()).unwrap_or_default();
        match message {
            Received::Notice(notice) => {
                if let (Some(broadcast), Some((status, _))) = (notice.broadcast, &mut self.last) {
                    status.broadcast = broadcast;
                }
                let now = notice.broadcast.map(|broadcast| status::broadcast(&broadcast));
                let text = now.unwrap_or_else(|| "the broadcast was changed".to_owned());
                self.note(Event { at, reason: notice.kind.as_str().to_owned(), text });
            }
            Received::SessionEnded { reason } => {
                self.note(Event { at, reason: "sessionEnded".to_owned(), text: reason.clone() });
            }
            Received::Error { code, message, .. } => {
                self.note(Event { at, reason: code.clone(), text: message.clone() });
            }
            _ => {}
        }
    }

    fn note(&mut self, event: Event) {
        if event.text.is_empty() {
            return;
        }
        self.events.truncate(Self::EVENTS - 1);
        self.events.push_front(event);
    }

    /// How long the last status has been here.
    fn age(&self, now: Instant) -> Duration {
        self.last.as_ref().map_or(Duration::ZERO, |(_, came)| now.saturating_duration_since(*came))
    }

    /// The server's clock in milliseconds, as far as the last status tells; stands still when the line is not live.
    pub(crate) fn server_time(&self, now: Instant) -> Option<u64> {
        let (status, _) = self.last.as_ref()?;
        let age = if self.line == Line::Live { self.age(now) } else { Duration::ZERO };
        Some(status.timestamp.saturating_add(u64::try_from(age.as_millis()).unwrap_or(u64::MAX)))
    }

    /// Whole seconds since the session was created.
    pub(crate) fn session_seconds(&self, now: Instant) -> u64 {
        let Some((status, _)) = &self.last else { return 0 };
        let age = if self.line == Line::Live { self.age(now).as_secs() } else { 0 };
        status.session_duration.saturating_add(age)
    }
}

#[cfg(test)]
pub(super) mod tests;
