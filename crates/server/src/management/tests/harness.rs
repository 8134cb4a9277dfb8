//! A served router with connections that only remember, and a client that writes requests as they are given.

use super::super::{ConnectionFacts, ManagedConnections, ManagementAccess, router};
use headcount_core::ports::{Clock, Delivery};
use headcount_core::{ConnectionId, Timestamp};
use parking_lot::Mutex;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The id of a connection that is there, as API Gateway would name one.
pub(super) const THERE: &str = "L0SM9cOFvHcCIhw=";

/// 2026-11-24T12:00:00Z.
pub(super) const NOON: u64 = 1_795_521_600_000;

/// Every connection is there whose id is not `gone`, until it is closed.
#[derive(Default)]
pub(super) struct FakeConnections {
    pub(super) posted: Mutex<Vec<(String, String)>>,
    pub(super) closed: Mutex<Vec<String>>,
}

impl FakeConnections {
    fn is_there(&self, id: &ConnectionId) -> bool {
        id.as_str() != "gone" && !self.closed.lock().iter().any(|closed| closed == id.as_str())
    }
}

impl ManagedConnections for FakeConnections {
    fn post(&self, id: &ConnectionId, text: String) -> Delivery {
        if !self.is_there(id) {
            return Delivery::Gone;
        }
        self.posted.lock().push((id.as_str().to_owned(), text));
        Delivery::Delivered
    }

    fn facts(&self, id: &ConnectionId) -> Option<ConnectionFacts> {
        self.is_there(id).then(|| ConnectionFacts {
            connected_at: Timestamp::from_millis(NOON),
            last_active_at: Timestamp::from_millis(NOON + 1_500),
            source_ip: "::ffff:192.0.2.7".parse().unwrap(),
            user_agent: (id.as_str() == THERE).then(|| "Firefox \"x\"".to_owned()),
        })
    }

    fn close(&self, id: &ConnectionId) -> bool {
        let there = self.is_there(id);
        self.closed.lock().push(id.as_str().to_owned());
        there
    }
}

pub(super) struct FixedClock(pub(super) Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// A served router. It stops with the test's runtime.
pub(super) struct Served {
    address: SocketAddr,
    pub(super) connections: Arc<FakeConnections>,
}

/// An answer as it came.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    head: String,
    pub(super) body: String,
}

impl Served {
    pub(super) async fn start(access: ManagementAccess, now: Timestamp) -> Self {
        let connections = Arc::new(FakeConnections::default());
        let app = router(Arc::clone(&connections) as _, access, Arc::new(FixedClock(now)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, app).into_future());
        Self { address, connections }
    }

    pub(super) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends one request and reads the answer to its end.
    pub(super) async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut request = format!("{method} {target} HTTP/1.1\r\nconnection: close\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            request += &format!("content-length: {}\r\n", body.len());
        }
        let mut stream = self.connect().await;
        stream.write_all(&[request.as_bytes(), b"\r\n", body].concat()).await.unwrap();
        Answer::read(&mut stream).await
    }

    /// Sends a request as somebody on this machine would.
    pub(super) async fn send_locally(&self, method: &str, target: &str, body: &[u8]) -> Answer {
        self.send(method, target, &[("host", "localhost")], body).await
    }

    pub(super) fn posted(&self) -> Vec<(String, String)> {
        self.connections.posted.lock().clone()
    }
}

impl Answer {
    pub(super) async fn read(stream: &mut TcpStream) -> Self {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    /// The value of a header, in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// Asserts that it is this refusal and is written as SDKs understand it.
    #[track_caller]
    pub(super) fn assert_refused(&self, status: u16, kind: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("x-amzn-errortype"), Some(kind.to_ascii_lowercase().as_str()), "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert!(self.header("x-amzn-requestid").is_some());
        let body: Value = serde_json::from_str(&self.body).unwrap();
        assert!(
            body["message"].as_str().is_some_and(|text| !text.is_empty())
                && body.as_object().unwrap().len() == 1
        );
    }
}
