//! Tests of TLS over an in-memory stream, with certificates made for the purpose.

use super::*;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use std::path::Path;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client;

/// A certificate for `localhost` in two files.
struct Files {
    directory: TempDir,
}

impl Files {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn names(&self) -> TlsFiles {
        TlsFiles { cert: self.directory.path().join("cert.pem"), key: self.directory.path().join("key.pem") }
    }

    /// Writes a new pair and returns its certificate.
    fn renew(&self) -> CertificateDer<'static> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        write(&self.names().cert, &cert.pem());
        write(&self.names().key, &signing_key.serialize_pem());
        cert.der().clone()
    }
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

/// A client that trusts `root` alone.
async fn connect(
    tls: &Tls,
    root: &CertificateDer<'static>,
    version: &'static SupportedProtocolVersion,
    alpn: &[&str],
) -> std::io::Result<(client::TlsStream<DuplexStream>, TlsStream<DuplexStream>)> {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let connector = TlsConnector::from(Arc::new(config));
    let (here, there) = tokio::io::duplex(64 * 1024);
    let name = ServerName::try_from("localhost").unwrap();
    tokio::try_join!(connector.connect(name, here), tls.accept(there))
}

#[tokio::test]
async fn both_versions_are_spoken_and_http_1_is_chosen() {
    let files = Files::new();
    let root = files.renew();
    let tls = Tls::load(files.names()).unwrap();
    for version in [&TLS12, &TLS13] {
        let (mut client, mut server) = connect(&tls, &root, version, &["h2", "http/1.1"]).await.unwrap();
        assert_eq!(client.get_ref().1.protocol_version(), Some(version.version));
        assert_eq!(client.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        client.write_all(b"hello").await.unwrap();
        client.flush().await.unwrap();
        let mut said = [0; 5];
        server.read_exact(&mut said).await.unwrap();
        assert_eq!(&said, b"hello");
    }
    assert!(connect(&tls, &root, &TLS13, &["h2"]).await.is_err());
}

#[tokio::test]
async fn a_new_pair_is_taken_and_a_broken_one_is_not() {
    let files = Files::new();
    let first = files.renew();
    let tls = Tls::load(files.names()).unwrap();
    let watched = &tls.watched;
    let seen = watched.look(watched.first.clone());
    assert!(seen == watched.first);

    let second = files.renew();
    let seen = watched.look(seen);
    assert!(connect(&tls, &first, &TLS13, &[]).await.is_err());
    assert!(connect(&tls, &second, &TLS13, &[]).await.is_ok());

    // The certificate of a third pair with the key of the second, as it is between two writes.
    let key = std::fs::read_to_string(files.names().key).unwrap();
    let third = files.renew();
    let third_key = std::fs::read_to_string(files.names().key).unwrap();
    write(&files.names().key, &key);
    let seen = watched.look(seen);
    assert!(connect(&tls, &second, &TLS13, &[]).await.is_ok());
    std::fs::remove_file(files.names().key).unwrap();
    let seen = watched.look(seen);
    assert!(seen.is_missing());
    let seen = watched.look(seen);
    assert!(connect(&tls, &second, &TLS13, &[]).await.is_ok());

    write(&files.names().key, &third_key);
    watched.look(seen);
    assert!(connect(&tls, &third, &TLS13, &[]).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_files_are_followed() {
    let files = Files::new();
    files.renew();
    let tls = Tls::load(files.names()).unwrap();
    let following = tokio::spawn(tls.clone().follow_files());
    let second = files.renew();
    // Each turn lets the time pass that lies between two looks; the look itself takes some of the real time.
    for _ in 0..1_000 {
        tokio::time::sleep(LOOK_EVERY).await;
        if connect(&tls, &second, &TLS13, &[]).await.is_ok() {
            following.abort();
            return;
        }
    }
    panic!("the new certificate was never used");
}

#[test]
fn what_is_wrong_is_said_with_the_name_of_the_file() {
    let files = Files::new();
    files.renew();
    assert!(files.names().check().is_ok());
    let names = files.names();
    let complaint = || names.check().unwrap_err().to_string();

    write(&names.key, "-----BEGIN NOTHING-----\n");
    assert!(complaint().contains("key.pem holds no private key"), "{}", complaint());
    write(&names.cert, "no certificate");
    assert!(complaint().contains("cert.pem holds no certificate"), "{}", complaint());
    std::fs::write(&names.cert, vec![b' '; 1024 * 1024 + 1]).unwrap();
    assert!(complaint().contains("larger than 1 MiB"), "{}", complaint());
    std::fs::remove_file(&names.cert).unwrap();
    assert!(complaint().contains("cannot read"), "{}", complaint());

    files.renew();
    let key = std::fs::read_to_string(&names.key).unwrap();
    files.renew();
    write(&names.key, &key);
    assert!(complaint().contains("cannot be used together"), "{}", complaint());
}
