//! One simulated listener, from its arrival to its leaving.

use super::clock::Moment;
use crate::client::{DialError, Dialer, Incoming, Socket};
use headcount_protocol::MessageKind;
use headcount_protocol::received::Received;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// What a listener is to do.
#[derive(Debug)]
pub(crate) struct Visit {
    /// When it was to arrive: what its times are measured from.
    pub(crate) due: Moment,
    /// Where it comes from; `None` leaves that to the system.
    pub(crate) source: Option<IpAddr>,
    /// The server's address.
    pub(crate) target: SocketAddr,
    /// The session.
    pub(crate) session: String,
    /// The language it wants to hear.
    pub(crate) language: String,
    /// Told when it shall leave.
    pub(crate) leave: oneshot::Receiver<()>,
}

/// What happens to a listener.
#[derive(Debug)]
pub(crate) enum Happened {
    /// Its WebSocket is open, so long after it was due.
    Connected(Duration),
    /// Its join is acknowledged, so long after it was due.
    Joined(Duration),
    /// It came to nothing.
    Failed(String),
    /// It heard of a pause.
    PauseHeard {
        /// Since when it was listening.
        joined: Moment,
        /// When it heard.
        at: Moment,
    },
    /// It left as it was told to.
    Left {
        /// Since when it was listening, unless it has heard of a pause.
        unaware_since: Option<Moment>,
    },
    /// It lost its connection though it was to stay.
    Lost {
        /// How.
        kind: String,
        /// Since when it was listening, unless it has heard of a pause.
        unaware_since: Option<Moment>,
    },
}

/// Lives the life of one listener and tells what happens.
pub(crate) async fn live(dialer: &Dialer, visit: Visit, happened: &mpsc::Sender<Happened>) {
    let due = visit.due;
    // If nobody counts any more, there is nobody to tell.
    let tell = async |what| happened.send(what).await.is_ok();
    let mut socket = match connect(dialer, &visit).await {
        Ok(socket) => socket,
        Err(error) => {
            tell(Happened::Failed(error)).await;
            return;
        }
    };
    // Both times are taken before either is told: telling may have to wait.
    let connected = Moment::now();
    let answer = joined(&mut socket, dialer.time_limit).await;
    let joined = Moment::now();
    tell(Happened::Connected(connected.since(due))).await;
    if let Err(kind) = answer {
        tell(Happened::Failed(kind)).await;
        return;
    }
    tell(Happened::Joined(joined.since(due))).await;
    let end = listen(socket, joined, visit.leave, happened).await;
    tell(end).await;
}

async fn connect(dialer: &Dialer, visit: &Visit) -> Result<Socket, String> {
    let query = [("sessionId", visit.session.as_str()), ("targetLanguage", visit.language.as_str())];
    let socket = dialer.dial_from(visit.source, visit.target, &query).await;
    socket.map_err(|error| kind(&error))
}

/// Waits for the acknowledgement of the join.
async fn joined(socket: &mut Socket, patience: Duration) -> Result<(), String> {
    let wait = async {
        loop {
            match socket.next().await {
                Incoming::Text(text) => match Received::parse(&text) {
                    Ok(Received::SessionJoined(_)) => return Ok(()),
                    Ok(Received::Error { code, .. }) => return Err(format!("join refused: {code}")),
                    _ => {}
                },
                Incoming::Closed(code, _) => return Err(format!("closed before the join: {code}")),
                Incoming::Lost => return Err("connection lost before the join".to_owned()),
            }
        }
    };
    let answer = tokio::time::timeout(patience, wait).await;
    answer.unwrap_or_else(|_| Err("no answer to the join in time".to_owned()))
}

/// Listens until it is told to leave or the connection ends.
async fn listen(
    mut socket: Socket,
    joined: Moment,
    mut leave: oneshot::Receiver<()>,
    happened: &mpsc::Sender<Happened>,
) -> Happened {
    let mut unaware_since = Some(joined);
    loop {
        let incoming = tokio::select! {
            incoming = socket.next() => incoming,
            // A dropped sender means the same: the simulation is over.
            _ = &mut leave => {
                socket.close().await;
                return Happened::Left { unaware_since };
            }
        };
        let kind = match incoming {
            Incoming::Text(text) => {
                let at = Moment::now();
                if is_pause(&text) {
                    unaware_since = None;
                    // The worker counts as long as this listener lives.
                    let _ = happened.send(Happened::PauseHeard { joined, at }).await;
                }
                continue;
            }
            Incoming::Closed(code, reason) => format!("closed: {code} {reason}"),
            Incoming::Lost => "connection lost".to_owned(),
        };
        return Happened::Lost { kind, unaware_since };
    }
}

fn is_pause(text: &str) -> bool {
    matches!(Received::parse(text), Ok(Received::Notice(notice)) if notice.kind == MessageKind::BroadcastPaused)
}

/// What went wrong, as a kind with few members: no addresses, no ids.
pub(crate) fn kind(error: &DialError) -> String {
    match error {
        DialError::Io(error) => match error.raw_os_error() {
            Some(_) => format!("connect: {}", error.kind()),
            None => "connect: connection closed during the upgrade".to_owned(),
        },
        DialError::Refused(refusal) => {
            format!("refused: {} {}", refusal.status, refusal.code.as_deref().unwrap_or_default())
                .trim_end()
                .to_owned()
        }
        DialError::Handshake(_) => "connect: not a WebSocket answer".to_owned(),
        DialError::TimedOut => "connect: timed out".to_owned(),
    }
}
