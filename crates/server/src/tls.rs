//! TLS of our own: rustls with the certificate of the configured files, replaced while running when they change.
//!
//! TLS 1.2 and 1.3. ALPN offers `http/1.1` alone, since a WebSocket here is an upgrade of HTTP/1.1 (RFC 6455) and
//! browsers would otherwise choose HTTP/2.

mod certificate;
mod error;
mod pem;
#[cfg(test)]
mod tests;

use crate::config::TlsFiles;
use certificate::CurrentCertificate;
use pem::Pem;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::version::{TLS12, TLS13};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub use error::TlsError;

/// How often the files are looked at: two small reads, so that neither the way they are replaced (written over,
/// renamed, a symbolic link set anew) nor the precision of their times matters.
const LOOK_EVERY: Duration = Duration::from_secs(5);

impl TlsFiles {
    /// Whether a server could start with these files as they are now. Reads them, so it may block.
    ///
    /// # Errors
    /// [`TlsError`] with what is wrong and in which file.
    pub fn check(&self) -> Result<(), TlsError> {
        Pem::read(self)?.certificate(self, &aws_lc_rs::default_provider()).map(|_| ())
    }
}

/// The server's side of TLS. A clone is the same one.
#[derive(Clone)]
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    watched: Arc<Watched>,
}

/// What a change of the files is seen and answered with.
struct Watched {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    certificate: Arc<CurrentCertificate>,
    first: Pem,
}

impl Tls {
    /// Takes the certificate and key in `files`. Reads them, so it may block.
    ///
    /// # Errors
    /// [`TlsError`] with what is wrong and in which file.
    pub(crate) fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let first = Pem::read(&files)?;
        let certificate = Arc::new(CurrentCertificate::new(first.certificate(&files, &provider)?));
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(TlsError::Library)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<CurrentCertificate>::clone(&certificate));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Self { acceptor, watched: Arc::new(Watched { files, provider, certificate, first }) })
    }

    /// The handshake with a client.
    ///
    /// # Errors
    /// Whatever the client did wrong, or its going away.
    pub(crate) async fn accept<S>(&self, stream: S) -> std::io::Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.acceptor.accept(stream).await
    }

    /// Looks at the files from time to time, for ever, and takes what is new in them. What cannot be used is logged
    /// once, and the former certificate stays. One task does this; dropping it stops it.
    pub(crate) async fn follow_files(self) {
        let mut seen = self.watched.first.clone();
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let watched = Arc::clone(&self.watched);
            let before = seen.clone();
            // Failing to join means that the runtime is going down, and this task with it.
            let Ok(now_seen) = tokio::task::spawn_blocking(move || watched.look(before)).await else {
                return;
            };
            seen = now_seen;
        }
    }
}

impl Watched {
    /// Takes the files' certificate if it is not the one of `before`. Returns what there is now.
    fn look(&self, before: Pem) -> Pem {
        let now = match Pem::read(&self.files) {
            Ok(now) if now == before => return before,
            Ok(now) => now,
            // Between two files being replaced one may be missing. Forgetting what was there makes the log say so
            // once, and the certificate count as new when it is back.
            Err(_) if before.is_missing() => return before,
            Err(error) => {
                tracing::error!(%error, "new TLS certificate not used, the former one stays");
                return Pem::missing();
            }
        };
        match now.certificate(&self.files, &self.provider) {
            Ok(certificate) => {
                self.certificate.replace(certificate);
                tracing::info!("TLS certificate replaced");
            }
            Err(error) => tracing::error!(%error, "new TLS certificate not used, the former one stays"),
        }
        now
    }
}
