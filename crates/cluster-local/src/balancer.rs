//! A small TCP load balancer.

use crate::http;
use crate::process::StartError;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How many connections it passes on at a time; further ones wait until one of them ends. Each is two descriptors here.
const MOST: usize = 8_000;

/// How often each node is asked whether it takes clients.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// Passes each connection on to the next node that says on `/readyz` that it takes clients. Dropping it ends it, and
/// every connection with it.
#[derive(Debug)]
pub struct Balancer {
    address: SocketAddr,
    _stop: DropGuard,
}

impl Balancer {
    /// Listens on `listen` for the nodes at `nodes`.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(
        listen: SocketAddr,
        nodes: impl IntoIterator<Item = SocketAddr>,
    ) -> Result<Self, StartError> {
        let failed = |error| StartError::local(format!("cannot listen on {listen}"), error);
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let stop = CancellationToken::new();
        let backends: Arc<[Backend]> = nodes.into_iter().map(Backend::new).collect();
        for index in 0..backends.len() {
            tokio::spawn(stop.clone().run_until_cancelled_owned(watch(Arc::clone(&backends), index)));
        }
        tokio::spawn(stop.clone().run_until_cancelled_owned(accept(listener, backends, stop.clone())));
        Ok(Self { address, _stop: stop.drop_guard() })
    }

    /// Where clients connect.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

#[derive(Debug)]
struct Backend {
    address: SocketAddr,
    ready: AtomicBool,
}

impl Backend {
    const fn new(address: SocketAddr) -> Self {
        Self { address, ready: AtomicBool::new(true) }
    }
}

async fn watch(backends: Arc<[Backend]>, index: usize) {
    loop {
        let backend = &backends[index];
        backend.ready.store(http::is_ready(backend.address).await, Ordering::Relaxed);
        tokio::time::sleep(ASK_EVERY).await;
    }
}

async fn accept(listener: TcpListener, backends: Arc<[Backend]>, stop: CancellationToken) {
    let room = Arc::new(Semaphore::new(MOST));
    let turn = Arc::new(AtomicUsize::new(0));
    while let Ok(place) = Arc::clone(&room).acquire_owned().await {
        // One that was taken and is gone again is no reason to take no others.
        let Ok((mut client, _)) = listener.accept().await else { continue };
        let (backends, turn) = (Arc::clone(&backends), Arc::clone(&turn));
        tokio::spawn(stop.clone().run_until_cancelled_owned(async move {
            if let Some(mut node) = connect(&backends, &turn).await {
                // Messages are small and each is awaited by somebody: they must not wait for each other.
                let _ = (client.set_nodelay(true), node.set_nodelay(true));
                // Either end may break off at any time, and the other one sees that.
                let _ = copy_bidirectional(&mut client, &mut node).await;
            }
            drop(place);
        }));
    }
}

/// The next node in turn that can be connected to; those that say no are tried last, for want of better.
async fn connect(backends: &[Backend], turn: &AtomicUsize) -> Option<TcpStream> {
    let first = turn.fetch_add(1, Ordering::Relaxed);
    let in_turn = (0..backends.len()).map(|step| &backends[first.wrapping_add(step) % backends.len()]);
    let (ready, others): (Vec<_>, Vec<_>) = in_turn.partition(|node| node.ready.load(Ordering::Relaxed));
    for backend in ready.into_iter().chain(others) {
        if let Ok(stream) = TcpStream::connect(backend.address).await {
            return Some(stream);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// A server that says `name` to whoever connects, and answers no other question.
    async fn server(name: u8) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.write_all(&[name]).await;
            }
        });
        address
    }

    async fn greeted(balancer: &Balancer) -> u8 {
        TcpStream::connect(balancer.address()).await.unwrap().read_u8().await.unwrap()
    }

    #[tokio::test]
    async fn connections_take_turns_and_pass_over_what_is_not_there() {
        let gone = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
        let nodes = [server(b'a').await, gone, server(b'b').await];
        let balancer = Balancer::start((Ipv4Addr::LOCALHOST, 0).into(), nodes).await.unwrap();
        let mut greetings = Vec::new();
        for _ in 0..6 {
            greetings.push(greeted(&balancer).await);
        }
        greetings.sort_unstable();
        assert_eq!(greetings[0], b'a');
        assert_eq!(greetings[5], b'b');
    }
}
