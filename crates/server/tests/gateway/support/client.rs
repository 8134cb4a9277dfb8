//! A WebSocket client that says what it expects.

use super::{Sample, contract};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderName;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// How long a test waits for what must come. Nothing takes this long unless it never comes.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
pub(crate) struct Client(pub(crate) WebSocketStream<TcpStream>);

/// A refused upgrade.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) retry_after: Option<String>,
}

impl Client {
    /// Connects to `path` with these headers more.
    pub(crate) async fn connect(
        address: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, Refusal> {
        let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(address).await.unwrap();
        match timeout(PATIENCE, client_async(request, stream)).await.expect("an answer to the upgrade") {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(tungstenite::Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                let header = response.headers().get("retry-after");
                Err(Refusal {
                    status: response.status().as_u16(),
                    body: serde_json::from_slice(&body).unwrap_or(Value::Null),
                    retry_after: header.map(|value| value.to_str().unwrap().to_owned()),
                })
            }
            Err(error) => panic!("not connected: {error}"),
        }
    }

    /// Sends a text frame.
    pub(crate) async fn send(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// The next message; panics on a close or an end.
    pub(crate) async fn next(&mut self) -> Value {
        serde_json::from_str(&self.next_text().await).unwrap()
    }

    /// The next message as it was sent, which must be as its schema says.
    pub(crate) async fn next_text(&mut self) -> String {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("a message") {
                Some(Ok(Message::Text(text))) => {
                    assert_eq!(contract::problem(text.as_str()), None);
                    return text.as_str().to_owned();
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("expected a message, got {other:?}"),
            }
        }
    }

    /// The next message, which must be of this type.
    pub(crate) async fn expect(&mut self, kind: &str) -> Value {
        let message = self.next().await;
        assert_eq!(message["type"], kind, "{message}");
        message
    }

    /// The next message of this type, whatever comes before it.
    pub(crate) async fn until(&mut self, kind: &str) -> Value {
        loop {
            let message = self.next().await;
            if message["type"] == kind {
                return message;
            }
        }
    }

    /// The next message, which must be an error of this code.
    pub(crate) async fn expect_error(&mut self, code: &str) -> Value {
        let message = self.expect("error").await;
        assert_eq!(message["code"], code, "{message}");
        message
    }

    /// Sends `text` and expects an error of this code.
    pub(crate) async fn refused(&mut self, text: &str, code: &str) -> Value {
        self.send(text).await;
        self.expect_error(code).await
    }

    /// Sends a sample and compares what comes back with another.
    pub(crate) async fn ask(&mut self, sample: Sample, answer: Sample) {
        self.send(sample.text()).await;
        answer.is(&self.next_text().await);
    }

    /// The code of the close that comes next, whatever comes before it.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("a close") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("expected a close with a code, got {other:?}"),
            }
        }
    }

    /// Whether the server answers our close frame with its own.
    pub(crate) async fn answered_close(&mut self) -> bool {
        while let Some(Ok(message)) = timeout(PATIENCE, self.0.next()).await.expect("an end") {
            if matches!(message, Message::Close(_)) {
                return true;
            }
        }
        false
    }

    /// Says goodbye with a close frame.
    pub(crate) async fn close(mut self) {
        self.0.close(None).await.unwrap();
        while let Some(Ok(_)) = self.0.next().await {}
    }
}
