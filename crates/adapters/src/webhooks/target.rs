//! Where webhooks go: a URL, what it is told, and what proves that we say it.

use super::address::is_public;
use super::secret::SigningSecret;
use aws_lc_rs::digest;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use url::{Host, Url};

/// Something that a target can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A session was created.
    SessionStarted,
    /// It has ended.
    SessionEnded,
    /// Its speaker was told how things stand.
    SessionStatus,
    /// There is something to say besides the counts.
    Signals,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SessionStarted, Self::SessionEnded, Self::SessionStatus, Self::Signals];

    /// Its name in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionStarted => "sessionStarted",
            Self::SessionEnded => "sessionEnded",
            Self::SessionStatus => "sessionStatus",
            Self::Signals => "signals",
        }
    }

    /// The topic of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == name)
    }
}

/// What the operator allows beyond what is wise on the open internet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permits {
    /// Targets without TLS.
    pub http: bool,
    /// Addresses that are not on the public internet.
    pub private: bool,
}

impl Permits {
    /// Whether a connection to `address` may be opened.
    pub(super) fn allow(self, address: IpAddr) -> bool {
        self.private || is_public(address)
    }
}

/// One target.
#[derive(Clone, Debug)]
pub struct Target {
    pub(super) url: Url,
    pub(super) key: Arc<str>,
    pub(super) secrets: Vec<SigningSecret>,
    pub(super) topics: BTreeSet<Topic>,
}

/// Why a URL cannot be a target. The text never repeats it: there may be a secret in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATarget {
    /// It is no URL with a host.
    #[error("is not a URL; write https://host/path")]
    NotAUrl,
    /// It is neither `https` nor `http`.
    #[error("must begin with https://")]
    Scheme,
    /// It is `http`.
    #[error("is not https: everybody on the way could read it; --webhook-allow-http permits that")]
    Http,
    /// There is a name or password before the host.
    #[error("holds a name or password before the host; receivers tell us by the signature")]
    Password,
    /// Its address is not on the public internet.
    #[error(
        "is not on the public internet; --webhook-allow-private permits addresses of this machine and network"
    )]
    Private,
}

impl Target {
    /// A target at `url`. `name`, if there is one, is what it is known by in the outbox, so that its URL can change
    /// while letters wait; without one it is known by its URL.
    ///
    /// # Errors
    /// [`NotATarget`].
    pub fn new(
        name: Option<&str>,
        url: &str,
        secrets: Vec<SigningSecret>,
        topics: BTreeSet<Topic>,
        permits: Permits,
    ) -> Result<Self, NotATarget> {
        let url = Url::parse(url).map_err(|_| NotATarget::NotAUrl)?;
        match url.scheme() {
            "https" => {}
            "http" if permits.http => {}
            "http" => return Err(NotATarget::Http),
            _ => return Err(NotATarget::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotATarget::Password);
        }
        let is_allowed = match url.host().ok_or(NotATarget::NotAUrl)? {
            Host::Ipv4(address) => permits.allow(address.into()),
            Host::Ipv6(address) => permits.allow(address.into()),
            // RFC 6761 §6.3: such a name never leads anywhere else. All other names are judged by where they lead,
            // when they are resolved.
            Host::Domain(name) => permits.private || !is_localhost(name),
        };
        if !is_allowed {
            return Err(NotATarget::Private);
        }
        let key = name.map_or_else(|| key_of(&url), |name| format!("name:{name}")).into();
        Ok(Self { url, key, secrets, topics })
    }

    /// What tells it from the others: two targets must not have the same.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Host and port, for people: without path and query, where secrets are.
    #[must_use]
    pub fn place(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
}

/// A name for a URL that does not show it: the store is not where its secrets belong.
fn key_of(url: &Url) -> String {
    let hash = digest::digest(&digest::SHA256, url.as_str().as_bytes());
    let hex: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("url:{hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(url: &str, permits: Permits) -> Option<NotATarget> {
        Target::new(None, url, Vec::new(), BTreeSet::new(), permits).err()
    }

    #[test]
    fn a_target_is_https_and_on_the_public_internet() {
        let strict = Permits::default();
        assert_eq!(judge("https://example.com/hook?key=1", strict), None);
        assert_eq!(judge("https://93.184.216.34/hook", strict), None);
        for (url, why) in [
            ("example.com", NotATarget::NotAUrl),
            ("https://", NotATarget::NotAUrl),
            ("ftp://example.com/", NotATarget::Scheme),
            ("http://example.com/", NotATarget::Http),
            ("https://a:b@example.com/", NotATarget::Password),
            ("https://localhost/", NotATarget::Private),
            ("https://x.LOCALHOST./", NotATarget::Private),
            ("https://127.0.0.1/", NotATarget::Private),
            ("https://0x7f.1/", NotATarget::Private),
            ("https://2130706433/", NotATarget::Private),
            ("https://[::ffff:10.0.0.1]/", NotATarget::Private),
            ("https://169.254.169.254/latest", NotATarget::Private),
        ] {
            assert_eq!(judge(url, strict), Some(why), "{url}");
        }
        let lax = Permits { http: true, private: true };
        for url in ["http://localhost:9/", "http://10.0.0.1/", "https://[::1]:8443/x"] {
            assert_eq!(judge(url, lax), None, "{url}");
        }
    }

    #[test]
    fn a_key_shows_nothing_of_the_url_and_a_name_outlives_it() {
        let target =
            |name, url| Target::new(name, url, Vec::new(), BTreeSet::new(), Permits::default()).unwrap();
        let (one, other) =
            (target(None, "https://a.example/?k=hush"), target(None, "https://a.example/?k=hash"));
        assert_ne!(one.key(), other.key());
        assert!(!one.key().contains("hush") && !one.place().contains("hush"));
        assert_eq!(
            target(Some("crm"), "https://a.example/").key(),
            target(Some("crm"), "https://b.example/").key()
        );
    }
}
