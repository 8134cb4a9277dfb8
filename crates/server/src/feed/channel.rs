//! One session as one scope shows it: the events of late, and those who hear the next one.

use super::KEPT_FOR;
use super::scene::{Seen, Showing, showing};
use super::watcher::{Heard, Resume, Said};
use bytes::Bytes;
use headcount_core::{Event, LinkId, Scope, Session, StatusUpdate, Timestamp};
use headcount_protocol::{ServerMessage, event_stream};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How many events are kept for those who come back. The oldest goes first; who comes back for it is told that events
/// are missing.
const KEPT: usize = 256;

/// How many bytes of them are kept, in the same way.
const KEPT_BYTES: usize = 256 * 1_024;

/// One who hears the next event.
pub(super) struct Watching {
    pub(super) number: u64,
    pub(super) link: Option<LinkId>,
    pub(super) sender: mpsc::Sender<Heard>,
    /// Ends the stream.
    pub(super) stop: CancellationToken,
    /// Ends the connection.
    pub(super) hang_up: CancellationToken,
}

/// A session as one scope shows it.
pub(super) struct Channel {
    scope: Scope,
    /// When the session was created.
    created_at: Timestamp,
    /// Tells the numbers of this channel from those of every other one, before and after a restart.
    run: u64,
    /// The number of the last event; the first one is 1.
    last: u64,
    kept: VecDeque<Said>,
    kept_bytes: usize,
    watching: Vec<Watching>,
    seen: Seen,
    /// When a status was last said, or looked for.
    status_at: Instant,
    /// Whether a look is wanted before a status is due.
    unsure: bool,
    /// Since when nobody watches.
    unwatched: Option<Instant>,
    ended: Option<Arc<Session>>,
}

impl Channel {
    pub(super) fn new(run: u64, scope: Scope, created_at: Timestamp, now: Instant) -> Self {
        Self {
            scope,
            created_at,
            run,
            last: 0,
            kept: VecDeque::new(),
            kept_bytes: 0,
            watching: Vec::new(),
            seen: Seen::default(),
            status_at: now,
            unsure: false,
            unwatched: Some(now),
            ended: None,
        }
    }

    pub(super) const fn scope(&self) -> &Scope {
        &self.scope
    }

    pub(super) const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    pub(super) const fn run(&self) -> u64 {
        self.run
    }

    pub(super) const fn last(&self) -> u64 {
        self.last
    }

    pub(super) const fn ended(&self) -> Option<&Arc<Session>> {
        self.ended.as_ref()
    }

    pub(super) fn watching(&self) -> usize {
        self.watching.len()
    }

    pub(super) const fn unwatched_since(&self) -> Option<Instant> {
        self.unwatched
    }

    /// Whether nobody is expected back any more.
    pub(super) fn is_forgotten(&self, now: Instant) -> bool {
        self.unwatched.is_some_and(|since| now.saturating_duration_since(since) > KEPT_FOR)
    }

    pub(super) fn add(&mut self, watching: Watching) {
        self.unwatched = None;
        self.watching.push(watching);
    }

    pub(super) fn remove(&mut self, number: u64, now: Instant) {
        self.watching.retain(|watching| watching.number != number);
        if self.watching.is_empty() {
            self.unwatched.get_or_insert(now);
        }
    }

    /// Ends the streams of those who watch by `link`.
    pub(super) fn stop(&self, link: &LinkId) {
        let by_it = self.watching.iter().filter(|watching| watching.link.as_ref() == Some(link));
        by_it.for_each(|watching| watching.stop.cancel());
    }

    /// How a client that has heard `last` is brought up to date.
    pub(super) fn resume(&self, last: Option<&str>) -> Resume {
        match last {
            None => Resume::Fresh,
            Some(last) => self.after(last).map_or(Resume::Missed, Resume::Rest),
        }
    }

    /// What is to be heard after `last`, at the end of the session.
    pub(super) fn rest(&self, last: &str) -> Vec<Bytes> {
        match self.after(last) {
            Some(rest) => rest.into_iter().map(|said| said.text).collect(),
            // What it has missed is not known; how it ended is.
            None => self.kept.back().map(|said| said.text.clone()).into_iter().collect(),
        }
    }

    /// The events after `last`; `None` where they are not all kept.
    fn after(&self, last: &str) -> Option<Vec<Said>> {
        let (run, number) = last.split_once('-')?;
        let number = number.parse::<u64>().ok().filter(|number| *number <= self.last)?;
        let oldest = self.kept.front().map_or(self.last + 1, |said| said.number);
        if u64::from_str_radix(run, 16) != Ok(self.run) || number + 1 < oldest {
            return None;
        }
        Some(self.kept.iter().filter(|said| said.number > number).cloned().collect())
    }

    /// Says what the scope shows of `event`.
    pub(super) fn observe(&mut self, event: &Event, now: Instant) {
        if let Event::Ended { session, .. } = event {
            // An earlier session of the name may be told of when this one is there already.
            if session.created_at != self.created_at {
                return;
            }
            self.ended = Some(Arc::clone(session));
        }
        match showing(&self.scope, event, &mut self.seen) {
            Showing::Nothing => {}
            Showing::Look => {
                self.unsure = true;
                self.hand_out(&Heard::Look);
            }
            Showing::Status(update) => self.say_status(&update, now),
            Showing::Notice(notice, at) => {
                let message = ServerMessage::Notice { session: event.session(), notice: &notice };
                self.say(&message, at, None, false);
            }
            Showing::Signal(signal, at) => {
                let message = ServerMessage::Signal { session: event.session(), signal };
                self.say(&message, at, None, false);
            }
            Showing::End(notice, at) => {
                let message = ServerMessage::Notice { session: event.session(), notice: &notice };
                self.say(&message, at, None, true);
            }
        }
    }

    /// Somebody has looked for all who watch: this is how things stand.
    pub(super) fn say_looked(&mut self, update: &StatusUpdate, now: Instant) {
        self.seen.saw(&self.scope, update);
        self.say_status(update, now);
    }

    /// One who watches was told how things stand, the others were not: the next status is for all of them.
    pub(super) fn briefed(&mut self, update: &StatusUpdate) {
        self.seen.showed_to_one(&self.scope, update);
    }

    /// Whether it is time to look, for the first who asks.
    pub(super) fn claim_look(&mut self, period: Duration, now: Instant) -> bool {
        let is_due = self.unsure || now.saturating_duration_since(self.status_at) >= period;
        if is_due {
            self.unsure = false;
            self.status_at = now;
        }
        is_due && self.ended.is_none()
    }

    fn say_status(&mut self, update: &StatusUpdate, now: Instant) {
        let at = update.status.timestamp;
        self.status_at = now;
        self.say(&ServerMessage::SessionStatus(update), at, Some(at), false);
    }

    fn say(
        &mut self,
        message: &ServerMessage<'_>,
        at: Timestamp,
        status_of: Option<Timestamp>,
        is_last: bool,
    ) {
        self.last += 1;
        let text = Bytes::from(event_stream::event(&id(self.run, self.last), message, at));
        let said = Said { number: self.last, text, status_of, is_last };
        self.keep(said.clone());
        self.hand_out(&Heard::Said(said));
    }

    fn keep(&mut self, said: Said) {
        self.kept_bytes += said.text.len();
        self.kept.push_back(said);
        while self.kept.len() > KEPT || (self.kept_bytes > KEPT_BYTES && self.kept.len() > 1) {
            let oldest = self.kept.pop_front();
            self.kept_bytes -= oldest.map_or(0, |said| said.text.len());
        }
    }

    /// Who has no room for one more is cut off: what it has not heard is kept here, and it will be back.
    fn hand_out(&mut self, heard: &Heard) {
        self.watching.retain(|watching| match watching.sender.try_send(heard.clone()) {
            Ok(()) | Err(TrySendError::Closed(_)) => true,
            Err(TrySendError::Full(_)) => {
                watching.hang_up.cancel();
                false
            }
        });
    }
}

/// The identifier of event `number` of the channel `run`.
pub(super) fn id(run: u64, number: u64) -> String {
    format!("{run:016x}-{number}")
}
