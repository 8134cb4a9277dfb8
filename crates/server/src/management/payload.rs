//! Request bodies: read with a limit in size, in time and in number.

use super::refusal::Refusal;
use axum::body::Body;
use futures_util::TryStreamExt;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The largest message that API Gateway takes, in bytes: 128 KiB.
pub(super) const MAX_PAYLOAD: usize = 131_072;

/// How much of a body is read at most, in bytes. What is beyond [`MAX_PAYLOAD`] is thrown away; it is read
/// because a client that is cut off while it writes sees a broken connection instead of the 413. Beyond this
/// it is cut off.
const MAX_READ: usize = 8 * MAX_PAYLOAD;

/// How long a client may take to send its body.
const READ_TIME: Duration = Duration::from_secs(10);

/// How many bodies are read at a time, which bounds their memory to 32 MiB. When all places are taken, a
/// request gets a 429, which SDKs try again by themselves.
pub(super) const MAX_READERS: usize = 256;

/// The places for bodies that are being read.
pub(super) struct Payloads {
    places: Semaphore,
}

impl Default for Payloads {
    fn default() -> Self {
        Self { places: Semaphore::new(MAX_READERS) }
    }
}

impl Payloads {
    /// Reads `body` to its end.
    pub(super) async fn read(&self, body: Body) -> Result<Vec<u8>, Refusal> {
        let _place = self.places.try_acquire().map_err(|_| Refusal::Busy)?;
        tokio::time::timeout(READ_TIME, collect(body)).await.unwrap_or(Err(Refusal::TooSlow))
    }
}

async fn collect(body: Body) -> Result<Vec<u8>, Refusal> {
    let mut chunks = body.into_data_stream();
    let (mut payload, mut length) = (Vec::new(), 0);
    while let Some(chunk) = chunks.try_next().await.map_err(|_| Refusal::BrokenOff)? {
        length += chunk.len();
        if length <= MAX_PAYLOAD {
            payload.extend_from_slice(&chunk);
        } else if length > MAX_READ {
            break;
        }
    }
    if length <= MAX_PAYLOAD { Ok(payload) } else { Err(Refusal::TooLarge) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Bytes;
    use futures_util::stream;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn stops_reading_what_does_not_end() {
        let chunk = Bytes::from(vec![b'x'; MAX_PAYLOAD]);
        let given = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&given);
        let endless = stream::repeat_with(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::io::Error>(chunk.clone())
        });
        assert_eq!(Payloads::default().read(Body::from_stream(endless)).await, Err(Refusal::TooLarge));
        assert_eq!(given.load(Ordering::Relaxed), MAX_READ / MAX_PAYLOAD + 1);
    }

    #[tokio::test]
    async fn half_a_body_is_none() {
        let half = [Ok(Bytes::from_static(b"hel")), Err(std::io::Error::other("cut off"))];
        assert_eq!(
            Payloads::default().read(Body::from_stream(stream::iter(half))).await,
            Err(Refusal::BrokenOff)
        );
    }
}
