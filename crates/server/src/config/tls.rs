//! Where the certificate is.

use std::path::PathBuf;

/// PEM files for TLS. Both are watched, and a new pair is used as soon as it is there and fits together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, followed by those that lead to its root.
    pub cert: PathBuf,
    /// Its private key: PKCS #8, PKCS #1 or SEC 1.
    pub key: PathBuf,
}
