//! What can be set about Redis.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Where Redis is and how it is used.
#[derive(Clone)]
pub struct RedisSettings {
    /// `redis://`, `rediss://` (TLS), `redis-sentinel://HOST,HOST/SERVICE` or `redis-cluster://HOST,HOST`; the last two
    /// with `rediss-…`, too, and all of them with `valkey` in place of `redis`. A user before an `@`, the number of a
    /// database at the end.
    pub url: String,
    /// The password, if it wants one. Sentinels are asked without it first.
    pub password: Option<String>,
    /// The certificates that vouch for it, as PEM; those that browsers trust, without it.
    pub ca_file: Option<PathBuf>,
    /// What the names of all keys and channels begin with: nodes of one name are one cluster.
    pub prefix: String,
    /// How long the account of an ended session is kept. 30 days by default.
    pub report_retention: Duration,
    /// How long one command may take, or one round trip of many. 500 ms by default.
    pub time_limit: Duration,
    /// How long a share is kept if its node does not publish it again: longer than the lease of a node. A minute by
    /// default.
    pub share_lease: Duration,
}

impl RedisSettings {
    /// The Redis at `url`, with everything else as it is by default.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            password: None,
            ca_file: None,
            prefix: "headcount".to_owned(),
            report_retention: Duration::from_secs(30 * 24 * 60 * 60),
            time_limit: Duration::from_millis(500),
            share_lease: Duration::from_secs(60),
        }
    }
}

/// Shows no password, nor the URL, which may have one.
impl fmt::Debug for RedisSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSettings").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
