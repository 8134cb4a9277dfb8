//! A gateway on a free port, and clients of it.

use crate::function::InvokeError;
use crate::function::scripted::Scripted;
use crate::gateway::{ConnectionLimits, Connections, Gateway};
use crate::stack::Stack;
use futures_util::StreamExt;
use headcount_server::SystemClock;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::Response;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(super) struct Stage {
    pub(super) address: SocketAddr,
    pub(super) connections: Connections,
    pub(super) gateway: Arc<Gateway>,
    events: UnboundedReceiver<Value>,
}

impl Stage {
    /// Lets everybody in, and says `{"echo": …}` to every message.
    pub(super) async fn echoing() -> Self {
        Self::open(ConnectionLimits::default(), |event| {
            Ok(match event["body"].as_str() {
                Some(body) => json!({ "statusCode": 200, "body": json!({ "echo": body }).to_string() }),
                None => json!({ "statusCode": 200 }),
            })
        })
        .await
    }

    pub(super) async fn open(
        limits: ConnectionLimits,
        script: impl FnMut(&Value) -> Result<Value, InvokeError> + Send + 'static,
    ) -> Self {
        let (function, events) = Scripted::new(script);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let clock = Arc::new(SystemClock::default());
        let connections = Connections::new(clock.clone(), limits.connections);
        let stack = Stack::read(&[], "").unwrap();
        let gateway = Arc::new(Gateway {
            stage: stack.stage,
            domain: address.to_string(),
            routes: stack.routes,
            limits,
            function: Arc::new(function),
            connections: connections.clone(),
            clock,
            stopping: Default::default(),
            tasks: Default::default(),
        });
        let service = Arc::clone(&gateway).router().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { address, connections, gateway, events }
    }

    /// Connects with what follows the path of the stage, and with a subprotocol.
    pub(super) async fn try_connect(
        &self,
        rest: &str,
        subprotocol: Option<&'static str>,
    ) -> Result<(Client, Response<Option<Vec<u8>>>), Error> {
        let mut request = format!("ws://{}/{rest}", self.address).into_client_request()?;
        if let Some(name) = subprotocol {
            request.headers_mut().insert("sec-websocket-protocol", name.parse().unwrap());
        }
        connect_async(request).await
    }

    pub(super) async fn connect(&self) -> Client {
        self.try_connect("prod", None).await.unwrap().0
    }

    /// The status and the body by which a handshake is refused.
    pub(super) async fn refusal(&self, rest: &str) -> (u16, Value) {
        match self.try_connect(rest, None).await {
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                (response.status().as_u16(), serde_json::from_slice(&body).unwrap_or_default())
            }
            other => panic!("not refused: {other:?}"),
        }
    }

    /// The next event of the function.
    pub(super) async fn event(&mut self) -> Value {
        tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("an event comes").unwrap()
    }

    pub(super) fn has_no_event(&mut self) -> bool {
        self.events.try_recv().is_err()
    }
}

/// The next message that a client hears.
pub(super) async fn hear(client: &mut Client) -> Message {
    tokio::time::timeout(PATIENCE, client.next()).await.expect("a message comes").unwrap().unwrap()
}

pub(super) async fn hear_json(client: &mut Client) -> Value {
    serde_json::from_str(hear(client).await.to_text().unwrap()).unwrap()
}

/// The code of the close that a client hears.
pub(super) async fn hear_close(client: &mut Client) -> u16 {
    match hear(client).await {
        Message::Close(Some(frame)) => frame.code.into(),
        other => panic!("no close: {other:?}"),
    }
}
