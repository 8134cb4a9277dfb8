//! One WebSocket to a server, with buffers small enough to hold ten thousand of them.

use super::{Endpoint, Trust};
use futures_util::{SinkExt, StreamExt};
use headcount_protocol::received::Received;
use headcount_protocol::{ClientMessage, Token};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use std::{fmt, io};
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, Response, header::AUTHORIZATION};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async_tls_with_config};

/// Opens WebSockets to one server.
#[derive(Clone, Debug)]
pub(crate) struct Dialer {
    /// The server.
    pub(crate) endpoint: Endpoint,
    /// What to prove who we are with, in the `Authorization` header.
    pub(crate) bearer: Option<Token>,
    /// Whose certificates to believe.
    pub(crate) trust: Trust,
    /// How long one try may take, upgrade included.
    pub(crate) time_limit: Duration,
}

/// Why a WebSocket could not be opened.
#[derive(Debug)]
pub(crate) enum DialError {
    /// No connection, or one that broke before the upgrade was done.
    Io(io::Error),
    /// The server answered the upgrade with something else.
    Refused(Refusal),
    /// What answers is not a WebSocket server, or its certificate is not trusted.
    Handshake(String),
    /// It took too long.
    TimedOut,
}

/// A server's no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The code of the contract, if the body had one.
    pub(crate) code: Option<String>,
    /// What the server says to people.
    pub(crate) message: Option<String>,
    /// When to come back, where it said so.
    pub(crate) retry_after: Option<Duration>,
}

/// What comes from a socket.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    /// A message.
    Text(Utf8Bytes),
    /// The server closed, with this code (1005 without one, RFC 6455 §7.1.5) and reason.
    Closed(u16, String),
    /// The connection broke.
    Lost,
}

/// An open WebSocket. Dropping it drops the TCP connection without a close frame.
#[derive(Debug)]
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Dialer {
    /// The address of the server, for those who connect often.
    ///
    /// # Errors
    /// Whatever the resolver says.
    pub(crate) async fn resolve(&self) -> io::Result<SocketAddr> {
        let (host, port) = self.endpoint.host_and_port();
        let mut addresses = lookup_host((host, port)).await?;
        addresses.next().ok_or_else(|| io::Error::other("the name has no address"))
    }

    /// Connects and upgrades.
    ///
    /// # Errors
    /// [`DialError`].
    pub(crate) async fn dial(&self, query: &[(&str, &str)]) -> Result<Socket, DialError> {
        self.limited(async {
            let address = self.resolve().await?;
            self.upgrade(TcpStream::connect(address).await?, query).await
        })
        .await
    }

    /// The same, from a source address of our choice to an address that is known.
    ///
    /// # Errors
    /// [`DialError`].
    pub(crate) async fn dial_from(
        &self,
        source: Option<IpAddr>,
        target: SocketAddr,
        query: &[(&str, &str)],
    ) -> Result<Socket, DialError> {
        self.limited(async {
            let socket = if target.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
            if let Some(source) = source {
                socket.bind(SocketAddr::new(source, 0))?;
            }
            self.upgrade(socket.connect(target).await?, query).await
        })
        .await
    }

    async fn limited(
        &self,
        dialing: impl Future<Output = Result<Socket, DialError>>,
    ) -> Result<Socket, DialError> {
        tokio::time::timeout(self.time_limit, dialing).await.unwrap_or(Err(DialError::TimedOut))
    }

    async fn upgrade(&self, stream: TcpStream, query: &[(&str, &str)]) -> Result<Socket, DialError> {
        // Messages are small and each is awaited by somebody: they must not wait for each other.
        stream.set_nodelay(true)?;
        let mut request = self.endpoint.socket(query).into_client_request()?;
        if let Some(token) = &self.bearer {
            let mut value = HeaderValue::try_from(format!("Bearer {}", token.as_str()))
                .map_err(|_| DialError::Handshake("the token does not fit into a header".to_owned()))?;
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        let config = WebSocketConfig::default()
            .read_buffer_size(1024)
            .write_buffer_size(0)
            .max_write_buffer_size(64 * 1024)
            .max_message_size(Some(1 << 20))
            .max_frame_size(Some(1 << 20));
        let (socket, _) =
            client_async_tls_with_config(request, stream, Some(config), self.trust.connector()).await?;
        Ok(Socket(socket))
    }
}

impl Socket {
    /// The next message, or how the connection ended. Pings are answered on the way. Cancel safe.
    pub(crate) async fn next(&mut self) -> Incoming {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Incoming::Text(text),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Incoming::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Close(None))) => return Incoming::Closed(1005, String::new()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Incoming::Lost,
            }
        }
    }

    /// Sends one message.
    ///
    /// # Errors
    /// The connection is gone; [`Socket::next`] says how.
    pub(crate) async fn send(&mut self, message: &ClientMessage) -> Result<(), Error> {
        self.0.send(Message::text(message.to_json())).await
    }

    /// Leaves with a close frame, and waits a moment for the server's.
    pub(crate) async fn close(mut self) {
        const PATIENCE: Duration = Duration::from_secs(2);
        let farewell = async {
            // Whether it arrives or not, this connection is over.
            let _ = self.0.close(None).await;
            while !matches!(self.next().await, Incoming::Closed(..) | Incoming::Lost) {}
        };
        let _ = tokio::time::timeout(PATIENCE, farewell).await;
    }
}

impl Refusal {
    fn of(response: &Response<Option<Vec<u8>>>) -> Self {
        let body = response.body().as_deref().and_then(|body| std::str::from_utf8(body).ok());
        Self::read(response.status().as_u16(), body.unwrap_or_default())
    }

    /// Reads the body of an HTTP answer with an error status.
    pub(crate) fn read(status: u16, body: &str) -> Self {
        let (code, message, retry_after) = match Received::parse(body) {
            Ok(Received::Error { code, message, retry_after }) => (Some(code), Some(message), retry_after),
            _ => (None, None, None),
        };
        Self { status, code, message, retry_after: retry_after.map(Duration::from_secs) }
    }

    /// Whether asking again later can help.
    pub(crate) const fn is_temporary(&self) -> bool {
        matches!(self.status, 408 | 429 | 500..)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => write!(f, "{message}"),
            None => write!(f, "HTTP status {}", self.status),
        }
    }
}

impl From<io::Error> for DialError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Error> for DialError {
    fn from(error: Error) -> Self {
        match error {
            Error::Io(error) => Self::Io(error),
            Error::Http(response) => Self::Refused(Refusal::of(&response)),
            other => Self::Handshake(other.to_string()),
        }
    }
}

impl fmt::Display for DialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => f.write_str(&super::api::brief(error)),
            Self::Refused(refusal) => write!(f, "{refusal}"),
            Self::Handshake(words) => f.write_str(words),
            Self::TimedOut => f.write_str("no answer in time"),
        }
    }
}
