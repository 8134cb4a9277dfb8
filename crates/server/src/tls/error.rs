//! Why there is no certificate to use.

use std::path::PathBuf;

/// The certificate or its key cannot be used. The text names the file and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// It cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// It is far larger than a certificate or key in PEM, so something else was named.
    #[error("{} is larger than 1 MiB; name the PEM file", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It holds no certificate.
    #[error("{} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// It holds no private key.
    #[error(
        "{} holds no private key in PEM (-----BEGIN PRIVATE KEY-----); an encrypted one must be decrypted first",
        path.display()
    )]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// Both are there, but the key is not that of the first certificate, or one of them is malformed.
    #[error("{} and {} cannot be used together: {error}", cert.display(), key.display())]
    Mismatch {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What the library says.
        error: rustls::Error,
    },
    /// The library refuses our own settings.
    #[error("TLS cannot be set up: {0}")]
    Library(rustls::Error),
}
