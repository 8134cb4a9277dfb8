//! Where the `@connections` API listens and whom it believes.

use super::Secret;
use crate::management::AwsKeyPair;
use std::net::SocketAddr;

/// The `@connections` management API. On loopback it is open; elsewhere it takes requests that are signed with
/// [`Self::signing_keys`] or that carry an operator's token.
#[derive(Clone, Debug)]
pub struct Management {
    /// Where it should listen; port 0 takes any free one. [`run`](crate::run) is given the socket itself.
    pub listen: SocketAddr,
    /// The pair that requests may be signed with (AWS Signature Version 4).
    pub signing_keys: Option<SigningKeys>,
}

/// A pair of keys as the AWS SDKs use them.
#[derive(Clone, Debug)]
pub struct SigningKeys {
    /// The public half, which every request names.
    pub access_key_id: String,
    /// The half that signs.
    pub secret_access_key: Secret,
}

impl SigningKeys {
    /// Whether a server could start with this pair.
    ///
    /// # Errors
    /// What is wrong with the first of the two that cannot be used, for whoever configured it.
    pub fn check(&self) -> Result<(), String> {
        let pair = AwsKeyPair::new(&self.access_key_id, self.secret_access_key.expose());
        pair.map(|_| ()).map_err(|error| error.to_string())
    }
}
