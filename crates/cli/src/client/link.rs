//! A WebSocket that comes back by itself when it is lost.

use super::{Backoff, DialError, Dialer, Incoming, Socket};
use crate::failure::Failure;
use headcount_protocol::ClientMessage;
use rand::make_rng;
use rand::rngs::StdRng;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// What happens to a link.
#[derive(Debug)]
pub(crate) enum LinkEvent {
    /// It is open, for the first time or again.
    Open,
    /// A message.
    Text(Utf8Bytes),
    /// It is lost; another try follows after the wait.
    Lost {
        /// What happened, for people.
        why: String,
        /// Until the next try.
        retry_in: Duration,
    },
    /// It is over, and no other try would help. `Ok` if the session has ended.
    Over(Result<(), Failure>),
}

/// A connection of one speaker or listener that is kept up.
#[derive(Debug)]
pub(crate) struct Link {
    dialer: Dialer,
    query: Vec<(&'static str, String)>,
    backoff: Backoff,
    random: StdRng,
    /// Set once the server has let us in: from then on a broken connection is worth another try.
    was_open: bool,
}

/// How one connection ended.
enum Ending {
    /// Worth another try.
    Retry { why: String, after: Option<Duration> },
    /// Not worth one.
    Final(Result<(), Failure>),
    /// Nobody listens to the events any more.
    Unwanted,
}

impl Link {
    /// A link that connects with these parameters.
    pub(crate) fn new(dialer: Dialer, query: Vec<(&'static str, String)>) -> Self {
        Self { dialer, query, backoff: Backoff::default(), random: make_rng(), was_open: false }
    }

    /// The same with waits that can be foretold.
    #[cfg(test)]
    fn seeded(mut self, seed: u64) -> Self {
        self.random = rand::SeedableRng::seed_from_u64(seed);
        self
    }

    /// Keeps the connection up, tells `events` what happens and sends what comes by `outbox`, until it is over or
    /// nobody listens. When `events` is full this waits, and with it the server: TCP's own flow control.
    pub(crate) async fn run(
        mut self,
        events: mpsc::Sender<LinkEvent>,
        mut outbox: mpsc::Receiver<ClientMessage>,
    ) {
        loop {
            let (why, after) = match self.connect_once(&events, &mut outbox).await {
                Ending::Retry { why, after } => (why, after),
                Ending::Final(end) => {
                    // If nobody listens any more, nobody needs to know.
                    let _ = events.send(LinkEvent::Over(end)).await;
                    return;
                }
                Ending::Unwanted => return,
            };
            let retry_in = self.backoff.after_failure(after, &mut self.random);
            if events.send(LinkEvent::Lost { why, retry_in }).await.is_err() {
                return;
            }
            tokio::time::sleep(retry_in).await;
        }
    }

    async fn connect_once(
        &mut self,
        events: &mpsc::Sender<LinkEvent>,
        outbox: &mut mpsc::Receiver<ClientMessage>,
    ) -> Ending {
        let query: Vec<_> = self.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        match self.dialer.dial(&query).await {
            Ok(socket) => {
                self.was_open = true;
                self.backoff.reset();
                if events.send(LinkEvent::Open).await.is_err() {
                    return Ending::Unwanted;
                }
                converse(socket, events, outbox).await
            }
            Err(error) => self.judge(&error),
        }
    }

    /// Whether a try that failed is worth another one.
    fn judge(&self, error: &DialError) -> Ending {
        let failure = error.failure(&self.dialer.endpoint);
        match error {
            DialError::Refused(refusal) if !refusal.is_temporary() => Ending::Final(Err(failure)),
            DialError::Refused(refusal) => {
                Ending::Retry { why: refusal.to_string(), after: refusal.retry_after }
            }
            // A server that never answered is more likely misspelt than away.
            _ if !self.was_open => Ending::Final(Err(failure)),
            other => Ending::Retry { why: other.to_string(), after: None },
        }
    }
}

/// Carries messages both ways until the connection ends.
async fn converse(
    mut socket: Socket,
    events: &mpsc::Sender<LinkEvent>,
    outbox: &mut mpsc::Receiver<ClientMessage>,
) -> Ending {
    loop {
        let incoming = tokio::select! {
            incoming = socket.next() => incoming,
            Some(message) = outbox.recv() => {
                // A failed send shows again as the end of the stream, which is where it is dealt with.
                let _ = socket.send(&message).await;
                continue;
            }
            () = events.closed() => {
                socket.close().await;
                return Ending::Unwanted;
            }
        };
        match incoming {
            Incoming::Text(text) => {
                if events.send(LinkEvent::Text(text)).await.is_err() {
                    return Ending::Unwanted;
                }
            }
            Incoming::Closed(code, reason) => return closed(code, &reason),
            Incoming::Lost => {
                return Ending::Retry { why: "the connection broke".to_owned(), after: None };
            }
        }
    }
}

/// What the close codes of the contract mean for the next try.
fn closed(code: u16, reason: &str) -> Ending {
    match code {
        1000 => Ending::Final(Ok(())),
        4409 => Ending::Final(Err(Failure::Refused(
            "another connection took this place; start again to take it back".to_owned(),
        ))),
        4400..=4407 | 4410..=4428 => Ending::Final(Err(Failure::Refused(format!(
            "the server closed the connection: {reason} ({code})"
        )))),
        _ => {
            Ending::Retry { why: format!("the server closed the connection: {reason} ({code})"), after: None }
        }
    }
}

#[cfg(test)]
mod tests;
