//! Where public keys come from.

/// The most bytes that a set of keys may have.
pub(crate) const MAX_BYTES: u64 = 256 * 1_024;

/// A place that keys are fetched from.
pub trait KeySource: Send + Sync {
    /// The JSON Web Key Set as it is now. May block; MUST return within seconds and MUST bound what it reads.
    ///
    /// # Errors
    /// [`FetchError`] if there is none to be had now.
    fn fetch(&self) -> Result<String, FetchError>;
}

/// Keys could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The answer was something else than 200; redirects are not followed.
    #[error("the key server answered {0}, not 200 (redirects are not followed)")]
    Status(u16),
    /// There is more than any set of keys needs.
    #[error("the key set is larger than 256 KiB")]
    TooLarge,
    /// It could not be reached or read.
    #[error("the keys could not be read: {0}")]
    Unreachable(String),
}

/// A configured source of keys cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeySource {
    /// It is not a URL.
    #[error("the JWKS URL is not a URL")]
    NotAUrl,
    /// Keys over plain HTTP could be anybody's.
    #[error("the JWKS URL must be https (http only for localhost, 127.0.0.0/8 and [::1])")]
    Insecure,
    /// It names a user or a password, which would end up in logs.
    #[error("the JWKS URL must not hold a user name or password")]
    Credentials,
}
