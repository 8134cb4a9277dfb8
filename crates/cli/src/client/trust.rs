//! Whose certificates we believe when a server shows one.

use crate::failure::Failure;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;
use tokio_tungstenite::Connector;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// The authorities that may vouch for a server.
#[derive(Clone, Debug, Default)]
pub(crate) enum Trust {
    /// Those that browsers trust, as Mozilla lists them.
    #[default]
    Public,
    /// Those of a file, and no others.
    Only {
        /// For WebSockets.
        sockets: Arc<ClientConfig>,
        /// For HTTP.
        pages: Arc<Vec<Certificate<'static>>>,
    },
}

impl Trust {
    /// Reads the certificates of a PEM file, if one is given.
    ///
    /// # Errors
    /// The file cannot be read or holds no certificate.
    pub(crate) fn read(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(file) = file else { return Ok(Self::Public) };
        let wrong = |why: &dyn std::fmt::Display| {
            Failure::Usage(format!("could not read certificates from {}: {why}", file.display()))
        };
        let certificates: Vec<_> =
            CertificateDer::pem_file_iter(file).and_then(Iterator::collect).map_err(|error| wrong(&error))?;
        if certificates.is_empty() {
            return Err(wrong(&"there is none in PEM form"));
        }
        Self::only(certificates).map_err(|error| wrong(&error))
    }

    fn only(certificates: Vec<CertificateDer<'static>>) -> Result<Self, rustls::Error> {
        let pages = certificates.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
        let mut roots = RootCertStore::empty();
        for certificate in certificates {
            roots.add(certificate)?;
        }
        let sockets = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Ok(Self::Only { sockets: Arc::new(sockets), pages: Arc::new(pages) })
    }

    /// The same for WebSockets; `None` leaves it at what browsers trust.
    pub(super) fn connector(&self) -> Option<Connector> {
        match self {
            Self::Public => None,
            Self::Only { sockets, .. } => Some(Connector::Rustls(Arc::clone(sockets))),
        }
    }

    /// The same for HTTP.
    pub(super) fn pages(&self) -> TlsConfig {
        let roots = match self {
            Self::Public => RootCerts::WebPki,
            Self::Only { pages, .. } => RootCerts::Specific(Arc::clone(pages)),
        };
        TlsConfig::builder().root_certs(roots).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for text in ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            std::fs::write(file.path(), text).unwrap();
            let failure = Trust::read(Some(file.path())).unwrap_err();
            assert_eq!(failure.code(), 64, "{text:?}: {failure}");
        }
        assert_eq!(Trust::read(Some(Path::new("/nowhere/ca.pem"))).unwrap_err().code(), 64);
        assert!(matches!(Trust::read(None), Ok(Trust::Public)));
    }
}
