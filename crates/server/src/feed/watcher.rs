//! One who watches: the receiving end of a channel.

use super::Feeds;
use bytes::Bytes;
use headcount_core::{SessionId, StatusUpdate, Timestamp};
use headcount_protocol::ServerMessage;
use headcount_protocol::event_stream;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// An event as it was said, for everybody who watches the same.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// Its number in the channel.
    pub(super) number: u64,
    /// As it goes over the wire.
    pub(crate) text: Bytes,
    /// The moment that it tells of, where it is a status.
    pub(crate) status_of: Option<Timestamp>,
    /// Whether nothing follows it.
    pub(crate) is_last: bool,
}

/// What a watcher hears.
#[derive(Clone, Debug)]
pub(crate) enum Heard {
    /// An event.
    Said(Said),
    /// The counts have changed in a way that the event did not show: somebody has to look.
    Look,
}

/// How a client that comes back is brought up to date.
#[derive(Debug)]
pub(crate) enum Resume {
    /// It is here for the first time.
    Fresh,
    /// It has missed these.
    Rest(Vec<Said>),
    /// What it has missed is not kept any more.
    Missed,
}

impl Resume {
    /// The number of the last event that the client has heard before it is brought up to date, where `last` is the
    /// channel's last.
    pub(super) fn at(&self, last: u64) -> u64 {
        match self {
            Self::Rest(missed) => missed.first().map_or(last, |first| first.number - 1),
            Self::Fresh | Self::Missed => last,
        }
    }
}

/// One who watches, until this is dropped.
pub(crate) struct Watcher {
    pub(super) feeds: Feeds,
    pub(super) session: SessionId,
    pub(super) run: u64,
    pub(super) number: u64,
    pub(super) resume: Resume,
    /// The number of the last event that was passed on.
    pub(super) at: u64,
    pub(super) stop: CancellationToken,
    pub(super) receiver: mpsc::Receiver<Heard>,
}

impl Watcher {
    /// The session.
    pub(crate) fn session(&self) -> &SessionId {
        &self.session
    }

    /// How it is brought up to date; only once.
    pub(crate) fn resume(&mut self) -> Resume {
        std::mem::replace(&mut self.resume, Resume::Fresh)
    }

    /// The next thing to hear; `None` once this watcher was cut off, or its link taken back.
    pub(crate) async fn hear(&mut self) -> Option<Heard> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => None,
            heard = self.receiver.recv() => heard,
        }
    }

    /// What has been said by now, without waiting.
    pub(crate) fn said_by_now(&mut self) -> Vec<Said> {
        let mut said = Vec::new();
        while let Ok(heard) = self.receiver.try_recv() {
            if let Heard::Said(event) = heard {
                said.push(event);
            }
        }
        said
    }

    /// Passes `said` on: from here on the client comes back behind it.
    pub(crate) fn pass(&mut self, said: &Said) -> Bytes {
        self.at = said.number;
        said.text.clone()
    }

    /// A status for this watcher alone, who has just come: `update` is how things stand. Its identifier is that of the
    /// event before it, so that coming back repeats or leaves out nothing.
    pub(crate) fn brief(&self, update: &StatusUpdate) -> Bytes {
        self.feeds.with(self, |channel| channel.briefed(update));
        event_stream::event(&self.id(), &ServerMessage::SessionStatus(update), update.status.timestamp).into()
    }

    /// That something is missing.
    pub(crate) fn resync(&self, now: Timestamp) -> Bytes {
        event_stream::resync(&self.id(), &self.session, now).into()
    }

    /// Whether it is for this watcher to look how things stand, for all who watch the same: one of them does, if no
    /// status was said for `period` or the channel could not tell.
    pub(crate) fn has_to_look(&self, period: Duration) -> bool {
        self.feeds.with(self, |channel| channel.claim_look(period, Instant::now())).unwrap_or(false)
    }

    /// Says `update`, which is how things stand, to all who watch the same.
    pub(crate) fn say(&self, update: &StatusUpdate) {
        self.feeds.with(self, |channel| channel.say_looked(update, Instant::now()));
    }

    fn id(&self) -> String {
        super::channel::id(self.run, self.at)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.feeds.leave(self);
    }
}
