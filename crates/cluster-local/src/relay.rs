//! What lies between one node and Redis, so that it can fall silent.

use crate::process::StartError;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How many connections it passes on at a time; further ones wait until one of them ends.
const MOST: usize = 256;

/// Passes TCP connections on to one address, until it is cut.
///
/// While it is cut it is a network in which every packet is lost: connections stay open, new ones are taken, and nothing
/// comes through. Once mended, what was sent meanwhile arrives, as TCP would send it again. Dropping it ends it.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    open: watch::Sender<bool>,
    _stop: DropGuard,
}

impl Relay {
    /// Listens on a free port of loopback for whoever wants to talk to `target`.
    ///
    /// # Errors
    /// There is no free port.
    pub async fn start(target: SocketAddr) -> Result<Self, StartError> {
        let listening = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listening.map_err(|error| StartError::local("there is no free port", error))?;
        let address = listener.local_addr().map_err(|error| StartError::local("there is no port", error))?;
        let (open, is_open) = watch::channel(true);
        let stop = CancellationToken::new();
        tokio::spawn(stop.clone().run_until_cancelled_owned(accept(listener, target, is_open, stop.clone())));
        Ok(Self { address, open, _stop: stop.drop_guard() })
    }

    /// Where to connect instead.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on nothing comes through.
    pub fn cut(&self) {
        self.open.send_replace(false);
    }

    /// Everything comes through again, what waited first.
    pub fn mend(&self) {
        self.open.send_replace(true);
    }
}

async fn accept(
    listener: TcpListener,
    target: SocketAddr,
    is_open: watch::Receiver<bool>,
    stop: CancellationToken,
) {
    let room = Arc::new(Semaphore::new(MOST));
    while let Ok(place) = Arc::clone(&room).acquire_owned().await {
        // One that was taken and is gone again is no reason to take no others.
        let Ok((from, _)) = listener.accept().await else { continue };
        let is_open = is_open.clone();
        tokio::spawn(stop.clone().run_until_cancelled_owned(async move {
            // Either end may break off at any time, and the other one sees that.
            let _ = pass_on(from, target, is_open).await;
            drop(place);
        }));
    }
}

async fn pass_on(from: TcpStream, target: SocketAddr, is_open: watch::Receiver<bool>) -> io::Result<()> {
    when_open(&mut is_open.clone()).await;
    let to = TcpStream::connect(target).await?;
    from.set_nodelay(true)?;
    to.set_nodelay(true)?;
    let ((from_read, from_write), (to_read, to_write)) = (from.into_split(), to.into_split());
    // The first end that is over ends both ways: nobody here talks on one way alone.
    tokio::select! {
        done = one_way(from_read, to_write, is_open.clone()) => done,
        done = one_way(to_read, from_write, is_open) => done,
    }
}

async fn one_way(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut is_open: watch::Receiver<bool>,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut bytes).await?;
        // Even the end of a connection does not get through.
        when_open(&mut is_open).await;
        if read == 0 {
            return Ok(());
        }
        to.write_all(&bytes[..read]).await?;
    }
}

async fn when_open(is_open: &mut watch::Receiver<bool>) {
    // It fails only when the relay is gone, and then everything ends.
    let _ = is_open.wait_for(|open| *open).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    #[tokio::test]
    async fn what_is_sent_while_it_is_cut_arrives_when_it_is_mended() {
        let echo = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let relay = Relay::start(echo.local_addr().unwrap()).await.unwrap();
        let mut near = TcpStream::connect(relay.address()).await.unwrap();
        let (mut far, _) = echo.accept().await.unwrap();
        let mut byte = [0];
        near.write_all(b"1").await.unwrap();
        far.read_exact(&mut byte).await.unwrap();

        relay.cut();
        near.write_all(b"2").await.unwrap();
        let heard = timeout(Duration::from_millis(100), far.read_exact(&mut byte)).await;
        assert!(heard.is_err(), "{byte:?} came through");
        let mut late = TcpStream::connect(relay.address()).await.unwrap();
        late.write_all(b"3").await.unwrap();

        relay.mend();
        far.read_exact(&mut byte).await.unwrap();
        assert_eq!(&byte, b"2");
        let (mut far, _) = echo.accept().await.unwrap();
        far.read_exact(&mut byte).await.unwrap();
        assert_eq!(&byte, b"3");
        drop(relay);
        assert_eq!(far.read(&mut byte).await.unwrap(), 0);
    }
}
