//! Where the server listens, and how it keeps connections.

use super::Group;
use crate::config::{Kind, Setting};

pub(crate) const GROUP: Group = Group {
    title: "Network",
    settings: &[
        &LISTEN,
        &TLS_CERT,
        &TLS_KEY,
        &TRUSTED_PROXY,
        &PROXY_HEADER,
        &PING_EVERY,
        &SILENT_AFTER,
        &MAX_CONNECTION_AGE,
        &MANAGEMENT_LISTEN,
    ],
};

pub(crate) const LISTEN: Setting = Setting::with_default(
    "listen",
    Kind::Text("ADDRESS:PORT"),
    "127.0.0.1:8080",
    "Where to listen for clients; port 0 takes any free one",
);
pub(crate) const TLS_CERT: Setting = Setting::new(
    "tls-cert",
    Kind::Path("FILE"),
    "Speak TLS with this certificate, a PEM file with the chain; a changed file is used within seconds",
);
pub(crate) const TLS_KEY: Setting =
    Setting::new("tls-key", Kind::Path("FILE"), "The private key of the certificate, a PEM file");
pub(crate) const TRUSTED_PROXY: Setting = Setting::new(
    "trusted-proxy",
    Kind::List("NETWORK"),
    "Believe this proxy, an address or a network such as 10.0.0.0/8, about the addresses of its clients",
);
pub(crate) const PROXY_HEADER: Setting = Setting::with_default(
    "proxy-header",
    Kind::Text("NAME"),
    "x-forwarded-for",
    "The header in which trusted proxies name their clients: x-forwarded-for or forwarded",
);
pub(crate) const PING_EVERY: Setting =
    Setting::with_default("ping-every", Kind::Duration, "10s", "How often each WebSocket is pinged");
pub(crate) const SILENT_AFTER: Setting = Setting::with_default(
    "silent-after",
    Kind::Duration,
    "15s",
    "How long after its last sign of life a connection is given up and its listener no longer counted",
);
pub(crate) const MAX_CONNECTION_AGE: Setting = Setting::with_default(
    "max-connection-age",
    Kind::Duration,
    "2h",
    "How long one connection lasts; clients are asked to refresh in time. 0s is for ever",
);
pub(crate) const MANAGEMENT_LISTEN: Setting = Setting::new(
    "management-listen",
    Kind::Text("ADDRESS:PORT"),
    "Where to listen for the @connections API of AWS SDKs; off unless given, open on loopback, and elsewhere only \
     for signed requests and operators",
);
