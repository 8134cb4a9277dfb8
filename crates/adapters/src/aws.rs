//! What all AWS clients share: where they connect to, and how long they wait.
//!
//! The SDK by itself waits for ever. A Lambda that was frozen wakes with pooled connections that nobody answers on any
//! more, so every attempt has a limit well below that of the operation, and there is time for another.

#[cfg(any(feature = "store-dynamodb", feature = "timer-sqs"))]
mod cause;

#[cfg(any(feature = "store-dynamodb", feature = "timer-sqs"))]
pub(crate) use cause::cause;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use std::time::Duration;

/// How long a connection may take to open.
pub const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
/// How long one attempt of an operation may take.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(800);
/// How long an operation may take with all its attempts.
pub const OPERATION_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the pause before the second attempt is at the most; each one after it may be twice as long. The SDK's own
/// second would leave no time for an attempt.
pub const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// How often an operation is tried, the first time included.
pub const ATTEMPTS: u32 = 3;

/// Where AWS is. By default in the region, and with the credentials, that the function runs in.
#[derive(Clone, Debug, Default)]
pub struct AwsSettings {
    /// The region, where it is not to come from the surroundings.
    pub region: Option<String>,
    /// An address that takes the place of every service's own, such as that of an emulator. With `http://` no
    /// certificates are loaded.
    pub endpoint: Option<String>,
    /// Sign with made-up credentials: an emulator wants a signature and does not look at it.
    pub pretend_credentials: bool,
}

impl AwsSettings {
    /// Settings for an emulator at `endpoint`.
    #[must_use]
    pub fn emulator(endpoint: &str) -> Self {
        Self {
            region: Some("us-east-1".to_owned()),
            endpoint: Some(endpoint.to_owned()),
            pretend_credentials: true,
        }
    }
}

/// The configuration that every client of a process is made from. Load it once: it holds the pool of connections and
/// the credentials.
pub async fn load(settings: &AwsSettings) -> SdkConfig {
    let plain = settings.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://"));
    let client = if plain {
        Builder::new().build_http()
    } else {
        Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https()
    };
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client)
        .timeout_config(time_limits())
        .retry_config(retries());
    if let Some(region) = &settings.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(endpoint) = &settings.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    if settings.pretend_credentials {
        loader = loader.credentials_provider(Credentials::new("pretend", "pretend", None, None, "pretend"));
    }
    loader.load().await
}

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(FIRST_PAUSE)
}

fn time_limits() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_time_for_another_attempt() {
        assert!(
            ATTEMPTS >= 2
                && ATTEMPT_TIMEOUT * 2 + FIRST_PAUSE <= OPERATION_TIMEOUT
                && CONNECT_TIMEOUT < ATTEMPT_TIMEOUT
        );
    }

    #[tokio::test]
    async fn every_client_has_time_limits() {
        let config = load(&AwsSettings::emulator("http://127.0.0.1:1")).await;
        let limits = config.timeout_config().unwrap();
        assert_eq!(limits.connect_timeout(), Some(CONNECT_TIMEOUT));
        assert_eq!(limits.operation_attempt_timeout(), Some(ATTEMPT_TIMEOUT));
        assert_eq!(limits.operation_timeout(), Some(OPERATION_TIMEOUT));
        assert_eq!(config.retry_config().map(RetryConfig::max_attempts), Some(ATTEMPTS));
        assert_eq!(config.retry_config().map(RetryConfig::initial_backoff), Some(FIRST_PAUSE));
    }
}
