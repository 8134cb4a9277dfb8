//! Taking TCP connections: counted, timed, through TLS where that is on, and handed to the gateway.

use crate::gateway::{self, Gateway};
use crate::peer::{Admission, Peer};
use crate::tls::Tls;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

#[cfg(test)]
mod tests;

/// The most bytes of a request's head, and of what hyper buffers for one connection.
const MAX_HEAD: usize = 16 * 1024;

/// How many connections over a cap are told so at a time. More than that are closed without a word: a flood
/// must not be answered one by one.
const MAX_REFUSING: usize = 256;

/// How long to wait after the system has no descriptor for a new connection.
const OUT_OF_DESCRIPTORS: Duration = Duration::from_millis(100);

/// Takes connections from `listener` until the server drains.
pub(crate) async fn accept(listener: TcpListener, gateway: Gateway, tls: Option<Tls>) {
    let app = Arc::clone(gateway.app());
    let refusing = Arc::new(AtomicUsize::new(0));
    loop {
        let accepted = tokio::select! {
            () = app.draining.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // A peer that has gone before it was taken is its own affair; a lack of descriptors passes.
                if !is_peers(&error) {
                    tracing::warn!(%error, "connection not taken");
                    tokio::time::sleep(OUT_OF_DESCRIPTORS).await;
                }
                continue;
            }
        };
        let peer = Peer::new(&app, address.ip().to_canonical());
        let refused = matches!(peer.admission, Admission::Refused(_)).then(|| Refusing::begin(&refusing));
        if refused.as_ref().is_some_and(|refused| refused.too_many()) {
            continue;
        }
        let (gateway, tls) = (gateway.clone(), tls.clone());
        app.tasks.spawn(async move {
            serve(stream, peer, gateway, tls).await;
            drop(refused);
        });
    }
}

/// Whether a connection was not taken because of its peer, as accept(2) lists the cases.
fn is_peers(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// One connection from its first byte to its last request, or to its becoming a WebSocket.
async fn serve(stream: TcpStream, mut peer: Peer, gateway: Gateway, tls: Option<Tls>) {
    // Small messages are the whole traffic; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let deadline = Instant::now() + gateway.handshake_within();
    let Some(tls) = tls else { return speak_http(stream, peer, gateway, deadline).await };
    if let Ok(Ok(stream)) = timeout_at(deadline, tls.accept(stream)).await {
        peer.tls = true;
        speak_http(stream, peer, gateway, deadline).await;
    }
}

/// Answers requests, of which the first must have come by `deadline`.
async fn speak_http<S>(stream: S, peer: Peer, gateway: Gateway, deadline: Instant)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (draining, hang_up) = (gateway.draining(), peer.hang_up.clone());
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(gateway.handshake_within()).max_buf_size(MAX_HEAD);
    let spoken = CancellationToken::new();
    let first_request = spoken.clone();
    let service = service_fn(move |request| {
        first_request.cancel();
        gateway::serve(gateway.clone(), peer.clone(), request)
    });
    let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
    tokio::pin!(connection);
    // What goes wrong from here on is the client's connection: there is nobody to tell, and nothing to do.
    tokio::select! {
        _ = &mut connection => {}
        () = silent_until(deadline, spoken) => {}
        () = hang_up.cancelled() => {}
        () = draining.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// Ready at `deadline`, unless a request has come before.
async fn silent_until(deadline: Instant, spoken: CancellationToken) {
    if timeout_at(deadline, spoken.cancelled()).await.is_ok() {
        std::future::pending().await
    }
}

/// One of the connections that are being refused.
struct Refusing(Arc<AtomicUsize>);

impl Refusing {
    fn begin(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }

    fn too_many(&self) -> bool {
        self.0.load(Ordering::Relaxed) > MAX_REFUSING
    }
}

impl Drop for Refusing {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
