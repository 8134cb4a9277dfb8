//! Speaks HTTP with one target: to an address that was looked at first, and with an end to everything.
//!
//! There is nothing here that follows a redirect or asks a proxy. The address that is judged is the one that is
//! connected to, so a name that leads elsewhere the next time gains nothing (DNS rebinding).

use super::resolver::Resolver;
use super::target::{Permits, Target};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue, RETRY_AFTER, USER_AGENT};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use url::Host;

/// How long a connection is used for one delivery after another. A new one finds a name that leads elsewhere.
const MAX_AGE: Duration = Duration::from_secs(60);

/// How many of the addresses of a name are tried.
const MAX_ADDRESSES: usize = 4;

/// How much of an answer's head is read: hyper's least.
const MAX_HEAD: usize = 8 * 1_024;

/// How long one try may take, and how much of an answer is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the question for the name's addresses until TLS has greeted.
    pub connect_within: Duration,
    /// All of it.
    pub answer_within: Duration,
    /// How many bytes of a body are read, and thrown away; a connection with more to come is closed.
    pub answer_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_within: Duration::from_secs(5),
            answer_within: Duration::from_secs(15),
            answer_bytes: 4 * 1_024,
        }
    }
}

/// Why there was no answer. The text names no URL.
#[derive(Debug, thiserror::Error)]
pub(super) enum PostError {
    #[error("its name could not be resolved: {0}")]
    Resolve(std::io::Error),
    #[error("its name leads to no address that webhooks may be sent to")]
    NotAllowed,
    #[error("could not be connected to: {0}")]
    Connect(std::io::Error),
    #[error("did not connect in time")]
    SlowToConnect,
    #[error("did not answer in time")]
    SlowToAnswer,
    #[error("the connection failed: {0}")]
    Http(#[from] hyper::Error),
    #[error("the request could not be made")]
    Request,
}

/// What a receiver answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<String>,
}

/// What is posted.
pub(super) struct Post<'a> {
    pub(super) delivery: &'a str,
    pub(super) seconds: u64,
    pub(super) signatures: &'a str,
    pub(super) body: &'a str,
}

/// The client of one target.
pub(super) struct Client {
    target: Target,
    permits: Permits,
    limits: Limits,
    tls: TlsConnector,
    resolver: Arc<dyn Resolver>,
    open: Option<Connection>,
}

/// A connection, and the task that drives it, which ends with it.
struct Connection {
    sender: SendRequest<String>,
    driver: JoinHandle<()>,
    since: Instant,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

trait Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}
impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Stream for T {}

impl Client {
    pub(super) fn new(
        target: Target,
        permits: Permits,
        limits: Limits,
        tls: Arc<ClientConfig>,
        resolver: Arc<dyn Resolver>,
    ) -> Self {
        Self { target, permits, limits, tls: TlsConnector::from(tls), resolver, open: None }
    }

    /// Posts once.
    pub(super) async fn post(&mut self, post: &Post<'_>) -> Result<Answer, PostError> {
        let within = self.limits.answer_within;
        let answer = timeout(within, self.exchange(post)).await;
        answer.unwrap_or_else(|_| {
            // Whatever it still has to say would be taken for the answer to the next.
            self.open = None;
            Err(PostError::SlowToAnswer)
        })
    }

    async fn exchange(&mut self, post: &Post<'_>) -> Result<Answer, PostError> {
        if let Some(mut kept) = self.open.take().filter(|kept| kept.since.elapsed() < MAX_AGE)
            && kept.sender.ready().await.is_ok()
            && let Ok(answer) = kept.sender.send_request(self.request(post)?).await
        {
            return self.read(kept, answer).await;
        }
        // A connection that was kept may have been closed at the very moment of its use. The receiver knows a
        // repetition by its name.
        let mut fresh = self.connect().await?;
        let answer = fresh.sender.send_request(self.request(post)?).await?;
        self.read(fresh, answer).await
    }

    fn request(&self, post: &Post<'_>) -> Result<Request<String>, PostError> {
        let url = &self.target.url;
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let host = HeaderValue::from_str(&self.target.place()).map_err(|_| PostError::Request)?;
        let request = Request::post(format!("{}{query}", url.path()))
            .header(HOST, host)
            .header(USER_AGENT, concat!("Headcount/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", post.delivery)
            .header("webhook-timestamp", post.seconds)
            .header("webhook-signature", post.signatures);
        request.body(post.body.to_owned()).map_err(|_| PostError::Request)
    }

    /// Reads the answer, and keeps the connection if it ends where it should.
    async fn read(
        &mut self,
        connection: Connection,
        answer: Response<Incoming>,
    ) -> Result<Answer, PostError> {
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = retry_after.map(str::to_owned);
        if ends_within(answer.into_body(), self.limits.answer_bytes).await {
            self.open = Some(connection);
        }
        Ok(Answer { status, retry_after })
    }

    async fn connect(&self) -> Result<Connection, PostError> {
        let stream = timeout(self.limits.connect_within, self.stream()).await;
        let stream = stream.map_err(|_| PostError::SlowToConnect)??;
        let mut http = http1::Builder::new();
        http.max_buf_size(MAX_HEAD);
        let (sender, connection) = http.handshake(TokioIo::new(stream)).await?;
        // How it ends is seen by who uses it.
        let driver = tokio::spawn(async move { drop(connection.await) });
        Ok(Connection { sender, driver, since: Instant::now() })
    }

    async fn stream(&self) -> Result<Box<dyn Stream>, PostError> {
        let tcp = self.tcp().await?;
        tcp.set_nodelay(true).map_err(PostError::Connect)?;
        if self.target.url.scheme() == "http" {
            return Ok(Box::new(tcp));
        }
        let name = self.server_name()?;
        let tls = self.tls.connect(name, tcp).await.map_err(PostError::Connect)?;
        Ok(Box::new(tls))
    }

    fn server_name(&self) -> Result<ServerName<'static>, PostError> {
        match self.target.url.host() {
            Some(Host::Ipv4(address)) => Ok(ServerName::IpAddress(std::net::IpAddr::V4(address).into())),
            Some(Host::Ipv6(address)) => Ok(ServerName::IpAddress(std::net::IpAddr::V6(address).into())),
            Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()).map_err(|_| PostError::Request),
            None => Err(PostError::Request),
        }
    }

    /// Connects to the first address that may be connected to and answers.
    async fn tcp(&self) -> Result<TcpStream, PostError> {
        let port = self.target.url.port_or_known_default().unwrap_or(443);
        let addresses = match self.target.url.host() {
            Some(Host::Ipv4(address)) => vec![(address, port).into()],
            Some(Host::Ipv6(address)) => vec![(address, port).into()],
            Some(Host::Domain(name)) => {
                self.resolver.resolve(name, port).await.map_err(PostError::Resolve)?
            }
            None => Vec::new(),
        };
        let mut last = PostError::NotAllowed;
        let allowed = addresses.into_iter().filter(|address| self.permits.allow(address.ip()));
        for address in allowed.take(MAX_ADDRESSES) {
            // Half of the time, so that one that swallows everything leaves some for the next.
            match timeout(self.limits.connect_within / 2, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = PostError::Connect(error),
                Err(_) => last = PostError::SlowToConnect,
            }
        }
        Err(last)
    }
}

/// Reads `body` to its end, and says whether that came before too many bytes.
async fn ends_within(mut body: Incoming, bytes: usize) -> bool {
    let mut left = bytes;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let length = frame.ok().map(|frame| frame.data_ref().map_or(0, |data| data.len()));
        match length.and_then(|length| left.checked_sub(length)) {
            Some(less) => left = less,
            None => return false,
        }
    }
    true
}
