//! DynamoDB on this machine: an empty database in memory behind HTTP on a free port of the loopback interface.
//!
//! Writes its address as one line to standard output, and ends when its standard input does: whoever started it cannot
//! leave it behind.

use dynoxide::{Database, server};
use std::error::Error;
use tokio::io::{AsyncReadExt, stdin};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}", listener.local_addr()?);
    let closed = async {
        let mut rest = Vec::new();
        let _ = stdin().read_to_end(&mut rest).await;
    };
    tokio::select! {
        served = server::serve_with_shutdown(listener, Database::memory()?, std::future::pending()) => served?,
        () = closed => {}
    }
    Ok(())
}
