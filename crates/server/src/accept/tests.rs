//! How long a client may take until it has asked for something.

use super::speak_http;
use crate::compose::compose;
use crate::config::Config;
use crate::gateway::Gateway;
use crate::peer::Peer;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, advance, timeout};

const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// A connection whose handshake has a second left, and the client's end of it.
async fn connection() -> (impl Future<Output = ()>, DuplexStream) {
    let app = compose(Config::local()).await.unwrap().app;
    let (theirs, ours) = duplex(4_096);
    let peer = Peer::new(&app, Ipv4Addr::LOCALHOST.into());
    let deadline = Instant::now() + Duration::from_secs(1);
    (speak_http(ours, peer, Gateway::public(app), deadline), theirs)
}

/// Asks and reads the answer to its end.
async fn ask(client: &mut DuplexStream) {
    client.write_all(REQUEST).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(br#""checks":{}}"#) {
        assert_ne!(client.read_buf(&mut answer).await.unwrap(), 0, "it was given up");
    }
    assert!(answer.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test(start_paused = true)]
async fn what_tls_took_is_not_given_again_to_the_first_request() {
    let began = Instant::now();
    let (serving, mut client) = connection().await;
    client.write_all(&REQUEST[..20]).await.unwrap();
    timeout(Duration::from_secs(60), serving).await.expect("it is given up");
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn who_has_asked_may_stay_for_the_next_request() {
    let (serving, mut client) = connection().await;
    let asking = async {
        ask(&mut client).await;
        advance(Duration::from_secs(2)).await;
        ask(&mut client).await;
    };
    tokio::select! {
        () = serving => panic!("it was given up while it asked"),
        () = asking => {}
    }
}
