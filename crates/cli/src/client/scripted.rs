//! A WebSocket server for tests that does exactly what the test says, one visitor at a time.

use super::Endpoint;
use futures_util::{SinkExt, StreamExt};
use std::collections::BTreeMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// The server.
pub(crate) struct Scripted(TcpListener);

/// One who has connected.
pub(crate) struct Visitor {
    /// The parameters it connected with.
    pub(crate) query: BTreeMap<String, String>,
    /// The token of its `Authorization` header.
    pub(crate) bearer: Option<String>,
    socket: WebSocketStream<TcpStream>,
}

impl Scripted {
    pub(crate) async fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::parse(&format!("http://{}", self.0.local_addr().unwrap())).unwrap()
    }

    /// Lets the next visitor in.
    pub(crate) async fn accept(&self) -> Visitor {
        let (stream, _) = self.0.accept().await.unwrap();
        let (mut query, mut bearer) = (BTreeMap::new(), None);
        #[expect(clippy::result_large_err, reason = "the library asks for this type")]
        let look = |request: &Request, response: Response| {
            let text = request.uri().query().unwrap_or_default();
            query = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
            let header = request.headers().get("authorization").and_then(|value| value.to_str().ok());
            bearer = header.and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
            Ok(response)
        };
        let socket = tokio_tungstenite::accept_hdr_async(stream, look).await.unwrap();
        Visitor { query, bearer, socket }
    }

    /// Answers the next request with HTTP, and gives the request's head.
    pub(crate) async fn answer(&self, status: u16, body: &str) -> String {
        let (mut stream, _) = self.0.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status} Some\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(head).unwrap()
    }
}

impl Visitor {
    pub(crate) async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text.to_owned())).await.unwrap();
    }

    pub(crate) async fn hear(&mut self) -> Option<String> {
        while let Some(Ok(message)) = self.socket.next().await {
            if let Message::Text(text) = message {
                return Some(text.to_string());
            }
        }
        None
    }

    /// Whether the connection ends without a close frame.
    pub(crate) async fn breaks_off(&mut self) -> bool {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Close(_))) => return false,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return true,
            }
        }
    }

    pub(crate) async fn close(mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame { code: code.into(), reason: reason.into() };
        self.socket.close(Some(frame)).await.unwrap();
        while self.socket.next().await.is_some_and(|message| message.is_ok()) {}
    }
}
