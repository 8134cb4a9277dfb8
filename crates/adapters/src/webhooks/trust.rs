//! Whose certificates are believed when a receiver shows one.

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;

/// The client's side of TLS 1.2 and 1.3. `ca_file` holds the certificates in PEM form that alone may vouch for a
/// receiver; without one, those that browsers trust may. Reads the file, so it may block.
///
/// # Errors
/// The file cannot be read or holds no certificate; the text says so.
pub fn trust(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    let roots = match ca_file {
        Some(file) => read(file)?,
        None => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() },
    };
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|error| error.to_string())?;
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn read(file: &Path) -> Result<RootCertStore, String> {
    let found = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = found.map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let mut roots = RootCertStore::empty();
    for certificate in found {
        roots
            .add(certificate)
            .map_err(|error| format!("{} holds a bad certificate: {error}", file.display()))?;
    }
    if roots.is_empty() {
        return Err(format!("{} holds no certificate in PEM form", file.display()));
    }
    Ok(roots)
}
