//! Where the dashboard's news come from: questions over HTTP, or the speaker's own connection.

use super::Watched;
use crate::client::{Api, ApiError, Backoff, Dialer, Link, LinkEvent};
use crate::failure::Failure;
use headcount_protocol::received::{Received, ReceivedStatus};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};

/// One piece of news.
#[derive(Debug)]
pub(crate) enum News {
    /// The connection is there.
    Open,
    /// A status came.
    Status {
        /// What it says.
        status: Box<ReceivedStatus>,
        /// The same as the server wrote it.
        raw: String,
    },
    /// Another message came.
    Other {
        /// What it says.
        message: Box<Received>,
        /// The same as the server wrote it.
        raw: String,
    },
    /// The connection is lost; the next try comes after the wait.
    Lost {
        /// What happened, for people.
        why: String,
        /// Until the next try.
        retry_in: Duration,
    },
    /// There will be no more. `Ok` if the session has ended.
    Over(Result<(), Failure>),
}

/// The news, as long as somebody wants them.
#[derive(Debug)]
pub(crate) struct Feed {
    news: mpsc::Receiver<News>,
    task: JoinHandle<()>,
}

impl Feed {
    /// How many news may wait; with more the sender waits, and with it the server.
    const WAITING: usize = 64;

    /// Starts asking, or listening.
    pub(crate) fn start(watched: &Watched) -> Self {
        let (sender, news) = mpsc::channel(Self::WAITING);
        let task = if watched.as_speaker {
            tokio::spawn(be_told(watched.clone(), sender))
        } else {
            let api = Api::new(watched.endpoint.clone(), &watched.trust, Some(watched.token.clone()));
            tokio::spawn(Poll { watched: watched.clone(), api, seen: false }.run(sender))
        };
        Self { news, task }
    }

    /// The next piece. After the last one, which is [`News::Over`], it is that the session has ended.
    pub(crate) async fn next(&mut self) -> News {
        self.news.recv().await.unwrap_or(News::Over(Ok(())))
    }

    /// Ends it, saying goodbye to the server.
    pub(crate) async fn stop(self) {
        const PATIENCE: Duration = Duration::from_secs(1);
        let Self { news, task } = self;
        drop(news);
        let abort = task.abort_handle();
        if tokio::time::timeout(PATIENCE, task).await.is_err() {
            abort.abort();
        }
    }
}

/// Connects as the speaker and passes on what comes.
async fn be_told(watched: Watched, news: mpsc::Sender<News>) {
    let dialer = Dialer {
        endpoint: watched.endpoint,
        bearer: Some(watched.token),
        trust: watched.trust,
        time_limit: Duration::from_secs(10),
    };
    let query = vec![("sessionId", watched.session.to_string()), ("statusDetail", "full".to_owned())];
    let (told, mut events) = mpsc::channel(Feed::WAITING);
    let (_nothing_to_say, outbox) = mpsc::channel(1);
    let link = tokio::spawn(Link::new(dialer, query).run(told, outbox));
    while let Some(event) = tokio::select! { event = events.recv() => event, () = news.closed() => None } {
        let piece = match event {
            LinkEvent::Open => News::Open,
            LinkEvent::Lost { why, retry_in } => News::Lost { why, retry_in },
            LinkEvent::Over(end) => News::Over(end),
            LinkEvent::Text(text) => match read(text.to_string()) {
                Some(piece) => piece,
                None => continue,
            },
        };
        if news.send(piece).await.is_err() {
            break;
        }
    }
    drop(events);
    // The link closes its connection once nobody listens to it; there is nothing else to learn from it.
    let _ = link.await;
}

/// A message as news. What cannot be read is passed over: a newer server may say more than we know.
fn read(raw: String) -> Option<News> {
    match Received::parse(&raw).ok()? {
        Received::Status(status) => Some(News::Status { status: Box::new(status), raw }),
        message => Some(News::Other { message: Box::new(message), raw }),
    }
}

/// Asks once a second.
struct Poll {
    watched: Watched,
    api: Api,
    /// Whether a status ever came: from then on a failure is worth another try.
    seen: bool,
}

/// What asking once has given.
enum Answer {
    /// News, after which it goes on.
    News(News),
    /// Nothing this time.
    Nothing,
    /// No answer; worth another try, after so long at the earliest.
    Trouble { why: String, after: Option<Duration> },
    /// There is no use in going on.
    Over(Result<(), Failure>),
}

impl Poll {
    const PERIOD: Duration = Duration::from_secs(1);

    /// Asks until it is over or nobody wants the news.
    async fn run(self, news: mpsc::Sender<News>) {
        tokio::select! {
            () = self.ask_on(&news) => {}
            () = news.closed() => {}
        }
    }

    async fn ask_on(mut self, news: &mpsc::Sender<News>) {
        let mut ticks = interval(Self::PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut backoff = Backoff::default();
        loop {
            ticks.tick().await;
            let mut wait = Duration::ZERO;
            let piece = match self.ask().await {
                Answer::News(piece) => piece,
                Answer::Nothing => continue,
                Answer::Trouble { why, after } => {
                    wait = backoff.after_failure(after, &mut rand::rng());
                    News::Lost { why, retry_in: wait }
                }
                Answer::Over(end) => {
                    // If nobody wants the news any more, nobody needs to know.
                    let _ = news.send(News::Over(end)).await;
                    return;
                }
            };
            if news.send(piece).await.is_err() {
                return;
            }
            if wait.is_zero() {
                backoff.reset();
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn ask(&mut self) -> Answer {
        let (api, session) = (self.api.clone(), self.watched.session.clone());
        let answer = spawn_blocking(move || api.status(session.as_str())).await;
        let error = match answer {
            Ok(Ok(text)) => match read(text) {
                Some(news @ News::Status { .. }) => {
                    self.seen = true;
                    return Answer::News(news);
                }
                _ => ApiError::Unreadable,
            },
            Ok(Err(error)) => error,
            Err(_) => {
                return Answer::Over(Err(Failure::Internal("asking for the status failed".to_owned())));
            }
        };
        self.judge(&error)
    }

    fn judge(&self, error: &ApiError) -> Answer {
        match error {
            error if !self.seen => Answer::Over(Err(error.failure(&self.watched.endpoint))),
            error if error.is_not_found() => Answer::Over(Ok(())),
            // Several dashboards share what the server allows; this one skips a beat.
            error if error.is_too_often() => Answer::Nothing,
            error if error.is_temporary() => {
                Answer::Trouble { why: error.brief(), after: error.retry_after() }
            }
            error => Answer::Over(Err(error.failure(&self.watched.endpoint))),
        }
    }
}

#[cfg(test)]
mod tests;
