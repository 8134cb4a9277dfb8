//! A WebSocket to one node.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// How long the upgrade may take. A node that is asked by a thousand others at once is slow.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection, with buffers small enough to hold ten thousand of them. Dropping it drops the TCP connection without a
/// close frame.
#[derive(Debug)]
pub struct Client(WebSocketStream<TcpStream>);

/// What comes from a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A message.
    Text(Utf8Bytes),
    /// The node closed, with this code (1005 without one, RFC 6455 §7.1.5).
    Closed(u16),
    /// The connection broke.
    Lost,
}

/// Why a connection came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody listens there, or nobody hears us.
    #[error("no connection: {0}")]
    NoNode(#[source] io::Error),
    /// The node refused with this HTTP status.
    #[error("refused with HTTP status {0}")]
    Refused(u16),
    /// It broke, or took too long, after it had begun.
    #[error("cut off during the upgrade")]
    CutOff,
}

impl Client {
    /// Connects to the node at `address` with this query.
    ///
    /// # Errors
    /// [`ConnectError`]
    pub async fn connect(address: SocketAddr, query: &[(&str, &str)]) -> Result<Self, ConnectError> {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let stream = TcpStream::connect(address).await.map_err(ConnectError::NoNode)?;
        // Messages are small and each is awaited by somebody: they must not wait for each other.
        stream.set_nodelay(true).map_err(ConnectError::NoNode)?;
        let config = WebSocketConfig::default().read_buffer_size(1024).write_buffer_size(0);
        let upgrade = client_async_with_config(
            format!("ws://{address}/?{query}"),
            stream,
            Some(config.max_write_buffer_size(64 * 1024)),
        );
        match tokio::time::timeout(PATIENCE, upgrade).await {
            Ok(Ok((socket, _))) => Ok(Self(socket)),
            Ok(Err(Error::Http(answer))) => Err(ConnectError::Refused(answer.status().as_u16())),
            Ok(Err(_)) | Err(_) => Err(ConnectError::CutOff),
        }
    }

    /// Sends a message. Whether it arrives shows in what is heard.
    pub async fn say(&mut self, message: &Value) {
        let _ = self.0.send(Message::text(message.to_string())).await;
    }

    /// The next message, or how the connection ended. Pings are answered on the way. Cancel safe.
    pub async fn hear(&mut self) -> Heard {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Heard::Text(text),
                Some(Ok(Message::Close(frame))) => {
                    return Heard::Closed(frame.map_or(1_005, |frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Heard::Lost,
            }
        }
    }
}
