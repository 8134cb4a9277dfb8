//! Over TLS: to who is vouched for, and to nobody else.

use crate::receiver::Reply;
use crate::sender::{IMPATIENT, SECRET, Sender, settings, started};
use headcount_adapters::webhooks::{Permits, Settings, SigningSecret, Target, Topic, trust};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A receiver with a certificate for `name`, which is in the file that comes with it. It says 204 to everything.
async fn receiver(name: &str, directory: &tempfile::TempDir) -> (SocketAddr, PathBuf) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).unwrap();
    let file = directory.path().join("ca.pem");
    std::fs::write(&file, cert.pem()).unwrap();
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let Ok(mut tls) = acceptor.accept(tcp).await else { continue };
            let mut request = vec![0; 16_384];
            while tls.read(&mut request).await.is_ok_and(|length| length > 0) {
                let Reply::Status(status) = Reply::Status(204) else { continue };
                let answer = format!("HTTP/1.1 {status} No Content\r\n\r\n");
                if tls.write_all(answer.as_bytes()).await.is_err() {
                    break;
                }
            }
        }
    });
    (address, file)
}

fn to(address: SocketAddr, ca: Option<&std::path::Path>) -> Settings {
    let permits = Permits { http: false, private: true };
    let secret = SigningSecret::parse(SECRET).unwrap();
    let url = format!("https://localhost:{}/hook", address.port());
    let target = Target::new(None, &url, vec![secret], Topic::ALL.into(), permits).unwrap();
    let short = settings(Vec::new()).retries;
    Settings { retries: short, limits: IMPATIENT, ..Settings::new(vec![target], permits, trust(ca).unwrap()) }
}

#[tokio::test]
async fn a_receiver_that_is_vouched_for_is_spoken_to() {
    let directory = tempfile::tempdir().unwrap();
    let (address, ca) = receiver("localhost", &directory).await;
    let mut settings = to(address, Some(&ca));
    settings.limits = headcount_adapters::webhooks::Limits::default();
    let sender = Sender::start(settings).await;
    sender.observe(&started(1));
    sender.observe(&started(2));
    let figures = sender.until(|figures| figures.delivered == 2).await;
    assert_eq!(figures.failed, 0);
}

#[tokio::test]
async fn one_whose_certificate_is_another_s_or_unknown_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let (address, ca) = receiver("elsewhere.test", &directory).await;
    for ca in [Some(ca.as_path()), None] {
        let sender = Sender::start(to(address, ca)).await;
        sender.observe(&started(1));
        let figures = sender.until(|figures| figures.failed >= 2).await;
        assert_eq!(figures.delivered, 0);
    }
}

#[test]
fn a_file_without_certificates_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for text in ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        std::fs::write(file.path(), text).unwrap();
        assert!(trust(Some(file.path())).is_err(), "{text:?}");
    }
    assert!(trust(Some(std::path::Path::new("/nowhere/ca.pem"))).is_err());
}
