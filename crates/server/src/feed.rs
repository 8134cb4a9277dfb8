//! What happens in sessions, for those who only look on: heard from the rules, rendered once for all who see the same,
//! kept for a while for those who come back, and handed to each.
//!
//! There is one [`Channel`] for a session and a scope, from the first who watches it until nobody has for a while. A
//! session that nobody watches costs one look into a map an event.

mod channel;
mod scene;
#[cfg(test)]
mod tests;
mod watcher;

use bytes::Bytes;
use channel::Channel;
use headcount_core::ports::{Ids, Observer};
use headcount_core::{Event, LinkId, Scope, Session, SessionId};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub(crate) use watcher::{Heard, Resume, Said, Watcher};

/// How many may watch one session at a time, each scope counted apart; one more is refused.
const MAX_WATCHERS_OF_ONE: usize = 1_000;

/// How many may watch in all; one more is refused. Each also counts as a connection.
const MAX_WATCHERS: usize = 10_000;

/// How many channels there are at the most. Beyond that the one that nobody has watched for longest makes room; there is
/// always one, because this is more than [`MAX_WATCHERS`].
const MAX_CHANNELS: usize = 12_000;

/// How many events may wait for one who watches. With one more the watcher is cut off, and comes back.
const QUEUE: usize = 64;

/// For how long a channel that nobody watches is kept for those who come back.
const KEPT_FOR: Duration = Duration::from_secs(120);

/// How often is looked for channels that nobody has come back to.
const SWEEP_EVERY: Duration = Duration::from_secs(30);

/// There are as many watchers as there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyWatchers;

/// All channels. Clones share them.
#[derive(Clone)]
pub(crate) struct Feeds(Arc<Shared>);

struct Shared {
    ids: Arc<dyn Ids>,
    open: Mutex<Open>,
}

struct Open {
    /// The channels of each session, at most one for a scope.
    channels: HashMap<SessionId, Vec<Channel>>,
    /// How many channels there are.
    count: usize,
    /// How many watchers there are, and how many there ever were, by which they are told apart.
    watchers: usize,
    numbered: u64,
    swept_at: Instant,
}

/// Who wants to watch.
pub(crate) struct Wanted<'a> {
    /// The session, which was just seen to be live.
    pub(crate) session: &'a Session,
    /// What is to be seen of it.
    pub(crate) scope: &'a Scope,
    /// The link that allows it, where it is one.
    pub(crate) link: Option<&'a LinkId>,
    /// The last identifier that the client has heard, if it comes back.
    pub(crate) last: Option<&'a str>,
    /// Ends the connection of a client that does not read.
    pub(crate) hang_up: CancellationToken,
}

impl Feeds {
    pub(crate) fn new(ids: Arc<dyn Ids>) -> Self {
        let (channels, swept_at) = (HashMap::new(), Instant::now());
        let open = Open { channels, count: 0, watchers: 0, numbered: 0, swept_at };
        Self(Arc::new(Shared { ids, open: Mutex::new(open) }))
    }

    /// Watches from now on: whatever happens after this is heard.
    pub(crate) fn watch(&self, wanted: Wanted<'_>) -> Result<Watcher, TooManyWatchers> {
        let Wanted { session, scope, link, last, hang_up } = wanted;
        let open = &mut *self.0.open.lock();
        if open.watchers >= MAX_WATCHERS {
            return Err(TooManyWatchers);
        }
        open.sweep(Instant::now());
        open.retain(&session.id, |channel| channel.created_at() == session.created_at);
        open.numbered += 1;
        let number = open.numbered;
        let channel = open.channel(session, scope, || self.0.ids.entropy());
        if channel.watching() >= MAX_WATCHERS_OF_ONE {
            return Err(TooManyWatchers);
        }
        let (sender, receiver) = mpsc::channel(QUEUE);
        let stop = CancellationToken::new();
        channel.add(channel::Watching { number, link: link.cloned(), sender, stop: stop.clone(), hang_up });
        let resume = channel.resume(last);
        let (run, at) = (channel.run(), resume.at(channel.last()));
        open.watchers += 1;
        let session = session.id.clone();
        Ok(Watcher { feeds: self.clone(), session, run, number, resume, at, stop, receiver })
    }

    /// Those who watch `session` by `link` hear no more.
    pub(crate) fn revoke(&self, session: &SessionId, link: &LinkId) {
        if let Some(channels) = self.0.open.lock().channels.get(session) {
            channels.iter().for_each(|channel| channel.stop(link));
        }
    }

    /// The session of that name as it was last, if it has ended and some are expected to come back for that.
    pub(crate) fn ended(&self, session: &SessionId) -> Option<Arc<Session>> {
        let open = self.0.open.lock();
        open.channels.get(session)?.iter().find_map(Channel::ended).cloned()
    }

    /// What `scope` shows of the end of an ended session, after what the client has heard; nothing where it has heard
    /// all.
    pub(crate) fn rest(&self, session: &SessionId, scope: &Scope, last: &str) -> Vec<Bytes> {
        let open = self.0.open.lock();
        let mut channels = open.channels.get(session).into_iter().flatten();
        let channel = channels.find(|channel| channel.scope() == scope && channel.ended().is_some());
        channel.map_or_else(Vec::new, |channel| channel.rest(last))
    }

    /// How many watch.
    pub(crate) fn watchers(&self) -> usize {
        self.0.open.lock().watchers
    }

    fn with<T>(&self, watcher: &Watcher, work: impl FnOnce(&mut Channel) -> T) -> Option<T> {
        let open = &mut *self.0.open.lock();
        let channels = open.channels.get_mut(&watcher.session)?;
        channels.iter_mut().find(|channel| channel.run() == watcher.run).map(work)
    }

    fn leave(&self, watcher: &Watcher) {
        self.with(watcher, |channel| channel.remove(watcher.number, Instant::now()));
        self.0.open.lock().watchers -= 1;
    }
}

impl Observer for Feeds {
    fn observe(&self, event: &Event) {
        let open = &mut *self.0.open.lock();
        if open.count == 0 {
            return;
        }
        let now = Instant::now();
        open.sweep(now);
        let channels = open.channels.get_mut(event.session()).into_iter().flatten();
        channels.for_each(|channel| channel.observe(event, now));
    }
}

impl Open {
    /// Lets go of the channels of `session` that are not to `keep`.
    fn retain(&mut self, session: &SessionId, keep: impl Fn(&Channel) -> bool) {
        let Some(channels) = self.channels.get_mut(session) else { return };
        let before = channels.len();
        channels.retain(keep);
        self.count -= before - channels.len();
        if channels.is_empty() {
            self.channels.remove(session);
        }
    }

    /// Lets go of the channels that nobody is expected back to, if it is time to look for them.
    fn sweep(&mut self, now: Instant) {
        if now.saturating_duration_since(self.swept_at) < SWEEP_EVERY {
            return;
        }
        self.swept_at = now;
        self.channels.retain(|_, channels| {
            channels.retain(|channel| !channel.is_forgotten(now));
            !channels.is_empty()
        });
        self.count = self.channels.values().map(Vec::len).sum();
    }

    fn channel(&mut self, session: &Session, scope: &Scope, run: impl FnOnce() -> u64) -> &mut Channel {
        let known = |channels: &Vec<Channel>| channels.iter().position(|channel| channel.scope() == scope);
        let place = self.channels.get(&session.id).and_then(known);
        if place.is_none() {
            if self.count >= MAX_CHANNELS {
                self.make_room();
            }
            self.count += 1;
        }
        let channels = self.channels.entry(session.id.clone()).or_default();
        let place = place.unwrap_or_else(|| {
            channels.push(Channel::new(run(), scope.clone(), session.created_at, Instant::now()));
            channels.len() - 1
        });
        &mut channels[place]
    }

    /// Lets go of the channel that nobody has watched for longest.
    fn make_room(&mut self) {
        let of_session = |(id, channels): (&SessionId, &Vec<Channel>)| {
            let since = channels.iter().filter_map(Channel::unwatched_since).min()?;
            Some((since, id.clone()))
        };
        if let Some((since, id)) = self.channels.iter().filter_map(of_session).min_by_key(|(since, _)| *since)
        {
            self.retain(&id, |channel| channel.unwatched_since() != Some(since));
        }
    }
}
