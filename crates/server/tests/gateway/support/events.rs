//! A client of event streams, as a browser's `EventSource` is one.

use super::{Answer, TestServer, contract};
use axum::body::{Body, BodyDataStream, to_bytes};
use futures_util::StreamExt;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

/// An event.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) data: Value,
}

impl Event {
    /// How many listeners it says there are.
    pub(crate) fn count(&self) -> u64 {
        self.data["listenerCount"].as_u64().unwrap_or_else(|| panic!("{self:?}"))
    }
}

/// An open stream.
pub(crate) struct EventStream {
    pub(crate) head: http::response::Parts,
    body: BodyDataStream,
    text: String,
    /// The identifier of the last event that was heard.
    pub(crate) last: String,
    /// What `retry` said, in milliseconds.
    pub(crate) retry: Option<u64>,
}

impl EventStream {
    /// Opens a stream of `session`, or is refused.
    pub(crate) async fn open(
        server: &TestServer,
        session: &str,
        query: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, Answer> {
        let stream = TcpStream::connect(server.address).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = http::Request::get(format!("/sessions/{session}/events{query}"));
        let request = request.header("host", server.address.to_string());
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.body(Body::empty()).unwrap();
        let response = timeout(PATIENCE, sender.send_request(request)).await.expect("an answer").unwrap();
        let (head, body) = response.into_parts();
        let kind = head.headers.get("content-type").and_then(|kind| kind.to_str().ok());
        if head.status == 200 && kind == Some("text/event-stream") {
            let body = Body::new(body).into_data_stream();
            return Ok(Self { head, body, text: String::new(), last: String::new(), retry: None });
        }
        let body = to_bytes(Body::new(body), 1 << 20).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Err(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    /// Opens a stream with a token in the header.
    pub(crate) async fn with(server: &TestServer, session: &str, token: &str) -> Self {
        Self::again(server, session, token, "").await
    }

    /// The same, after the event `last`.
    pub(crate) async fn again(server: &TestServer, session: &str, token: &str, last: &str) -> Self {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend((!last.is_empty()).then_some(("last-event-id", last)));
        match Self::open(server, session, "", &headers).await {
            Ok(stream) => stream,
            Err(refused) => panic!("{refused:?}"),
        }
    }

    /// The next event; `None` where the stream has ended.
    pub(crate) async fn next_if_any(&mut self) -> Option<Event> {
        loop {
            let Some((block, rest)) = self.text.split_once("\n\n") else {
                let data = timeout(PATIENCE, self.body.next()).await.expect("an event, or the end")?.ok()?;
                self.text.push_str(std::str::from_utf8(&data).unwrap());
                continue;
            };
            let (block, rest) = (block.to_owned(), rest.to_owned());
            self.text = rest;
            if let Some(event) = self.take(&block) {
                return Some(event);
            }
        }
    }

    fn take(&mut self, block: &str) -> Option<Event> {
        let (mut name, mut data) = (None, None);
        for line in block.lines().filter(|line| !line.starts_with(':')) {
            match line.split_once(": ").unwrap_or_else(|| panic!("{line}")) {
                ("id", id) => id.clone_into(&mut self.last),
                ("event", event) => name = Some(event.to_owned()),
                ("data", json) => data = Some(json.to_owned()),
                ("retry", millis) => self.retry = Some(millis.parse().unwrap()),
                (field, _) => panic!("{field}"),
            }
        }
        let (name, data) = (name?, data.expect("data"));
        if name != "resync" {
            assert_eq!(contract::problem(&data), None, "{data}");
        }
        let data: Value = data.parse().unwrap();
        assert_eq!(data["type"], name);
        Some(Event { name, data })
    }

    /// The next event.
    pub(crate) async fn next(&mut self) -> Event {
        self.next_if_any().await.expect("an event, not the end")
    }

    /// The next event of this name, and those before it passed over.
    pub(crate) async fn until(&mut self, name: &str) -> Value {
        loop {
            let event = self.next().await;
            if event.name == name {
                return event.data;
            }
        }
    }

    /// Passes over statuses until one says so many.
    pub(crate) async fn until_count(&mut self, count: u64) -> Value {
        loop {
            let event = self.next().await;
            if event.name == "sessionStatus" && event.count() == count {
                return event.data;
            }
        }
    }

    /// Waits for the end; the names of the events before it.
    pub(crate) async fn end(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some(event) = self.next_if_any().await {
            names.push(event.name);
        }
        names
    }
}
