//! What comes to one client: read as it comes, kept until the story asks for it.

use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use serde_json::Value;
use std::collections::HashMap;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// How long a story waits for what must come. Nothing takes this long unless it never comes.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// How many messages may wait until the story comes to them. With more, no further is read.
const WAITING: usize = 1_024;

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What comes from the service.
#[derive(Debug)]
pub(super) enum Heard {
    Message(Value),
    Closed(Option<u16>),
}

/// The inward half of a connection, which answers pings whatever the story does.
#[derive(Debug)]
pub(super) struct Inbox {
    /// Whose it is.
    name: String,
    waiting: mpsc::Receiver<Heard>,
    reading: JoinHandle<()>,
    /// The newest text that came in each member.
    told: HashMap<String, String>,
    statuses: Vec<Value>,
}

impl Inbox {
    pub(super) fn new(name: &str, incoming: SplitStream<Socket>) -> Self {
        let (inward, waiting) = mpsc::channel(WAITING);
        let reading = tokio::spawn(read(incoming, inward));
        Self { name: name.to_owned(), waiting, reading, told: HashMap::new(), statuses: Vec::new() }
    }

    /// The next message.
    pub(super) async fn next(&mut self) -> Value {
        match self.heard().await {
            Heard::Message(message) => message,
            Heard::Closed(code) => panic!("{} is closed with {code:?}", self.name),
        }
    }

    /// The next message or close.
    pub(super) async fn heard(&mut self) -> Heard {
        let heard = timeout(PATIENCE, self.waiting.recv()).await;
        let heard = heard.unwrap_or_else(|_| panic!("{} waits in vain", self.name));
        let heard = heard.unwrap_or_else(|| panic!("{} has lost its connection", self.name));
        if let Heard::Message(message) = &heard {
            self.remember(message);
        }
        heard
    }

    /// Keeps what a story may ask for later, and minds what holds for all messages.
    fn remember(&mut self, message: &Value) {
        time_of(message);
        for (member, value) in message.as_object().into_iter().flatten() {
            if let Some(text) = value.as_str() {
                self.told.insert(member.clone(), text.to_owned());
            }
        }
        if message["type"] == "sessionStatus" {
            let shown = message["languageDistribution"].as_object().into_iter().flatten();
            let sum: Option<u64> = shown.map(|(_, count)| count.as_u64()).sum();
            assert_eq!(sum, message["listenerCount"].as_u64(), "{} hears {message}", self.name);
            // Each is claimed after the one before it.
            let before = self.statuses.last().map_or(0, time_of);
            assert!(time_of(message) >= before, "{} hears {message} from before {before}", self.name);
            self.statuses.push(message.clone());
        }
    }

    pub(super) fn told(&self, member: &str) -> Option<&String> {
        self.told.get(member)
    }

    pub(super) fn statuses(&self) -> &[Value] {
        &self.statuses
    }

    /// Waits until the connection has ended, whatever comes before that.
    pub(super) async fn end(mut self) {
        let end = async { while let Some(Heard::Message(_)) = self.waiting.recv().await {} };
        timeout(PATIENCE, end).await.unwrap_or_else(|_| panic!("{} is not let go", self.name));
    }

    /// Stops reading, at once.
    pub(super) async fn drop_it(self) {
        self.reading.abort();
        let _ = self.reading.await;
    }
}

/// When a message was made, in milliseconds since the epoch.
///
/// # Panics
/// If it does not say so.
pub fn time_of(message: &Value) -> u64 {
    message["timestamp"].as_u64().unwrap_or_else(|| panic!("{message} is of no time"))
}

/// Reads until the connection ends, and answers pings by that.
async fn read(mut incoming: SplitStream<Socket>, inward: mpsc::Sender<Heard>) {
    while let Some(Ok(frame)) = incoming.next().await {
        let heard = match frame {
            Message::Text(text) => match serde_json::from_str(&text) {
                Ok(message) => Heard::Message(message),
                Err(error) => panic!("{text} is no JSON: {error}"),
            },
            Message::Close(frame) => Heard::Closed(frame.map(|frame| frame.code.into())),
            _ => continue,
        };
        if inward.send(heard).await.is_err() {
            return;
        }
    }
}
