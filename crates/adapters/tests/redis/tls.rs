//! Redis with TLS.

use crate::engine::Node;
use crate::server::Server;
use headcount_adapters::store::cluster::SharedCounts;
use headcount_adapters::store::redis::{OpenError, RedisEngine, RedisSettings};
use headcount_core::cluster::NodeId;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::time::Duration;

#[tokio::test]
async fn it_is_believed_if_the_file_vouches_for_it_and_not_otherwise() {
    let (dir, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
    let ca_file = kept.path().join("ca.pem");
    for (path, text) in [
        (ca_file.clone(), ca.pem()),
        (dir.path().join("own.pem"), own.pem()),
        (dir.path().join("key.pem"), key.serialize_pem()),
    ] {
        std::fs::write(path, text).unwrap();
    }
    let server = Server::start_in(dir, |port, _| {
        let port = port.to_string();
        let tls =
            ["--tls-port", &port, "--port", "0", "--tls-cert-file", "own.pem", "--tls-key-file", "key.pem"];
        let more = ["--tls-ca-cert-file", "own.pem", "--tls-auth-clients", "no", "--save", ""];
        tls.into_iter().chain(more).map(str::to_owned).collect()
    });
    let url = format!("rediss://localhost:{}", server.port);
    let unknown = RedisEngine::open(&RedisSettings::new(&url), NodeId::new(1)).await;
    assert!(matches!(unknown, Err(OpenError::Unreachable(_))));
    let settings = RedisSettings { ca_file: Some(ca_file), ..RedisSettings::new(&url) };
    let node = Node::with(&settings, 1).await;
    assert_eq!(node.engine.beat(node.id, Duration::from_secs(15)).await.unwrap().nodes, [node.id]);
}
