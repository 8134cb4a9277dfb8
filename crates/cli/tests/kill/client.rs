//! A WebSocket that may be cut off at any moment, and requests by HTTP.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// How long to wait for what must come. Nothing takes this long unless it never comes.
const PATIENCE: Duration = Duration::from_secs(15);

/// One connection.
pub struct Client(WebSocketStream<TcpStream>);

impl Client {
    /// Connects with this query; `None` if the server is gone.
    pub async fn connect(address: SocketAddr, query: &str) -> Option<Self> {
        let stream = TcpStream::connect(address).await.ok()?;
        let upgrade = client_async(format!("ws://{address}/?{query}"), stream);
        timeout(PATIENCE, upgrade)
            .await
            .expect("an answer to the upgrade")
            .ok()
            .map(|(socket, _)| Self(socket))
    }

    /// Sends a message. Whether the server is gone shows when it is read.
    pub async fn send(&mut self, text: &str) {
        let _ = self.0.send(Message::text(text)).await;
    }

    /// The next message; `None` if the server is gone.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("a message") {
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    assert_ne!(message["type"], "error", "{message}");
                    return Some(message);
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => panic!("expected a message, got {other:?}"),
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// The next message of this type, whatever comes before it; `None` if the server is gone.
    pub async fn until(&mut self, kind: &str) -> Option<Value> {
        loop {
            let message = self.next().await?;
            if message["type"] == kind {
                return Some(message);
            }
        }
    }

    /// Reads on until the server is gone, and forgets what it says.
    pub async fn endure(mut self) {
        while self.next().await.is_some() {}
    }
}

/// The text that is `message[name]`.
pub fn text(message: &Value, name: &str) -> String {
    message[name].as_str().unwrap_or_else(|| panic!("no {name} in {message}")).to_owned()
}

/// The status and the body of `GET path` with this token.
pub async fn get(address: SocketAddr, path: &str, token: &str) -> (u16, Value) {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("an answer").unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap())
}
