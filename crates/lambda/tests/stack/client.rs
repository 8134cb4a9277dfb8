//! A client that says and hears JSON.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long anything is waited for, on a machine that is busy with other tests.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    /// Connects to `url` with a query.
    pub(crate) async fn connect(url: &str, query: &str) -> Self {
        Self(connect_async(format!("{url}?{query}")).await.unwrap().0)
    }

    pub(crate) async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next message of the type `kind`; what comes before it is passed over.
    pub(crate) async fn hear(&mut self, kind: &str) -> Value {
        self.hear_where(|message| message["type"] == kind).await
    }

    /// The next message that is `wanted`; what comes before it is passed over.
    pub(crate) async fn hear_where(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            match self.next().await {
                Some(Message::Text(text)) => {
                    let message = serde_json::from_str(&text).unwrap();
                    if wanted(&message) {
                        return message;
                    }
                }
                other => panic!("the message does not come, but {other:?}"),
            }
        }
    }

    /// The code with which the connection is closed; what comes before is passed over.
    pub(crate) async fn hear_close(&mut self) -> u16 {
        loop {
            match self.next().await {
                Some(Message::Close(frame)) => return frame.map_or(1_005, |frame| frame.code.into()),
                Some(_) => {}
                None => return 1_006,
            }
        }
    }

    pub(crate) async fn close(mut self) {
        self.0.close(None).await.unwrap();
    }

    async fn next(&mut self) -> Option<Message> {
        let next = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something comes in time");
        next.transpose().unwrap()
    }
}
