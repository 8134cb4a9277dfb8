//! One stream of events, from the first line to the last.

use crate::app::App;
use crate::feed::{Heard, Resume, Said, Watcher};
use crate::viewer::Viewer;
use bytes::Bytes;
use headcount_access::ConnectionPermit;
use headcount_core::StatusUpdate;
use headcount_protocol::event_stream;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How often there is a sign of life where nothing happens. Proxies cut what is silent for longer: half a minute, often.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

/// How many milliseconds clients wait before they come back, at the least, and how many more at the most: those of a server
/// that stops should not all come at once.
const COME_BACK: (u64, u64) = (1_000, 3_000);

/// A stream of events. It keeps its place under the caps until it is dropped.
pub(super) struct EventStream {
    app: Arc<App>,
    watcher: Watcher,
    viewer: Viewer,
    /// What is to be written before anything else is heard; never more than an answer to one who comes back.
    waiting: VecDeque<Bytes>,
    /// When a status is due, if none is said before.
    status_due: Instant,
    alive_due: Instant,
    /// When the link expires.
    ends_at: Option<Instant>,
    is_over: bool,
    _permit: Arc<ConnectionPermit>,
}

impl EventStream {
    /// The stream of `watcher`, for whom things stand as in `update`, which was read after it began to watch.
    pub(super) fn new(
        app: Arc<App>,
        watcher: Watcher,
        viewer: Viewer,
        update: &StatusUpdate,
        permit: Arc<ConnectionPermit>,
    ) -> Self {
        let now = Instant::now();
        let ends_at = match &viewer {
            Viewer::Link(link) => now.checked_add(link.expires_at.since(app.now())),
            Viewer::Operator | Viewer::Speaker => None,
        };
        let (least, more) = COME_BACK;
        let come_back = event_stream::retry_after(least + app.ids.entropy() % more);
        let mut stream = Self {
            status_due: now + app.service.settings().policy.period,
            alive_due: now + ALIVE_EVERY,
            ends_at,
            app,
            watcher,
            viewer,
            waiting: VecDeque::from([Bytes::from(come_back)]),
            is_over: false,
            _permit: permit,
        };
        stream.bring_up_to_date(update);
        stream
    }

    /// What was missed, in its order; what was said since this began to watch; and how things stand, unless that was said
    /// meanwhile.
    fn bring_up_to_date(&mut self, update: &StatusUpdate) {
        match self.watcher.resume() {
            Resume::Fresh => {}
            Resume::Missed => self.waiting.push_back(self.watcher.resync(self.app.now())),
            Resume::Rest(missed) => missed.iter().for_each(|said| self.pass(said)),
        }
        let said = self.watcher.said_by_now();
        let told = said.iter().any(|said| said.status_of >= Some(update.status.timestamp));
        said.iter().for_each(|said| self.pass(said));
        if !told && !self.is_over {
            self.waiting.push_back(self.watcher.brief(update));
        }
    }

    /// The next piece of the stream; `None` at its end.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(text) = self.waiting.pop_front() {
                self.alive_due = Instant::now() + ALIVE_EVERY;
                return Some(text);
            }
            if self.is_over {
                return None;
            }
            let app = Arc::clone(&self.app);
            tokio::select! {
                biased;
                () = app.draining.cancelled() => self.finish(),
                () = at(self.ends_at) => self.is_over = true,
                heard = self.watcher.hear() => match heard {
                    Some(Heard::Said(said)) => self.pass(&said),
                    Some(Heard::Look) => self.look().await,
                    None => self.is_over = true,
                },
                () = sleep_until(self.status_due) => self.look().await,
                () = sleep_until(self.alive_due) => {
                    self.waiting.push_back(Bytes::from_static(event_stream::KEEP_ALIVE.as_bytes()));
                }
            }
        }
    }

    /// The server goes away; what was said is passed on first.
    fn finish(&mut self) {
        self.is_over = true;
        self.watcher.said_by_now().iter().for_each(|said| self.pass(said));
    }

    fn pass(&mut self, said: &Said) {
        if said.status_of.is_some() {
            self.status_due = Instant::now() + self.period();
        }
        self.is_over |= said.is_last;
        let text = self.watcher.pass(said);
        self.waiting.push_back(text);
    }

    /// Looks how things stand and says so to all who watch the same, if it is for this one to do. It comes back to this
    /// one as it does to the others.
    async fn look(&mut self) {
        let period = self.period();
        self.status_due = Instant::now() + period;
        if !self.watcher.has_to_look(period) {
            return;
        }
        match self.app.service.peek_scope(self.watcher.session(), self.viewer.scope()).await {
            Ok(Some(update)) => self.watcher.say(&update),
            // Its end was said, or is about to be: who comes back will hear it.
            Ok(None) => self.finish(),
            // The store has trouble; the next look is as far away as the next status.
            Err(_) => {}
        }
    }

    fn period(&self) -> Duration {
        self.app.service.settings().policy.period
    }
}

async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
