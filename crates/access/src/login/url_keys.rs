//! Keys from a URL.

use super::key_source::{FetchError, InvalidKeySource, KeySource, MAX_BYTES};
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use url::Url;

/// How long a fetch may take from the first look-up of the name to the last byte.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A JSON Web Key Set at a URL: https, or http on a loopback host. No redirect is followed, no proxy used, and the
/// server's certificate must lead to one of Mozilla's roots.
#[derive(Debug)]
pub struct UrlKeys {
    url: Url,
    agent: Agent,
}

impl UrlKeys {
    /// The keys at `url`.
    ///
    /// # Errors
    /// [`InvalidKeySource`] if it is no URL, not https, or holds credentials.
    pub fn new(url: &str) -> Result<Self, InvalidKeySource> {
        Self::with_timeout(url, TIMEOUT)
    }

    pub(crate) fn with_timeout(url: &str, timeout: Duration) -> Result<Self, InvalidKeySource> {
        let url = Url::parse(url).map_err(|_| InvalidKeySource::NotAUrl)?;
        let secure = match url.scheme() {
            "https" => url.has_host(),
            "http" => url.host().as_ref().is_some_and(crate::origin::is_loopback),
            _ => false,
        };
        if !secure {
            return Err(InvalidKeySource::Insecure);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidKeySource::Credentials);
        }
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::WebPki)
            // Named here, since otherwise it would depend on what the process has installed.
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(timeout))
            .max_redirects(0)
            .http_status_as_error(false)
            // The default is what the environment says; our configuration does not come from there.
            .proxy(None)
            .user_agent("headcount")
            .accept("application/jwk-set+json, application/json")
            .build()
            .new_agent();
        Ok(Self { url, agent })
    }
}

impl KeySource for UrlKeys {
    fn fetch(&self) -> Result<String, FetchError> {
        let mut response = self.agent.get(self.url.as_str()).call().map_err(fetch_error)?;
        if response.status().as_u16() != 200 {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        response.body_mut().with_config().limit(MAX_BYTES).read_to_string().map_err(fetch_error)
    }
}

fn fetch_error(error: ureq::Error) -> FetchError {
    match error {
        ureq::Error::BodyExceedsLimit(_) => FetchError::TooLarge,
        error => FetchError::Unreachable(error.to_string()),
    }
}
