//! What a server can be told: the checked configuration, whose fields are values that are ready to be used.
//!
//! Nothing is read or judged here. Whoever makes a [`Config`], such as the `headcount` command from its flags, has
//! found every problem before; for tests and for programs that contain a server there is [`Config::local`].

mod management;
mod metrics;
mod secret;
mod sockets;
mod store;
mod tls;

use crate::webhooks;
use headcount_access::{OperatorAuth, OriginPolicy, Quotas, SpeakerAuth, TrustedProxies};
use headcount_core::Language;
use headcount_core::service::ServiceSettings;
use std::time::Duration;

pub use crate::tls::TlsError;
/// The policies that a [`Config`] is made of.
pub use headcount_access as access;
pub use management::{Management, SigningKeys};
pub use metrics::MetricsAccess;
pub use secret::Secret;
pub use sockets::SocketSettings;
pub use store::{SharedStore, StoreConfig};
pub use tls::TlsFiles;

/// How [`run`](crate::run) serves.
pub struct Config {
    /// The rules: when the speaker is told, how long graces and sessions last, how many listeners a session has.
    pub service: ServiceSettings,
    /// Where sessions, ledgers and reports are kept.
    pub store: StoreConfig,
    /// How long counts are called inexact after a start with sessions from before. 15 s by default.
    pub recovery: Duration,
    /// Who may create sessions.
    pub speaker_auth: SpeakerAuth,
    /// Who may see and end all sessions.
    pub operators: OperatorAuth,
    /// Which web pages may talk to the server.
    pub origins: OriginPolicy,
    /// Whose word about a client's address is taken.
    pub proxies: TrustedProxies,
    /// How much one client may do, and how many clients there may be.
    pub quotas: Quotas,
    /// The target languages that listeners may ask for; `None` is every valid tag.
    pub supported_languages: Option<Vec<Language>>,
    /// How WebSocket connections are kept.
    pub sockets: SocketSettings,
    /// The certificate, where the server speaks TLS itself.
    pub tls: Option<TlsFiles>,
    /// Who may read `/metrics`.
    pub metrics: MetricsAccess,
    /// Whom to tell over HTTP what happens in sessions.
    pub webhooks: Option<webhooks::Settings>,
    /// The `@connections` API, which has a listener of its own.
    pub management: Option<Management>,
    /// How long a server that was told to stop waits for its clients to go. 10 s by default.
    pub drain_within: Duration,
}

impl Config {
    /// How long counts are called inexact after a start, unless told otherwise.
    pub const RECOVERY: Duration = Duration::from_secs(15);
    /// How long draining may take, unless told otherwise.
    pub const DRAIN_WITHIN: Duration = Duration::from_secs(10);

    /// What `headcount serve` does on loopback with nothing said, except that all is kept in memory: everybody on
    /// this machine may speak, nobody is an operator, pages of other origins and foreign `Host` names are refused.
    #[must_use]
    pub fn local() -> Self {
        Self {
            service: ServiceSettings::default(),
            store: StoreConfig::Memory,
            recovery: Self::RECOVERY,
            speaker_auth: SpeakerAuth::none(),
            operators: OperatorAuth::default(),
            // No setting is given, so none is malformed.
            origins: OriginPolicy::new::<&str>([], [], true).unwrap_or_default(),
            proxies: TrustedProxies::default(),
            quotas: Quotas::default(),
            supported_languages: None,
            sockets: SocketSettings::default(),
            tls: None,
            metrics: MetricsAccess::Open,
            webhooks: None,
            management: None,
            drain_within: Self::DRAIN_WITHIN,
        }
    }
}
